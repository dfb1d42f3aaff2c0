import ShuffledCore

/// What a file says of its video stream before the first frame is decoded.
public struct VideoInformation: Equatable, Sendable {
  /// How many frames the file should hold.
  public enum FrameCount: Equatable, Sendable {
    /// The container's own index.
    case exact(Int64)
    /// Duration times frame rate.
    case estimated(Int64)

    public var value: Int64 {
      switch self {
      case .exact(let count), .estimated(let count): return count
      }
    }
  }

  /// FFmpeg's short name of the container: `mov`, `matroska`, `mpegts`, `png_pipe`.
  public var container: String
  /// FFmpeg's short name of the codec: `h264`.
  public var codec: String
  /// As it is stored, before it is turned upright; nil where only decoding will tell.
  public var size: PixelSize?
  public var orientation: Orientation
  /// nil where the container has none, as for a picture.
  public var duration: Duration?
  /// Frames a second of media time, on average.
  public var frameRate: Double?
  /// nil where it is not known.
  public var expectedFrames: FrameCount?
  /// The first timestamp, which need not be 0.
  public var startTime: MediaTime?

  package init(
    container: String, codec: String, size: PixelSize?, orientation: Orientation, duration: Duration?,
    frameRate: Double?, expectedFrames: FrameCount?, startTime: MediaTime?
  ) {
    self.container = container
    self.codec = codec
    self.size = size
    self.orientation = orientation
    self.duration = duration
    self.frameRate = frameRate
    self.expectedFrames = expectedFrames
    self.startTime = startTime
  }
}

/// What has been decoded so far.
public struct DecodingStatistics: Equatable, Sendable {
  /// Packets of the stream that were read, whatever became of them: that it grows says that there is somebody who sends.
  public var packets: Int64 = 0
  /// Frames that left the decoder.
  public var decoded: Int64 = 0
  /// Frames that were left out undecoded, because nobody asked for them and no other needs them. They are counted when the next one
  /// leaves the decoder.
  public var skipped: Int64 = 0
  /// All frames: `decoded` and `skipped`.
  public var frames: Int64 { decoded + skipped }
  /// Those of the decoded ones that were selected; `next()` returned them.
  public var selected: Int64 = 0
  /// Packets that the decoder refused, or that the container says are damaged or cut off. Their frames are missing
  /// or, where the decoder could do something with the rest, among the `damagedFrames`.
  public var damagedPackets: Int64 = 0
  /// Frames with pixels that the decoder had to make up.
  public var damagedFrames: Int64 = 0
  /// The timestamp of the frame decoded last.
  public var lastMediaTime: MediaTime?
  /// `next()` has returned nil: there is nothing more.
  public var ended = false
  /// The file ended before what it declares, or could not be read to its end.
  public var endedEarly = false

  public init() {}
}
