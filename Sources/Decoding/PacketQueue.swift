import CFFmpeg

/// Packets that wait for the decoder. A keyframe that is decoded alone waits for the next one: only then is known how many frames that
/// follow it are shown before it, and so its number.
final class PacketQueue {
  struct Item {
    fileprivate let packet: UnsafeMutablePointer<AVPacket>
    let treatment: PacketTreatment
    let number: Int64
  }

  private var items: [Item] = []

  deinit { for item in items { free(item) } }

  var isEmpty: Bool { items.isEmpty }

  /// Takes over what `packet` refers to. False without memory.
  func push(_ packet: UnsafeMutablePointer<AVPacket>, _ treatment: PacketTreatment, _ number: Int64) -> Bool {
    guard let owned = av_packet_alloc() else { return false }
    av_packet_move_ref(owned, packet)
    items.append(Item(packet: owned, treatment: treatment, number: number))
    return true
  }

  /// The next one that the decoder may have now, which is moved to `packet`.
  /// - Parameter isLast: there are no more.
  func pop(into packet: UnsafeMutablePointer<AVPacket>, isLast: Bool) -> Item? {
    guard let first = items.first, isLast || items.count > 1 || first.treatment != .decodeAlone else {
      return nil
    }
    items.removeFirst()
    av_packet_unref(packet)
    av_packet_move_ref(packet, first.packet)
    free(first)
    return first
  }

  private func free(_ item: Item) {
    var packet: UnsafeMutablePointer<AVPacket>? = item.packet
    av_packet_free(&packet)
  }
}
