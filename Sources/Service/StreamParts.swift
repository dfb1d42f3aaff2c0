import ShuffledCore

// What a supervisor needs from outside, so that it knows neither FFmpeg nor SQLite.

/// An open source. `next` is called by one thread; the rest by any.
public protocol SupervisedSource: FrameSource {
  /// Frames that left the decoder, and those that were left out undecoded.
  var decoded: Int64 { get }
  /// Grows while it gets anything at all, also what nobody asked for and what is not decoded.
  var received: Int64 { get }
  /// What is asked of it from now on.
  func setLevel(_ level: RateLevel)
}

/// Opens a stream's source, again and again.
public protocol SourceOpener: Sendable {
  /// A camera, or a recording that is played as if it were one.
  var isLive: Bool { get }
  /// The lowest level that makes a difference.
  var lowestLevel: RateLevel { get }

  /// Blocks until it is open. Throws `SourceProblem`.
  /// - Parameters:
  ///   - sequence: the number of the first frame.
  ///   - stop: ends this call and the source's `next`.
  func open(from sequence: Int64, level: RateLevel, stop: SourceStop) throws -> any SupervisedSource

  /// Whether somebody listens there; nil where that cannot be asked. Blocks for a second at most.
  func knock() -> Bool?
}

/// Where a stream's records and changes go. `append`, `note` and `finish` are called by one thread at a time; they block, and throw
/// `Failure` once nothing more can be stored.
public protocol RunLog: FrameSink {
  /// The run's number in the database, once it has one. Any thread.
  var run: Int64? { get }
  func note(_ change: StreamChange) throws
  func finish(_ ending: RunEnd, decoded: Int64) throws
}

/// How a stream's run ended.
public enum RunEnd: Equatable, Sendable {
  /// The recording is over.
  case complete
  /// It was told to end, and why.
  case interrupted(String)
  case failed(String)
}
