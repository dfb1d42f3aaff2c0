import Dispatch
import Segmentation
import ShuffledCore
import Synchronization

/// Writes one run: takes records in frame order, and commits them in batches on the database's queue.
///
/// `append`, `flush` and `finish` are called by one thread at a time, and not from the `committed` callback. What was
/// committed survives the end of the process at any moment; a run that is never finished stays `running` until the
/// next process opens the database for writing and marks it as abandoned.
///
/// `@unchecked Sendable`: `insertion` is touched only on the database's queue, `state` is a mutex, and everything
/// else is a constant of a Sendable type.
public final class RunWriter: FrameSink, @unchecked Sendable {
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

  /// The run's number in the database.
  public let run: Int64

  private let database: Database
  private let batching: Batching
  private let now: @Sendable () -> Instant
  private let committed: @Sendable ([FrameRecord], Instant) -> Void
  /// Counts the records that still fit; made with 0 and filled, because a semaphore may not end lower than it began.
  private let space = DispatchSemaphore(value: 0)
  private let state = Mutex(State())
  private var insertion: BatchInsertion

  fileprivate struct State {
    var pending: [FrameRecord] = []
    /// How many batches were closed: tells a timer whether its batch is still the pending one.
    var generation = 0
    var lastSequence: Int64 = -1
    var failure: Failure?
    var finished = false
    /// How often `append` had to wait for space.
    var stalls = 0
  }

  /// Adds the run to the database and blocks until that is committed. Throws `Failure` when it cannot.
  /// - Parameters:
  ///   - database: open for writing. Several runs may write to it, one after another or at once.
  ///   - segmentation: how segments are found among the frames; nil for none.
  ///   - committed: called on the database's queue after each commit, with the records and the moment; nothing else
  ///     is written meanwhile.
  ///   - resuming: a run of the same stream and model to go on with, whose frames are then those after its last one; nil
  ///     for a new one.
  ///   - now: the clock that the store stage is measured with.
  public init(
    database: Database, run description: RunDescription, batching: Batching = Batching(),
    segmentation: SegmentationSettings? = nil, resuming: StoredRun? = nil,
    committed: @escaping @Sendable ([FrameRecord], Instant) -> Void = { _, _ in },
    now: @escaping @Sendable () -> Instant = { .now }
  ) throws {
    precondition(database.access == .writing, "a run needs a database that is open for writing")
    self.database = database
    self.batching = batching
    self.now = now
    self.committed = committed
    (run, insertion) = try database.withConnection { connection in
      try connection.transaction {
        let run = try resuming?.id ?? description.insert(into: connection)
        var insertion = BatchInsertion(run: run, started: description.started, segmentation: segmentation)
        if let resuming {
          try resuming.reopen(connection)
          try insertion.resume(resuming, connection)
        }
        return (run, insertion)
      }
    }
    if let resuming { state.withLock { $0.lastSequence = resuming.lastSequence } }
    for _ in 0..<batching.capacity { space.signal() }
  }

  /// Takes a record; blocks while the buffer is full. Throws the `Failure` of an earlier commit: nothing was written
  /// after it, and `committed` was not called for it.
  public func append(_ record: FrameRecord) throws {
    if space.wait(timeout: .now()) == .timedOut {
      state.withLock { $0.stalls += 1 }
      space.wait()
    }
    let (full, timed): ([FrameRecord]?, Int?)
    do {
      (full, timed) = try state.withLock { state in
        precondition(!state.finished, "a record was appended to a finished run")
        if let failure = state.failure { throw failure }
        precondition(
          record.sequence > state.lastSequence,
          "frame \(record.sequence) came after frame \(state.lastSequence)")
        state.lastSequence = record.sequence
        if state.pending.isEmpty { state.pending.reserveCapacity(batching.rows) }
        state.pending.append(record)
        if state.pending.count == batching.rows { return (state.close(), nil) }
        return (nil, state.pending.count == 1 ? state.generation : nil)
      }
    } catch {
      space.signal()
      throw error
    }
    if let full { database.queue.async { self.write(full) } }
    if let timed, let interval = batching.interval {
      let deadline = DispatchTime.now() + .microseconds(Int(interval.microseconds))
      database.queue.asyncAfter(deadline: deadline) { [weak self] in self?.intervalPassed(timed) }
    }
  }

  /// Commits what was appended and blocks until that is done. Throws what `append` would throw.
  public func flush() throws {
    let pending = state.withLock { $0.close() }
    database.queue.sync { if !pending.isEmpty { write(pending) } }
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }

  /// From a moment on the stream is in another state: commits what was appended, then notes that. Frames that come later say
  /// by themselves that it is observed. Blocks until it is committed. Throws what `append` would throw.
  public func note(_ change: CoverageChange) throws {
    try flush()
    do {
      try database.withConnection { connection in
        try connection.transaction { try insertion.note(change, connection) }
      }
    } catch {
      throw remember(error)
    }
  }

  /// Commits what was appended, ends the run's row and blocks until that is committed. Returns how many frames are
  /// stored. Throws what `append` would throw; the run then ends as `failed` if that much can still be written.
  /// - Parameters:
  ///   - outcome: how the run ended; not `running`.
  ///   - error: why, in one line, if something went wrong.
  ///   - decoded: how many frames were decoded, those that were not selected included.
  ///   - ended: the moment, by the wall clock.
  @discardableResult
  public func finish(
    _ outcome: RunState, error: String? = nil, decoded: Int64? = nil, ended: WallTime = .now()
  ) throws -> FrameCounts {
    precondition(outcome != .running, "a finished run is not running")
    let pending = state.withLock { state in
      precondition(!state.finished, "the run is already finished")
      state.finished = true
      return state.close()
    }
    return try database.queue.sync {
      if !pending.isEmpty { write(pending) }
      if let failure = state.withLock({ $0.failure }) {
        // The run's own failure is what the caller must hear of, not that of writing it down.
        try? end(.failed, error: failure.description, decoded: decoded, ended: ended)
        throw failure
      }
      try end(outcome, error: error, decoded: decoded, ended: ended)
      return insertion.counts
    }
  }

  /// How often `append` had to wait because the buffer was full.
  public var stalls: Int { state.withLock { $0.stalls } }

  // MARK: On the database's queue

  private func intervalPassed(_ generation: Int) {
    let batch = state.withLock { $0.generation == generation ? $0.close() : [] }
    if !batch.isEmpty { write(batch) }
  }

  /// Commits a batch, or remembers why it could not be; what comes after a failure is not written.
  private func write(_ batch: [FrameRecord]) {
    defer { for _ in batch { space.signal() } }
    if state.withLock({ $0.failure != nil }) { return }
    do {
      let instant = try database.onQueue { try insertion.insert(batch, into: $0, now: now) }
      committed(batch, instant)
    } catch {
      _ = remember(error)
    }
  }

  /// Nothing is written after a failure.
  private func remember(_ error: any Error) -> Failure {
    let failure = error as? Failure ?? Failure(.failed, cannot: "write to database", because: "\(error)")
    state.withLock { $0.failure = failure }
    return failure
  }

  private func end(_ outcome: RunState, error: String?, decoded: Int64?, ended: WallTime) throws {
    try database.onQueue { connection in
      try connection.transaction {
        try insertion.finish(at: ended, connection)
        let statement = try connection.cached(
          "UPDATE runs SET state = ?, error = ?, frames_decoded = ?, ended_us = ? WHERE id = ?")
        statement.bind(outcome.rawValue, at: 1)
        statement.bind(error, at: 2)
        statement.bind(decoded, at: 3)
        statement.bind(ended.microseconds, at: 4)
        statement.bind(run, at: 5)
        try statement.run()
      }
    }
  }
}

extension RunWriter.State {
  /// Takes the pending records as a batch of their own.
  fileprivate mutating func close() -> [FrameRecord] {
    generation += 1
    return exchange(&pending, with: [])
  }
}
