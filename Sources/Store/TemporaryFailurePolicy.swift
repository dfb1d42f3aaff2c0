import ShuffledCore

/// What a run's writer does while its rows cannot be written for a reason that may pass: the disk is full, a quota is used up, or another
/// program has locked the database for longer than is waited for it. Every other error ends the run; so does a failed sync, whatever
/// its reason.
public enum TemporaryFailurePolicy: Sendable {
  /// The run ends with that failure.
  case fail
  /// What is not committed stays in memory, up to the buffer's capacity, beyond which `append` blocks, and is tried again so often
  /// until it is. `report` is called on the database's queue when that begins and when it is over; it must
  /// not use the writer. Others may write to the database meanwhile.
  case waitAndRetry(every: Duration, report: @Sendable (WritingState) -> Void)
}

/// What a writer tells of that.
public enum WritingState: Equatable, Sendable {
  /// Nothing can be written, and why.
  case heldUp(Failure)
  /// All that had waited is committed, after so long.
  case wentOn(after: Duration)
}
