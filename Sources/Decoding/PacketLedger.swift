import ShuffledCore

/// The packets on their way to become frames, in the order that their frames will have: what gives a frame the number that it has among
/// all, though some are never decoded. Pure: no clock, no C.
///
/// Frames leave a decoder in the order of their timestamps. So when one does, packets with earlier ones will give none any more: those that
/// were skipped are frames that count, others held none. Where timestamps are missing or go back, the order of packets stands in.
package struct PacketLedger: Sendable {
  package struct Entry: Equatable, Sendable {
    /// The packet's number in its stream.
    package var id: Int64
    /// In the stream's own unit.
    package var timestamp: Int64?
    package var time: MediaTime?
    package var isKeyframe: Bool
    package var fate: Fate

    package init(id: Int64, timestamp: Int64?, time: MediaTime?, isKeyframe: Bool, fate: Fate) {
      self.id = id
      self.timestamp = timestamp
      self.time = time
      self.isKeyframe = isKeyframe
      self.fate = fate
    }

    fileprivate var isSkippedFrame: Bool { fate == .ruledOut || fate == .passed }
  }

  package enum Fate: Equatable, Sendable {
    /// The decoder has it. Where it gives no frame, there was none.
    case sent
    /// Its frame was not selected. It counts, whether the decoder gives it or not.
    case ruledOut
    /// Passed over for a keyframe. Its frame counts, but could not have been selected.
    case passed
    /// The same, before anything could be decoded: no frame that counts.
    case unseen
  }

  /// By timestamp, then by number.
  package private(set) var entries: [Entry] = []
  /// Timestamps so far were there, and no packet was out of place.
  package private(set) var isOrdered = true
  private var lastDecodingTime = Int64.min

  /// More than any decoder holds back: the oldest are given up.
  package static let capacity = 65_536

  package init() {}

  /// To be called for each packet, in their order.
  /// - Parameter decodingTime: when it must be decoded, in the unit of timestamps: it never goes back, unless another recording begins.
  package mutating func note(timestamp: Int64?, decodingTime: Int64?) {
    guard isOrdered else { return }
    if let decodingTime {
      if decodingTime < lastDecodingTime { isOrdered = false }
      lastDecodingTime = decodingTime
    }
    guard let timestamp else {
      isOrdered = false
      return
    }
    let place = place(of: timestamp)
    if place < entries.endIndex, entries[place].timestamp == timestamp { isOrdered = false }
  }

  /// Enters a packet.
  package mutating func enter(_ entry: Entry) {
    let place = isOrdered ? place(of: entry.timestamp ?? .max) : entries.endIndex
    entries.insert(entry, at: place)
    if entries.count > Self.capacity { entries.removeFirst() }
  }

  /// How many frames are expected before one with this timestamp.
  package func count(before timestamp: Int64) -> Int { place(of: timestamp) }

  /// The latest of those that can be selected, or one before it was.
  package func predecessor(of timestamp: Int64) -> Entry? {
    entries[..<place(of: timestamp)].last { $0.fate == .sent || $0.fate == .ruledOut }
  }

  /// The packet of a frame that has left the decoder, and, in order, those before it that are frames which were skipped.
  package mutating func leave(_ id: Int64) -> (entry: Entry?, skipped: [Entry]) {
    guard let place = entries.firstIndex(where: { $0.id == id }) else { return (nil, []) }
    let entry = entries[place]
    let skipped = entries[..<place].filter(\.isSkippedFrame)
    entries.removeFirst(place + 1)
    return (entry, skipped)
  }

  /// A packet turned out to hold no frame.
  package mutating func strike(_ id: Int64) { entries.removeAll { $0.id == id } }

  /// There are no more frames: those that were skipped.
  package mutating func end() -> [Entry] {
    defer { entries.removeAll() }
    return entries.filter(\.isSkippedFrame)
  }

  private func place(of timestamp: Int64) -> Int {
    // Nearly all belong at the end or close to it.
    var place = entries.endIndex
    while place > 0, let other = entries[place - 1].timestamp, other >= timestamp { place -= 1 }
    return place
  }
}
