import CFFmpeg
import ShuffledCore

/// Decides of each packet whether it must be decoded, and keeps the ledger.
struct PacketJudge {
  var ledger = PacketLedger()
  private let skipping: PacketSkipping
  private let timeBase: AVRational
  /// By how many frames the decoder is behind, where it puts them in order.
  private let delay: Int64
  /// How many there were.
  private var packets: Int64 = 0
  /// Nothing can be decoded before the next keyframe: those before it were left out.
  private var awaitsKeyframe = false
  /// Until the next keyframe: frames before this timestamp lean on some that were left out.
  private var firstWhole: Int64?
  private var hasSeenKeyframe = false
  /// The timestamp of the stream's first keyframe, until the next: what is shown before it cannot be decoded.
  private var firstKeyframe: Int64?

  init(_ stream: VideoStream) {
    (skipping, timeBase) = (stream.skipping, stream.timeBase)
    delay = Int64(max(0, stream.parameters.pointee.video_delay))
  }

  /// From now on something else is wanted.
  mutating func change(from old: FrameSelection, to new: FrameSelection) {
    if new == .keyframes {
      (awaitsKeyframe, firstWhole) = (false, nil)
    } else if old == .keyframes {
      awaitsKeyframe = !skipping.mayHaveFields
    }
  }

  /// - Parameters:
  ///   - next: the number of the next frame to leave the decoder, if none is skipped before it.
  ///   - hasDecoded: a frame has left the decoder.
  mutating func judge(
    _ packet: UnsafePointer<AVPacket>, _ selection: FrameSelection, _ selector: FrameSelector, next: Int64,
    hasDecoded: Bool
  ) -> (PacketTreatment, number: Int64) {
    let number = packets
    packets += 1
    // Decoded for the sake of others only, as an edit list says: it is no frame.
    if packet.pointee.flags & AV_PKT_FLAG_DISCARD != 0 {
      return (selection == .keyframes && !skipping.mayHaveFields ? .passOver : .decode, number)
    }
    let timestamp = known(packet.pointee.pts)
    ledger.note(timestamp: timestamp, decodingTime: known(packet.pointee.dts))
    let isKeyframe = packet.pointee.flags & AV_PKT_FLAG_KEY != 0
    let (treatment, fate) = decide(packet, selection, selector, next: next, hasDecoded: hasDecoded)
    if isKeyframe { (hasSeenKeyframe, firstKeyframe) = (true, hasSeenKeyframe ? nil : timestamp) }
    ledger.enter(
      PacketLedger.Entry(
        id: number, timestamp: timestamp,
        time: (timestamp ?? estimatedTimestamp(packet)).map {
          MediaTime(microseconds: microseconds($0, timeBase))
        }, isKeyframe: isKeyframe, fate: fate))
    return (treatment, number)
  }

  private mutating func decide(
    _ packet: UnsafePointer<AVPacket>, _ selection: FrameSelection, _ selector: FrameSelector, next: Int64,
    hasDecoded: Bool
  ) -> (PacketTreatment, PacketLedger.Fate) {
    let timestamp = known(packet.pointee.pts)
    let isKeyframe = packet.pointee.flags & AV_PKT_FLAG_KEY != 0
    if selection == .keyframes ? !skipping.mayHaveFields : awaitsKeyframe {
      guard isKeyframe else {
        let isUnseen =
          !hasSeenKeyframe || timestamp.flatMap { time in firstKeyframe.map { time < $0 } } ?? false
        return (.passOver, isUnseen ? .unseen : .passed)
      }
      if awaitsKeyframe { (awaitsKeyframe, firstWhole) = (false, timestamp) }
      // By itself: what a decoder derives from the keyframe before it, as the order of pictures in H.264, may be wrong after a gap.
      let isAlone = selection == .keyframes && !skipping.isIntraOnly
      return (isAlone ? .decodeAlone : .decode, .sent)
    }
    if isKeyframe {
      firstWhole = nil
    } else if let firstWhole, let timestamp, timestamp < firstWhole {
      return (.passOver, .passed)
    }
    return decideByRule(packet, timestamp, selection, selector, next, hasDecoded)
  }

  /// A packet that could be decoded: must it be?
  private func decideByRule(
    _ packet: UnsafePointer<AVPacket>, _ timestamp: Int64?, _ selection: FrameSelection,
    _ selector: FrameSelector, _ next: Int64, _ hasDecoded: Bool
  ) -> (PacketTreatment, PacketLedger.Fate) {
    // Before the first frame nobody knows where slots begin, nor which packets hold none.
    guard selection != .all, hasDecoded, ledger.isOrdered, let timestamp, packet.pointee.size > 0,
      !Self.carriesChange(packet)
    else {
      return (.decode, .sent)
    }
    let treatment: PacketTreatment
    if skipping.isIntraOnly {
      treatment = .skip
    } else if skipping.canDropDisposable, packet.pointee.flags & AV_PKT_FLAG_DISPOSABLE != 0 {
      treatment = .skip
    } else if skipping.canAskDecoder, packet.pointee.flags & AV_PKT_FLAG_KEY == 0 {
      treatment = .decodeIfReferenced
    } else {
      return (.decode, .sent)
    }
    let expected = ledger.count(before: timestamp)
    // Whether no later packet will be shown before this one; for a codec without prediction, no earlier one after it either.
    let isNext: Bool
    if skipping.isIntraOnly {
      guard expected == ledger.entries.count else { return (.decode, .sent) }
      isNext = true
    } else {
      isNext =
        known(packet.pointee.dts).map { $0 &+ max(0, packet.pointee.duration) >= timestamp } ?? false
    }
    let isRuledOut = selector.rulesOut(
      sequence: isNext ? next + Int64(expected) : nil,
      at: MediaTime(microseconds: microseconds(timestamp, timeBase)),
      after: ledger.predecessor(of: timestamp)?.time)
    return isRuledOut ? (treatment, .ruledOut) : (.decode, .sent)
  }

  /// The decoder learns of a new palette or new parameters from it, which the packets after it rely on.
  private static func carriesChange(_ packet: UnsafePointer<AVPacket>) -> Bool {
    [AV_PKT_DATA_PALETTE, AV_PKT_DATA_NEW_EXTRADATA, AV_PKT_DATA_PARAM_CHANGE].contains {
      av_packet_get_side_data(packet, $0, nil) != nil
    }
  }

  /// Where the container only says when a packet is decoded.
  private func estimatedTimestamp(_ packet: UnsafePointer<AVPacket>) -> Int64? {
    known(packet.pointee.dts).map { $0 &+ delay &* max(0, packet.pointee.duration) }
  }

  private func known(_ timestamp: Int64) -> Int64? { timestamp == shuffled_no_timestamp ? nil : timestamp }
}
