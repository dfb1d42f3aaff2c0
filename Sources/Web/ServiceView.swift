import ShuffledCore
import StatusReport

/// A running service as its site sees it. Any thread.
public protocol ServiceView: Sendable {
  /// Does not block.
  func status() -> DaemonStatus
  /// Does not block.
  func measurements() -> ServiceMeasurements
  /// Why the service does not get on: what the watchdog would say; nil while it does. Does not block.
  var complaint: String? { get }
  /// The last picture of a stream that was classified; nil where there is none. Does not block.
  func lastPicture(of stream: String) -> LastPicture?
}

/// A stream's picture, which becomes a JPEG when somebody wants it.
public struct LastPicture: Sendable {
  /// The frame's number, and when it was decoded.
  public var sequence: Int64
  public var time: WallTime
  /// Encodes it, at most so many pixels wide. Blocks. Throws `Failure`.
  public var jpeg: @Sendable (_ width: Int?) throws -> [UInt8]

  public init(
    sequence: Int64, time: WallTime, jpeg: @escaping @Sendable (_ width: Int?) throws -> [UInt8]
  ) {
    self.sequence = sequence
    self.time = time
    self.jpeg = jpeg
  }
}

/// What is measured of a service beside its status. Counts and sums are since it began, or the stream was taken up.
public struct ServiceMeasurements: Sendable {
  public struct Stream: Sendable {
    public var name: String
    /// Frames that wait for a worker.
    public var queued: Int
    /// How often its source was opened again, by why it had to be.
    public var reconnects: [(reason: String, count: Int64)]
    /// What each stage cost the frames that were classified.
    public var stages: [Stage: BucketHistogram]
    /// From the moment the decoder began on a frame to the moment its result was committed.
    public var resultAge: BucketHistogram

    public init(
      name: String, queued: Int, reconnects: [(reason: String, count: Int64)],
      stages: [Stage: BucketHistogram], resultAge: BucketHistogram
    ) {
      self.name = name
      self.queued = queued
      self.reconnects = reconnects
      self.stages = stages
      self.resultAge = resultAge
    }
  }

  public var status: DaemonStatus
  /// Of those in `status`.
  public var streams: [Stream]
  /// What transactions of results took.
  public var commits: BucketHistogram
  /// Of all workers together.
  public var busyTime: Duration
  /// `avx512`, `avx2`, `portable`.
  public var instructionSet: String
  public var process: ProcessMeasurements

  public init(
    status: DaemonStatus, streams: [Stream], commits: BucketHistogram, busyTime: Duration,
    instructionSet: String, process: ProcessMeasurements
  ) {
    self.status = status
    self.streams = streams
    self.commits = commits
    self.busyTime = busyTime
    self.instructionSet = instructionSet
    self.process = process
  }
}
