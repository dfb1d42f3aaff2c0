import ShuffledCore

/// What a run's writer does while there is no place for its rows: the disk is full, a quota is used up, or another program has locked
/// the database for longer than is waited for it. Every other error ends the run; so does a failed sync, whatever its reason.
public enum FullDiskPolicy: Sendable {
  /// The run ends with that failure.
  case fail
  /// What is not committed stays in memory, up to the buffer's capacity, and is tried again so often until there is
  /// a place for it; then `append` blocks. `report` is called on the database's queue when that begins and when it is over; it must
  /// not use the writer. Others may write to the database meanwhile.
  case waitAndRetry(every: Duration, report: @Sendable (DiskSpace) -> Void)
}

/// What a writer tells that waits for space.
public enum DiskSpace: Equatable, Sendable {
  /// Nothing can be written for now, and why.
  case ranOut(Failure)
  /// All that had waited is committed, after so long.
  case returned(after: Duration)
}
