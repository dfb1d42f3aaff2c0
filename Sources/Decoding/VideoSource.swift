import CFFmpeg
import ShuffledCore
import Synchronization

/// The frames of a video file, or the one picture of an image file, decoded by FFmpeg.
///
/// Every frame that the decoder gives is counted, and every selected one returned exactly once, in presentation
/// order, those still inside the decoder at the end of the file included. Damaged packets are counted and passed
/// over.
///
/// What nobody asks for is not decoded where no other frame needs it (`DecodingStatistics.skipped`); frames and their numbers are those that
/// they would be if all were. There are two exceptions. A damaged packet that is skipped is taken for a frame. And numbers of keyframes
/// count a frame a packet, which VP8's and old AVI files' may not be.
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
  public var statistics: DecodingStatistics { frames.statistics }

  let path: String
  private let interruption: Interruption?
  private let media: Media
  private let demuxer: Demuxer
  private let decoder: Decoder
  private let frames: FrameAssembly
  /// Kept until a frame is decoded, for the reason why none could be.
  private var firstPacket: UnsafeMutablePointer<AVPacket>?
  private let queue = PacketQueue()
  private var hasReadAll = false
  private var packetsRead: Int64 = 0
  private var packetsSent: Int64 = 0
  private var hasEnded = false
  private let isBusy = Atomic<Bool>(false)

  /// Opens a local file. Blocks while it reads the beginning of it.
  ///
  /// Throws `Failure`: `noInput` where there is no readable file, `badData` where it is not what was asked for.
  /// No other file is opened and nothing connected to, whatever `path` and the file say.
  /// - Parameters:
  ///   - region: the part of the pictures that is given.
  ///   - threads: how many FFmpeg may decode with; 0: one a core.
  public convenience init(
    path: String, media: Media, selection: FrameSelection = .all, region: RegionOfInterest = .whole,
    threads: Int = 0
  ) throws(Failure) {
    try self.init(
      path: path, media: media, selection: selection, region: region, threads: threads, firstSequence: 0)
  }

  /// - Parameters:
  ///   - firstSequence: the number of the first frame.
  ///   - interruption: `next` then throws.
  init(
    path: String, media: Media, selection: FrameSelection, region: RegionOfInterest, threads: Int,
    firstSequence: Int64, interruption: Interruption? = nil
  ) throws(Failure) {
    precondition(threads >= 0, "\(threads) threads cannot decode")
    let demuxer = try Demuxer(path: path, media: media)
    let decoder = try Decoder(for: demuxer.stream, cannot: media.decoding, path, threads: threads)
    guard
      let frames = FrameAssembly(
        demuxer.stream, demuxer.information, selection, region, firstSequence: firstSequence)
    else {
      throw Failure(.unavailable, cannot: media.opening, path, because: "out of memory")
    }
    self.path = path
    self.interruption = interruption
    self.media = media
    self.demuxer = demuxer
    self.decoder = decoder
    self.frames = frames
    information = demuxer.information
  }

  deinit { av_packet_free(&firstPacket) }

  /// Leaves out the frames up to number `sequence`, which somebody has already. They are decoded all the same: only so the
  /// others have the numbers, and are the choice, that they would be without. To be called before the first `next`.
  public func skip(through sequence: Int64) { frames.skip(through: sequence) }

  /// What is wanted from the next frame on, but for those that the decoder has already. Any thread.
  func select(_ selection: FrameSelection) { frames.select(selection) }

  /// The next selected frame, or nil at the end. Blocks while it reads and decodes.
  ///
  /// A file that is cut off or damaged gives the frames it still has and then nil; `statistics` tell. Throws
  /// `Failure` of kind `badData` where not a single frame could be decoded, and `unavailable` without memory.
  public func next() throws -> Frame? {
    precondition(!isBusy.exchange(true, ordering: .acquiring), "two threads called next() at once")
    defer { isBusy.store(false, ordering: .releasing) }
    let began = Instant.now
    guard !hasEnded else { return nil }
    while true {
      switch try decoder.receive(into: frames.frame) {
      case .frame:
        if let result = try take(began: began) {
          if media == .image { try end() }
          return result
        }
      case .needsPacket: try feed()
      case .end:
        try end()
        return nil
      }
    }
  }

  /// Gives the decoder its next packet, or reads one that it need not have now.
  private func feed() throws(Failure) {
    if let interruption, interruption.isInterrupted {
      throw Failure(.failed, cannot: media.decoding, path, because: "interrupted")
    }
    if let item = queue.pop(into: frames.packet, isLast: hasReadAll) {
      return try send(item.treatment, item.number)
    }
    guard !hasReadAll else { return try decoder.send(nil) }
    guard case .packet = demuxer.read(into: frames.packet) else {
      hasReadAll = true
      return
    }
    packetsRead += 1
    if packetsRead == 1 { firstPacket = av_packet_clone(frames.packet) }
    let (treatment, number) = frames.judgePacket()
    switch treatment {
    case .skip, .passOver: break
    case .decode where queue.isEmpty, .decodeIfReferenced where queue.isEmpty: try send(treatment, number)
    case .decode, .decodeIfReferenced, .decodeAlone:
      guard queue.push(frames.packet, treatment, number) else {
        throw Failure(.unavailable, cannot: media.decoding, path, because: "out of memory")
      }
    }
  }

  private func send(_ treatment: PacketTreatment, _ number: Int64) throws(Failure) {
    packetsSent += 1
    let damaged = decoder.damagedPackets
    try decoder.send(
      frames.packet, number: number, ifReferenced: treatment == .decodeIfReferenced,
      isAlone: treatment == .decodeAlone)
    // One that is only marked as damaged may hold a frame all the same.
    if decoder.damagedPackets > damaged, frames.packet.pointee.flags & AV_PKT_FLAG_CORRUPT == 0,
      !decoder.tellsLate
    {
      frames.refuse(number)
    }
  }

  /// Counts the frame just decoded; returns it if it is selected.
  private func take(began: Instant) throws(Failure) -> Frame? {
    if frames.decoded == 0 { av_packet_free(&firstPacket) }
    do {
      return try frames.take(began: began, damagedPackets: decoder.damagedPackets)
    } catch {
      throw Failure(error.kind, cannot: media.decoding, path, because: error.cause(frames.statistics.frames))
    }
  }

  private func end() throws(Failure) {
    hasEnded = true
    frames.end(
      endedEarly: media == .video && demuxer.endedEarly, damagedPackets: decoder.damagedPackets)
    if frames.decoded == 0 { throw nothingDecoded() }
  }

  /// Why not a single frame could be decoded.
  private func nothingDecoded() -> Failure {
    var failure = Failure(.badData, cannot: media.decoding, path, because: "its video stream is empty")
    guard let firstPacket else { return failure }
    guard packetsSent > 0 else {
      failure.cause = "none of its \(packetsRead) packets is a keyframe"
      return failure
    }
    failure.cause = "none of its \(packetsSent) packets could be decoded"
    if let size = SizeProbe.size(asked: firstPacket, demuxer.stream), Formats.isTooLarge(size) {
      failure.cause = Formats.tooLarge(size)
      failure.remedy = "scale it down"
    }
    return failure
  }
}
