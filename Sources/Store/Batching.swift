extension RunWriter {
  /// When records are committed, and how many may wait for it.
  public struct Batching: Sendable {
    /// A batch of so many is committed at once.
    public var rows: Int
    /// A batch is committed so long after its first record, if it is not full before; nil: only full batches are.
    public var interval: Duration?
    /// So many records may be in memory; then `append` blocks. At least `rows`.
    public var capacity: Int

    public init(rows: Int = 512, interval: Duration? = .milliseconds(200), capacity: Int = 2_048) {
      precondition(rows > 0 && capacity >= rows, "batches of \(rows) rows in a buffer of \(capacity)")
      self.rows = rows
      self.interval = interval
      self.capacity = capacity
    }
  }
}
