/// A decoded frame on its way to a worker.
public struct Frame: Sendable {
  /// The frame's number in its stream: 0 for the first, counting those that were not selected or not decoded.
  public var sequence: Int64
  /// The container's presentation timestamp; nil where the container has none.
  public var mediaTime: MediaTime?
  /// When it was decoded.
  public var wallTime: WallTime
  /// What decoding it took.
  public var decode: Duration
  public var picture: Picture

  public init(
    sequence: Int64, mediaTime: MediaTime?, wallTime: WallTime, decode: Duration, picture: Picture
  ) {
    self.sequence = sequence
    self.mediaTime = mediaTime
    self.wallTime = wallTime
    self.decode = decode
    self.picture = picture
  }
}

/// What is kept of a frame: everything but its picture.
public struct FrameRecord: Equatable, Sendable {
  public var sequence: Int64
  public var mediaTime: MediaTime?
  public var wallTime: WallTime
  public var outcome: FrameOutcome
  public var latency: StageLatency
  /// When the worker was done with it: where the `store` stage begins.
  public var finished: Instant
  /// What `Classification.signature` was; not stored.
  public var signature: UInt64?

  public init(
    sequence: Int64, mediaTime: MediaTime?, wallTime: WallTime, outcome: FrameOutcome, latency: StageLatency,
    finished: Instant, signature: UInt64? = nil
  ) {
    self.sequence = sequence
    self.mediaTime = mediaTime
    self.wallTime = wallTime
    self.outcome = outcome
    self.latency = latency
    self.finished = finished
    self.signature = signature
  }
}
