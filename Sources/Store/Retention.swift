import ShuffledCore

/// How long results are kept; nil: for ever.
public struct Retention: Equatable, Sendable {
  /// How long single frames are kept.
  public var frames: Duration?
  /// How long rollups, segments and coverage are kept, to the hour; then also runs of which nothing is left.
  public var minutes: Duration?
  /// The most bytes that the database may have in use: where it has more, its oldest frames go, then its oldest minutes.
  public var size: Int64?

  public init(frames: Duration? = nil, minutes: Duration? = nil, size: Int64? = nil) {
    self.frames = frames
    self.minutes = minutes
    self.size = size
  }

  /// Whose results are looked at.
  public enum Scope: Equatable, Sendable {
    case all
    /// Those of the streams with these sources.
    case only([String])
    /// Those of all other streams.
    case except([String])
  }

  /// What one step, or all of them, deleted.
  public struct Progress: Equatable, Sendable {
    public var frames: Int64 = 0
    public var minutes: Int64 = 0
    public var runs: Int64 = 0
    /// Given back to the file system.
    public var bytes: Int64 = 0
    /// Whether there may be more to do.
    public var isDone = false

    public init() {}

    public mutating func add(_ step: Progress) {
      frames += step.frames
      minutes += step.minutes
      runs += step.runs
      bytes += step.bytes
      isDone = step.isDone
    }
  }
}

extension Database {
  /// Deletes a little of what is older than it is to be kept, or gives a few free pages back to the file system: one short
  /// transaction, so that a writer of frames comes to its turn between two steps. To be called until it says `isDone`. Blocks.
  /// Throws `Failure`.
  ///
  /// Frames leave only after they are in a minute's rollup. How old a run's frames are is told by the run's own monotonic clock
  /// too: what was stored a moment ago is not deleted because the wall clock was wrong then.
  /// - Parameters:
  ///   - scope: whose results. A size is that of the whole database and goes with `.all` only.
  ///   - now: by a clock that has not jumped since the process began, if it runs for long.
  public func prune(
    _ retention: Retention, of scope: Retention.Scope = .all, now: WallTime = .now()
  ) throws -> Retention.Progress {
    precondition(access == .writing, "deleting needs a database that is open for writing")
    precondition(retention.size == nil || scope == .all, "a size is that of the whole database")
    return try withConnection { connection in
      try connection.doing("delete old results from database") {
        try RetentionStep(retention: retention, scope: scope, now: now, connection: connection).run()
      }
    }
  }
}

private struct RetentionStep {
  let retention: Retention
  let scope: Retention.Scope
  let now: WallTime
  let connection: Connection

  /// Of a transaction; some tens of milliseconds.
  private static let framesAtOnce: Int64 = 5_000
  private static let pagesAtOnce = 500

  func run() throws -> Retention.Progress {
    var progress = Retention.Progress()
    let isTooLarge = try retention.size.map { try bytesInUse() > $0 } ?? false
    if let batch = try oldestBatch(), isTooLarge || batch.time < cutoff(retention.frames) {
      try connection.transaction { progress.frames = try deleteFrames(of: batch.run, isTooLarge: isTooLarge) }
    } else if let hour = try oldestHour(),
      isTooLarge || RollupSpan.hour.start(hour.number + 1) <= cutoff(retention.minutes)
    {
      try connection.transaction { progress.minutes = try deleteMinutes(of: hour.run, hour.number) }
    } else {
      try connection.transaction { progress.runs = try deleteEmptyRuns() }
      progress.bytes = try giveBackPages()
      progress.isDone = progress.runs == 0 && progress.bytes == 0
    }
    return progress
  }

  /// A condition on a run, and the sources that it asks for.
  private var inScope: (condition: String, sources: [String]) {
    let streams = "(SELECT id FROM streams WHERE source IN (SELECT value FROM json_each(?1)))"
    return switch scope {
    case .all: ("?1 IS NULL", [])
    case .only(let sources): ("r.stream_id IN \(streams)", sources)
    case .except(let sources): ("r.stream_id NOT IN \(streams)", sources)
    }
  }

  /// A statement that has `inScope` as a condition, as its first parameter.
  private func scoped(_ statement: Statement) -> Statement {
    statement.bind(scope == .all ? nil : JSONText.array(inScope.sources), at: 1)
    return statement
  }

  /// In microseconds; nothing is older than that which is kept for ever.
  private func cutoff(_ age: Duration?) -> Int64 { age.map { now.microseconds - $0.microseconds } ?? .min }

  private func bytesInUse() throws -> Int64 {
    try connection.prepare(
      """
      SELECT ((SELECT page_count FROM pragma_page_count) - (SELECT freelist_count FROM pragma_freelist_count))
        * (SELECT page_size FROM pragma_page_size)
      """
    ).firstInteger() ?? 0
  }

  // MARK: Frames

  /// The first batch of each run, and when it was stored: not earlier than its frames' wall time says, nor than the run's
  /// last batch and the time between the two by the run's own clock.
  private static let firstBatches = """
    SELECT b.run_id, max(b.wall_us + b.wall_span_us, z.wall_us + z.wall_span_us - (z.begun_us - b.begun_us)) AS time,
      b.last_sequence
    FROM runs r
      JOIN batches b ON b.run_id = r.id AND b.last_sequence =
        (SELECT min(last_sequence) FROM batches WHERE run_id = r.id)
      JOIN batches z ON z.run_id = r.id AND z.last_sequence =
        (SELECT max(last_sequence) FROM batches WHERE run_id = r.id)
    WHERE b.last_sequence <= r.rolled_up_sequence AND
    """

  private func oldestBatch() throws -> (run: Int64, time: Int64)? {
    let statement = scoped(
      try connection.cached(Self.firstBatches + " \(inScope.condition)\nORDER BY time LIMIT 1"))
    var oldest: (Int64, Int64)?
    try statement.forEachRow { oldest = ($0.integer(0), $0.integer(1)) }
    return oldest
  }

  /// A run's oldest batches; of a database that is too large only a few, as less may be enough.
  private func deleteFrames(of run: Int64, isTooLarge: Bool) throws -> Int64 {
    let batches = try connection.cached(
      """
      SELECT b.first_sequence, b.last_sequence,
        max(b.wall_us + b.wall_span_us, z.wall_us + z.wall_span_us - (z.begun_us - b.begun_us))
      FROM batches b
        JOIN batches z ON z.run_id = b.run_id AND z.last_sequence =
          (SELECT max(last_sequence) FROM batches WHERE run_id = ?1)
      WHERE b.run_id = ?1 AND b.last_sequence <= (SELECT rolled_up_sequence FROM runs WHERE id = ?1)
      ORDER BY b.last_sequence LIMIT 5000
      """)
    batches.bind(run, at: 1)
    let cutoff = cutoff(retention.frames)
    var deleted: ClosedRange<Int64>?
    var isOver = false
    try batches.forEachRow { row in
      // What comes after one that stays does so too, whatever its clock said.
      isOver = isOver || deleted.map { $0.count >= Self.framesAtOnce } ?? false
      isOver = isOver || !isTooLarge && row.integer(2) >= cutoff
      if !isOver { deleted = (deleted?.lowerBound ?? row.integer(0))...row.integer(1) }
    }
    guard let deleted else { return 0 }
    try connection.run(
      "DELETE FROM frames WHERE id BETWEEN ? AND ?", FrameKey.make(run: run, sequence: deleted.lowerBound),
      FrameKey.make(run: run, sequence: deleted.upperBound))
    let frames = connection.changes
    try connection.run(
      "DELETE FROM batches WHERE run_id = ? AND last_sequence <= ?", run, deleted.upperBound)
    try connection.run(
      "UPDATE runs SET pruned_sequence = ?, frames_pruned = frames_pruned + ? WHERE id = ?",
      deleted.upperBound,
      frames, run)
    return frames
  }

  // MARK: Minutes

  /// Of those whose frames are gone. Minutes go by the hour: an hour's rollup has all of its minutes.
  private func oldestHour() throws -> (run: Int64, number: Int64)? {
    let statement = scoped(
      try connection.cached(
        """
        SELECT h.run_id, h.hour
        FROM runs r
          JOIN hours h ON h.run_id = r.id AND h.hour = (SELECT min(hour) FROM hours WHERE run_id = r.id)
        WHERE h.last_sequence <= r.pruned_sequence AND \(inScope.condition)
        ORDER BY h.hour LIMIT 1
        """))
    var oldest: (Int64, Int64)?
    try statement.forEachRow { oldest = ($0.integer(0), $0.integer(1)) }
    return oldest
  }

  /// Returns how many minutes.
  private func deleteMinutes(of run: Int64, _ hour: Int64) throws -> Int64 {
    let end = RollupSpan.hour.start(hour + 1)
    for span in RollupSpan.allCases.reversed() {
      for table in ["_labels", "_latencies", "s"] {
        try connection.run("DELETE FROM \(span)\(table) WHERE run_id = ? AND \(span) < ?", run, span.of(end))
      }
    }
    let minutes = connection.changes
    // What goes on stays, however long it has: its writer will come back to its row.
    let isRunning = "(SELECT state FROM runs WHERE id = ?1) = 'running'"
    try connection.run(
      "DELETE FROM coverage WHERE run_id = ?1 AND end_us < ?2 AND NOT (\(isRunning) AND id = (SELECT max(id) FROM coverage WHERE run_id = ?1))",
      run, end)
    try connection.run(
      "DELETE FROM segments WHERE run_id = ?1 AND clock = 'wall' AND end_us < ?2 AND NOT (\(isRunning) AND ending IS NULL)",
      run, end)
    return minutes
  }

  // MARK: What is left

  /// Runs that ended before anything that is kept, and of which nothing is left.
  private func deleteEmptyRuns() throws -> Int64 {
    guard let age = retention.minutes else { return 0 }
    var runs: [Int64] = []
    let statement = scoped(
      try connection.cached(
        """
        SELECT id FROM runs r
        WHERE state <> 'running' AND ifnull(ended_us, started_us) < ?2 AND \(inScope.condition)
          AND NOT EXISTS (SELECT 1 FROM batches WHERE run_id = r.id)
          AND NOT EXISTS (SELECT 1 FROM minutes WHERE run_id = r.id)
        LIMIT 100
        """))
    statement.bind(cutoff(age), at: 2)
    try statement.forEachRow { runs.append($0.integer(0)) }
    for run in runs {
      try connection.run("DELETE FROM segments WHERE run_id = ?", run)
      try connection.run("DELETE FROM coverage WHERE run_id = ?", run)
      try connection.run("DELETE FROM runs WHERE id = ?", run)
    }
    return Int64(runs.count)
  }

  /// Does nothing in a database that was made without incremental vacuum, until `db compact`.
  private func giveBackPages() throws -> Int64 {
    let pages = try connection.prepare("PRAGMA page_count").firstInteger() ?? 0
    let free = try connection.prepare("PRAGMA freelist_count").firstInteger() ?? 0
    guard free > 0 else { return 0 }
    try connection.transaction {
      let vacuum = try connection.prepare("PRAGMA incremental_vacuum(\(Self.pagesAtOnce))")
      try vacuum.forEachRow { _ in }
    }
    let left = try connection.prepare("PRAGMA page_count").firstInteger() ?? 0
    return (pages - left) * (try connection.prepare("PRAGMA page_size").firstInteger() ?? 0)
  }
}
