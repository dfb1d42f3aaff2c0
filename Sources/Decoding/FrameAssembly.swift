import CFFmpeg
import ShuffledCore
import Synchronization

/// Makes frames of what a decoder gives: numbers and counts them, and takes over the pictures of those that are wanted. Judges the packets
/// before: what nobody asks for is left out undecoded where that changes nothing else. Has the packet and the frame that demuxer and decoder
/// fill. Used by one thread at a time, but for `statistics` and `select`.
final class FrameAssembly {
  let packet: UnsafeMutablePointer<AVPacket>
  let frame: UnsafeMutablePointer<AVFrame>

  /// What was decoded so far. Any thread.
  var statistics: DecodingStatistics { counts.withLock { $0 } }

  private let counts = Mutex(DecodingStatistics())
  private let stream: VideoStream
  private let information: VideoInformation
  private let region: RegionOfInterest
  private let requested: Mutex<FrameSelection?> = Mutex(nil)
  private var selection: FrameSelection
  private var selector: FrameSelector
  private var judge: PacketJudge
  /// The next frame's number.
  private var number: Int64
  private(set) var decoded: Int64 = 0
  private var skipped: Int64 = 0
  private var damagedFrames: Int64 = 0
  /// Frames up to this one are counted, but not given.
  private var storedThrough: Int64 = -1

  /// nil without memory.
  /// - Parameter firstSequence: the number of the first frame.
  init?(
    _ stream: VideoStream, _ information: VideoInformation, _ selection: FrameSelection,
    _ region: RegionOfInterest, firstSequence: Int64
  ) {
    var packet = av_packet_alloc()
    guard let allocated = packet, let frame = av_frame_alloc() else {
      av_packet_free(&packet)
      return nil
    }
    (self.packet, self.frame) = (allocated, frame)
    (self.stream, self.information, self.selection, self.region) = (stream, information, selection, region)
    number = firstSequence
    selector = Self.selector(selection, stream, information)
    judge = PacketJudge(stream)
  }

  deinit {
    var packet: UnsafeMutablePointer<AVPacket>? = packet
    av_packet_free(&packet)
    var frame: UnsafeMutablePointer<AVFrame>? = frame
    av_frame_free(&frame)
  }

  private static func selector(
    _ selection: FrameSelection, _ stream: VideoStream, _ information: VideoInformation
  ) -> FrameSelector {
    FrameSelector(
      selection, frameRate: information.frameRate,
      timestampUnit: .microseconds(max(1, microseconds(1, stream.timeBase))))
  }

  /// What is wanted from the next packet on. Any thread.
  func select(_ selection: FrameSelection) { requested.withLock { $0 = selection } }

  private func takeUpSelection() {
    let asked = requested.withLock { asked in
      defer { asked = nil }
      return asked
    }
    guard let asked, asked != selection else { return }
    judge.change(from: selection, to: asked)
    selection = asked
    selector = Self.selector(asked, stream, information)
  }

  /// Leaves out the frames up to number `sequence`. To be called before the first `take`.
  func skip(through sequence: Int64) {
    precondition(decoded == 0, "frames were given already")
    storedThrough = sequence
  }

  /// What to do with what is in `packet`, the stream's next, and the number that its frame is known by to `take`.
  func judgePacket() -> (treatment: PacketTreatment, number: Int64) {
    takeUpSelection()
    counts.withLock { $0.packets += 1 }
    return judge.judge(packet, selection, selector, next: number, hasDecoded: decoded > 0)
  }

  /// Counts what is in `frame` and empties it; nil where it is not wanted.
  /// - began: when the work on it began.
  func take(began: Instant, damagedPackets: Int64) throws(NoPicture) -> Frame? {
    defer { av_frame_unref(frame) }
    let (entry, before) = judge.ledger.leave(frame.pointee.reordered_opaque)
    let mediaTime = mediaTime(entry)
    pass(before)
    let own = number
    number += 1
    decoded += 1
    if frame.pointee.decode_error_flags != 0 || frame.pointee.flags & AV_FRAME_FLAG_CORRUPT != 0 {
      damagedFrames += 1
    }
    let isSelected = selector.selects(
      sequence: own, at: mediaTime, isKeyframe: entry?.isKeyframe ?? (frame.pointee.key_frame != 0))
    var picture: Picture?
    if isSelected, own > storedThrough {
      picture = try Picture(taking: frame, orientation: information.orientation, region: region)
    }
    counts.withLock {
      $0.decoded = decoded
      $0.skipped = skipped
      $0.damagedPackets = damagedPackets
      $0.damagedFrames = damagedFrames
      if isSelected { $0.selected += 1 }
      if let mediaTime { $0.lastMediaTime = mediaTime }
    }
    guard let picture else { return nil }
    return Frame(
      sequence: own, mediaTime: mediaTime, wallTime: .now(), decode: .now - began, picture: picture)
  }

  private func mediaTime(_ entry: PacketLedger.Entry?) -> MediaTime? {
    // Without timestamps FFmpeg takes the time of the packet that made the decoder give the frame, which for keyframes alone is far off.
    if frame.pointee.pts == shuffled_no_timestamp, selection == .keyframes, let time = entry?.time {
      return time
    }
    let timestamp = frame.pointee.best_effort_timestamp
    return timestamp == shuffled_no_timestamp
      ? nil : MediaTime(microseconds: microseconds(timestamp, stream.timeBase))
  }

  /// The packet given to the decoder last was refused: it is no frame.
  func refuse(_ number: Int64) { judge.ledger.strike(number) }

  /// Counts frames that are never decoded.
  private func pass(_ entries: [PacketLedger.Entry]) {
    for entry in entries {
      number += 1
      skipped += 1
      if entry.fate == .ruledOut { selector.pass(entry.time) }
    }
  }

  /// No more frames leave the decoder: those that were skipped after the last one are counted.
  func countRest() {
    pass(judge.ledger.end())
    counts.withLock { $0.skipped = skipped }
  }

  /// There are no more.
  func end(endedEarly: Bool, damagedPackets: Int64) {
    countRest()
    counts.withLock {
      $0.ended = true
      $0.endedEarly = endedEarly
      $0.damagedPackets = damagedPackets
    }
  }
}
