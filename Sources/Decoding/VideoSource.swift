import CFFmpeg
import ShuffledCore
import Synchronization

/// The frames of a video file, or the one picture of an image file, decoded by FFmpeg.
///
/// Every frame that the decoder gives is counted, and every selected one returned exactly once, in presentation
/// order, those still inside the decoder at the end of the file included. Damaged packets are counted and passed
/// over.
///
/// `@unchecked Sendable`: `information` never changes and `statistics` has a lock. The rest belongs to whichever
/// thread is inside `next()`, one at a time, which `isBusy` enforces.
public final class VideoSource: FrameSource, @unchecked Sendable {
  /// What the file is expected to be.
  public enum Media: Sendable {
    /// Moving pictures; a file with a single picture is a video of one frame.
    case video
    /// A still picture. Of an animated one, the first frame.
    case image

    var noun: String { self == .video ? "a video" : "an image" }
    var opening: String { self == .video ? "open video" : "open image" }
    var decoding: String { self == .video ? "decode video" : "decode image" }
  }

  /// What the container says of the stream. An image's EXIF is not part of that: the picture has it.
  public let information: VideoInformation

  /// What was decoded so far. Any thread.
  public var statistics: DecodingStatistics { counts.withLock { $0 } }

  private let path: String
  private let media: Media
  private let demuxer: Demuxer
  private let decoder: Decoder
  private var selector: FrameSelector
  private let packet: UnsafeMutablePointer<AVPacket>
  private let frame: UnsafeMutablePointer<AVFrame>
  /// Kept until a frame is decoded, for the reason why none could be.
  private var firstPacket: UnsafeMutablePointer<AVPacket>?
  private var packetsRead: Int64 = 0
  private var sequence: Int64 = 0
  /// Frames up to this one are decoded and counted, but not given.
  private var skipped: Int64 = -1
  private var damagedFrames: Int64 = 0
  private var hasEnded = false
  private let isBusy = Atomic<Bool>(false)
  private let counts = Mutex(DecodingStatistics())

  /// Opens a local file. Blocks while it reads the beginning of it.
  ///
  /// Throws `Failure`: `noInput` where there is no readable file, `badData` where it is not what was asked for.
  /// No other file is opened and nothing connected to, whatever `path` and the file say.
  /// - Parameter threads: how many FFmpeg may decode with; 0: one a core.
  public init(path: String, media: Media, selection: FrameSelection = .all, threads: Int = 0) throws(Failure)
  {
    precondition(threads >= 0, "\(threads) threads cannot decode")
    let demuxer = try Demuxer(path: path, media: media)
    let decoder = try Decoder(for: demuxer, cannot: media.decoding, path, threads: threads)
    guard let packet = av_packet_alloc(), let frame = av_frame_alloc() else {
      throw Failure(.unavailable, cannot: media.opening, path, because: "out of memory")
    }
    self.path = path
    self.media = media
    self.demuxer = demuxer
    self.decoder = decoder
    self.packet = packet
    self.frame = frame
    information = demuxer.information
    selector = FrameSelector(
      selection, frameRate: information.frameRate,
      timestampUnit: .microseconds(max(1, microseconds(1, demuxer.timeBase))))
  }

  deinit {
    var packet: UnsafeMutablePointer<AVPacket>? = packet
    av_packet_free(&packet)
    var frame: UnsafeMutablePointer<AVFrame>? = frame
    av_frame_free(&frame)
    av_packet_free(&firstPacket)
  }

  /// Leaves out the frames up to number `sequence`, which somebody has already. They are decoded all the same: only so the
  /// others have the numbers, and are the choice, that they would be without. To be called before the first `next`.
  public func skip(through sequence: Int64) {
    precondition(self.sequence == 0, "frames were given already")
    skipped = sequence
  }

  /// The next selected frame, or nil at the end. Blocks while it reads and decodes.
  ///
  /// A file that is cut off or damaged gives the frames it still has and then nil; `statistics` tell. Throws
  /// `Failure` of kind `badData` where not a single frame could be decoded, and `unavailable` without memory.
  public func next() throws -> Frame? {
    precondition(!isBusy.exchange(true, ordering: .acquiring), "two threads called next() at once")
    defer { isBusy.store(false, ordering: .releasing) }
    let began = ContinuousClock.now
    guard !hasEnded else { return nil }
    while true {
      switch try decoder.receive(into: frame) {
      case .frame:
        if let result = try take(began: began) {
          if media == .image { try end() }
          return result
        }
      case .needsPacket:
        switch demuxer.read(into: packet) {
        case .packet:
          packetsRead += 1
          if packetsRead == 1 { firstPacket = av_packet_clone(packet) }
          try decoder.send(packet)
        case .end: try decoder.send(nil)
        }
      case .end:
        try end()
        return nil
      }
    }
  }

  /// Counts the frame just decoded; returns it if it is selected.
  private func take(began: Instant) throws(Failure) -> Frame? {
    defer { av_frame_unref(frame) }
    let number = sequence
    sequence += 1
    if number == 0 { av_packet_free(&firstPacket) }
    let timestamp = frame.pointee.best_effort_timestamp
    let mediaTime =
      timestamp == shuffled_no_timestamp
      ? nil : MediaTime(microseconds: microseconds(timestamp, demuxer.timeBase))
    if frame.pointee.decode_error_flags != 0 || frame.pointee.flags & AV_FRAME_FLAG_CORRUPT != 0 {
      damagedFrames += 1
    }
    let isSelected = selector.selects(sequence: number, at: mediaTime)
    var picture: Picture?
    if isSelected, number > skipped {
      picture = Picture(taking: frame, orientation: information.orientation)
      guard picture != nil else {
        throw Failure(
          .failed, cannot: media.decoding, path, because: "frame \(number) has no pixels in memory")
      }
    }
    let (damagedPackets, damagedFrames) = (decoder.damagedPackets, damagedFrames)
    counts.withLock {
      $0.decoded = number + 1
      $0.damagedPackets = damagedPackets
      $0.damagedFrames = damagedFrames
      if isSelected { $0.selected += 1 }
      if let mediaTime { $0.lastMediaTime = mediaTime }
    }
    guard let picture else { return nil }
    return Frame(
      sequence: number, mediaTime: mediaTime, wallTime: .now(), decode: ContinuousClock.now - began,
      picture: picture)
  }

  private func end() throws(Failure) {
    hasEnded = true
    let endedEarly = media == .video && demuxer.endedEarly
    let damagedPackets = decoder.damagedPackets
    counts.withLock {
      $0.ended = true
      $0.endedEarly = endedEarly
      $0.damagedPackets = damagedPackets
    }
    if sequence == 0 { throw nothingDecoded() }
  }

  /// Why not a single frame could be decoded.
  private func nothingDecoded() -> Failure {
    var failure = Failure(.badData, cannot: media.decoding, path, because: "its video stream is empty")
    guard let firstPacket else { return failure }
    failure.cause = "none of its \(packetsRead) packets could be decoded"
    if let size = SizeProbe.size(asked: firstPacket, demuxer), Formats.isTooLarge(size) {
      failure.cause = Formats.tooLarge(size)
      failure.remedy = "scale it down"
    }
    return failure
  }
}
