import CFFmpeg
import ShuffledCore
import Synchronization

/// Makes frames of what a decoder gives: numbers and counts them, and takes over the pictures of those that are wanted. Has the packet
/// and the frame that demuxer and decoder fill. Used by one thread at a time, but for `statistics`.
final class FrameAssembly {
  let packet: UnsafeMutablePointer<AVPacket>
  let frame: UnsafeMutablePointer<AVFrame>

  /// What was decoded so far. Any thread.
  var statistics: DecodingStatistics { counts.withLock { $0 } }

  private let counts = Mutex(DecodingStatistics())
  private let timeBase: AVRational
  private let orientation: Orientation
  private let firstSequence: Int64
  private var selector: FrameSelector
  private(set) var decoded: Int64 = 0
  private var damagedFrames: Int64 = 0
  /// Frames up to this one are counted, but not given.
  private var skipped: Int64 = -1

  /// nil without memory.
  /// - Parameter firstSequence: the number of the first frame.
  init?(
    _ stream: VideoStream, _ information: VideoInformation, _ selection: FrameSelection,
    firstSequence: Int64 = 0
  ) {
    var packet = av_packet_alloc()
    guard let allocated = packet, let frame = av_frame_alloc() else {
      av_packet_free(&packet)
      return nil
    }
    (self.packet, self.frame) = (allocated, frame)
    timeBase = stream.timeBase
    orientation = information.orientation
    self.firstSequence = firstSequence
    selector = FrameSelector(
      selection, frameRate: information.frameRate,
      timestampUnit: .microseconds(max(1, microseconds(1, stream.timeBase))))
  }

  deinit {
    var packet: UnsafeMutablePointer<AVPacket>? = packet
    av_packet_free(&packet)
    var frame: UnsafeMutablePointer<AVFrame>? = frame
    av_frame_free(&frame)
  }

  /// Leaves out the frames up to number `sequence`. To be called before the first `take`.
  func skip(through sequence: Int64) {
    precondition(decoded == 0, "frames were given already")
    skipped = sequence
  }

  /// Counts what is in `frame` and empties it; nil where it is not wanted. Throws the cause for a frame without pixels.
  /// - began: when the work on it began.
  func take(began: Instant, damagedPackets: Int64) throws(NoPixels) -> Frame? {
    defer { av_frame_unref(frame) }
    let number = firstSequence + decoded
    decoded += 1
    let timestamp = frame.pointee.best_effort_timestamp
    let mediaTime =
      timestamp == shuffled_no_timestamp
      ? nil : MediaTime(microseconds: microseconds(timestamp, timeBase))
    if frame.pointee.decode_error_flags != 0 || frame.pointee.flags & AV_FRAME_FLAG_CORRUPT != 0 {
      damagedFrames += 1
    }
    let isSelected = selector.selects(sequence: number, at: mediaTime)
    var picture: Picture?
    if isSelected, number > skipped {
      picture = Picture(taking: frame, orientation: orientation)
      guard picture != nil else { throw NoPixels(sequence: number) }
    }
    counts.withLock {
      $0.decoded = decoded
      $0.damagedPackets = damagedPackets
      $0.damagedFrames = damagedFrames
      if isSelected { $0.selected += 1 }
      if let mediaTime { $0.lastMediaTime = mediaTime }
    }
    guard let picture else { return nil }
    return Frame(
      sequence: number, mediaTime: mediaTime, wallTime: .now(), decode: .now - began, picture: picture)
  }

  /// There are no more.
  func end(endedEarly: Bool, damagedPackets: Int64) {
    counts.withLock {
      $0.ended = true
      $0.endedEarly = endedEarly
      $0.damagedPackets = damagedPackets
    }
  }

  /// A decoder gave a frame that is not in memory.
  struct NoPixels: Error {
    var sequence: Int64
    var cause: String { "frame \(sequence) has no pixels in memory" }
  }
}
