import Dispatch
import Segmentation
import ShuffledCore
import Synchronization

/// Writes one run: takes records in frame order, and commits them in batches on the database's queue.
///
/// `append`, `flush` and `finish` are called by one thread at a time, and not from a callback. What was
/// committed survives the end of the process at any moment; a run that is never finished stays `running` until the
/// next process opens the database for writing and marks it as abandoned.
///
/// `@unchecked Sendable`: `insertion` and `backlog` are touched only on the database's queue, `state` is a mutex, and everything
/// else is a constant of a Sendable type.
public final class RunWriter: FrameSink, @unchecked Sendable {
  /// The run's number in the database.
  public let run: Int64

  private let database: Database
  private let batching: Batching
  private let onTemporaryFailure: TemporaryFailurePolicy
  private let now: @Sendable () -> Instant
  private let committed: @Sendable (CommittedBatch) -> Void
  /// Counts the records that still fit; made with 0 and filled, because a semaphore may not end lower than it began.
  private let space = DispatchSemaphore(value: 0)
  private let state = Mutex(State())
  private var insertion: BatchInsertion
  /// What waits for space on the disk.
  private var backlog = Backlog()

  fileprivate struct State {
    var pending: [FrameRecord] = []
    /// How many batches were closed: tells a timer whether its batch is still the pending one.
    var generation = 0
    var lastSequence: Int64 = -1
    var failure: Failure?
    var finished = false
    /// How often `append` had to wait for the buffer.
    var stalls = 0
    var isHeldUp = false
    var hasStoppedWaiting = false
  }

  /// Adds the run to the database and blocks until that is committed. Throws `Failure` when it cannot.
  /// - Parameters:
  ///   - database: open for writing. Several runs may write to it, one after another or at once.
  ///   - segmentation: how segments are found among the frames; nil for none.
  ///   - committed: called on the database's queue after each commit, with what it brought; nothing else is written meanwhile.
  ///   - resuming: a run of the same stream and model to go on with, whose frames are then those after its last one; nil
  ///     for a new one.
  ///   - onTemporaryFailure: what to do while there is no space; here, at the beginning, that is always a failure.
  ///   - now: the clock that the store stage is measured with.
  public init(
    database: Database, run description: RunDescription, batching: Batching = Batching(),
    segmentation: SegmentationSettings? = nil, resuming: StoredRun? = nil,
    onTemporaryFailure: TemporaryFailurePolicy = .fail,
    committed: @escaping @Sendable (CommittedBatch) -> Void = { _ in },
    now: @escaping @Sendable () -> Instant = { .now }
  ) throws {
    precondition(database.access == .writing, "a run needs a database that is open for writing")
    self.database = database
    self.batching = batching
    self.onTemporaryFailure = onTemporaryFailure
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
    if let full { database.queue.async { self.perform(.batch(full)) } }
    if let timed, let interval = batching.interval {
      let deadline = DispatchTime.now() + .microseconds(Int(interval.microseconds))
      database.queue.asyncAfter(deadline: deadline) { [weak self] in self?.intervalPassed(timed) }
    }
  }

  /// Commits what was appended and blocks until that is done, for as long as it waits for space. Throws what `append`
  /// would throw.
  public func flush() throws {
    let pending = state.withLock { $0.close() }
    performAndWait(pending.isEmpty ? [] : [.batch(pending)])
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }

  /// From a moment on the stream is in another state: commits what was appended, notes that, and blocks like `flush`. Frames
  /// that come later say by themselves that it is observed. Throws what `append` would throw.
  public func note(_ change: CoverageChange) throws {
    let pending = state.withLock { $0.close() }
    performAndWait((pending.isEmpty ? [] : [.batch(pending)]) + [.change(change)])
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }

  /// Commits what was appended, ends the run's row and blocks until that is committed, for as long as it waits for
  /// space. Returns how many frames are stored. Throws what `append` would throw; the run then ends as `failed` if
  /// that much can still be written.
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
    let ending = RunEnding(state: outcome, error: error, decoded: decoded, ended: ended)
    performAndWait((pending.isEmpty ? [] : [.batch(pending)]) + [.end(ending)])
    if let failure = state.withLock({ $0.failure }) { throw failure }
    return database.queue.sync { insertion.counts }
  }

  /// How often `append` had to wait because the buffer was full.
  public var stalls: Int { state.withLock { $0.stalls } }

  /// Whether rows wait for space on the disk. Any thread.
  public var isHeldUp: Bool { state.withLock { $0.isHeldUp } }

  /// From now on a full disk is a failure, also for what waits already: whoever is blocked in `append`, `flush` or
  /// `finish` is told. For the end of the program. Any thread; does not block.
  public func stopWaiting() {
    state.withLock { $0.hasStoppedWaiting = true }
    database.queue.async { self.retry() }
  }

  private func performAndWait(_ steps: [WritingStep]) {
    dispatchPrecondition(condition: .notOnQueue(database.queue))
    let done = DispatchSemaphore(value: 0)
    database.queue.sync { for step in steps + [.mark(done)] { perform(step) } }
    done.wait()
  }

  // MARK: On the database's queue

  private func intervalPassed(_ generation: Int) {
    let batch = state.withLock { $0.generation == generation ? $0.close() : [] }
    if !batch.isEmpty { perform(.batch(batch)) }
  }

  /// Does what is next, or puts it behind what waits for space.
  private func perform(_ step: WritingStep) {
    if backlog.first == nil, attempt(step) { return }
    let isFirst = backlog.first == nil
    backlog.append(step, rows: batching.rows, at: .now)
    if isFirst { retryLater() }
  }

  private func retryLater() {
    guard case .waitAndRetry(let interval, _) = onTemporaryFailure else {
      preconditionFailure("nothing is tried again without being asked for")
    }
    // Not a wait: the queue is the others' too.
    let deadline = DispatchTime.now() + .microseconds(Int(interval.microseconds))
    database.queue.asyncAfter(deadline: deadline) { [weak self] in self?.retry() }
  }

  private func retry() {
    guard let since = backlog.since, backlog.first != nil else { return }
    var reached: [DispatchSemaphore] = []
    // Last: who waits finds that it was told.
    defer { for mark in reached { mark.signal() } }
    while let step = backlog.first {
      if case .mark(let mark) = step {
        reached.append(mark)
      } else if !attempt(step) {
        return retryLater()
      }
      backlog.removeFirst()
    }
    let hasFailed = state.withLock { state in
      state.isHeldUp = false
      return state.failure != nil
    }
    if !hasFailed, case .waitAndRetry(_, let report) = onTemporaryFailure {
      report(.wentOn(after: .now - since))
    }
  }

  /// Does a step, or remembers why it could not be done; what comes after a failure is not written. False when there was
  /// no space for it and it is to be tried again.
  private func attempt(_ step: WritingStep) -> Bool {
    switch step {
    case .mark(let mark):
      mark.signal()
      return true
    case .batch(let records):
      let isDone = attempt { connection in
        // On a copy: what a transaction that failed had counted and found is forgotten with it.
        var insertion = insertion
        let batch = try insertion.insert(records, into: connection, now: now)
        self.insertion = insertion
        committed(batch)
      }
      if isDone { for _ in records { space.signal() } }
      return isDone
    case .change(let change):
      return attempt { connection in
        var insertion = insertion
        try connection.transaction { try insertion.note(change, connection) }
        self.insertion = insertion
      }
    case .end(let ending):
      let isDone = attempt { try end(ending, $0) }
      guard isDone, let failure = state.withLock({ $0.failure }) else { return isDone }
      // The run's own failure is what the caller must hear of, not that of writing it down.
      let failed = RunEnding(
        state: .failed, error: failure.description, decoded: ending.decoded, ended: ending.ended)
      try? database.onQueue { try end(failed, $0) }
      return true
    }
  }

  private func attempt(_ body: (Connection) throws -> Void) -> Bool {
    if state.withLock({ $0.failure != nil }) { return true }
    do {
      try database.onQueue(body)
      return true
    } catch {
      let failure = error as? Failure ?? Failure(.failed, cannot: "write to database", because: "\(error)")
      let (waits, isNew) = state.withLock { state in
        guard failure.isTemporary, !state.hasStoppedWaiting, case .waitAndRetry = onTemporaryFailure else {
          state.failure = failure
          return (false, false)
        }
        return (true, !exchange(&state.isHeldUp, with: true))
      }
      if isNew, case .waitAndRetry(_, let report) = onTemporaryFailure { report(.heldUp(failure)) }
      return !waits
    }
  }

  private func end(_ ending: RunEnding, _ connection: Connection) throws {
    var insertion = insertion
    try connection.transaction {
      try insertion.finish(at: ending.ended, connection)
      let statement = try connection.cached(
        "UPDATE runs SET state = ?, error = ?, frames_decoded = ?, ended_us = ? WHERE id = ?")
      statement.bind(ending.state.rawValue, at: 1)
      statement.bind(ending.error, at: 2)
      statement.bind(ending.decoded, at: 3)
      statement.bind(ending.ended.microseconds, at: 4)
      statement.bind(run, at: 5)
      try statement.run()
    }
    let last = insertion.told([], at: now(), took: .zero)
    if !last.segments.isEmpty { committed(last) }
  }
}

extension RunWriter.State {
  /// Takes the pending records as a batch of their own.
  fileprivate mutating func close() -> [FrameRecord] {
    generation += 1
    return exchange(&pending, with: [])
  }
}
