import Segmentation
import ShuffledCore

/// Writes one run's records, a batch at a time, each in a transaction of its own. Used on the database's queue only.
struct BatchInsertion {
  let run: Int64
  /// Where the run's clock begins.
  let started: Instant
  /// What is stored so far.
  private(set) var counts = FrameCounts()
  /// The last batch, whose own commit took so long; known only after it, so the next transaction writes it.
  private var unwritten: (lastSequence: Int64, commit: Duration)?
  /// nil where nobody wants segments.
  private var segments: SegmentRecorder?
  private var rollup: Rollup
  private var coverage: CoverageRecorder
  /// Where runners-up are encoded; grows to the longest list and is then used again for each row.
  private var runnersUp: [UInt8] = []

  init(run: Int64, started: Instant, segmentation: SegmentationSettings?) {
    self.run = run
    self.started = started
    segments = segmentation.map { SegmentRecorder(run: run, settings: $0) }
    rollup = Rollup(run: run)
    coverage = CoverageRecorder(run: run)
  }

  /// Goes on after what is stored of the run, in a transaction that is already open.
  mutating func resume(_ run: StoredRun, _ connection: Connection) throws {
    counts = run.counts
    try segments?.restore(connection)
  }

  /// From `time` on the stream was in another state. In a transaction that is already open.
  mutating func note(_ change: CoverageChange, _ connection: Connection) throws {
    try coverage.note(change, connection)
  }

  /// Ends what goes on: nothing is inserted afterwards. In a transaction that is already open.
  mutating func finish(at ended: WallTime, _ connection: Connection) throws {
    try writeLastCommit(connection)
    try segments?.finish(connection)
    try rollup.write(connection)
    try coverage.finish(at: ended, connection)
  }

  /// What is to be told of a commit that was.
  mutating func told(_ records: [FrameRecord], at moment: Instant, took: Duration) -> CommittedBatch {
    var batch = CommittedBatch(run: run, records: records, at: moment, took: took)
    if let changes = segments?.takeChanges() { (batch.segments, batch.clock) = changes }
    return batch
  }

  /// Returns what the batch's commit brought. `records` are in order and not empty.
  /// - Parameter now: the clock; asked before the transaction and after it.
  mutating func insert(
    _ records: [FrameRecord], into connection: Connection, now: () -> Instant
  ) throws -> CommittedBatch {
    guard let first = records.first, let last = records.last else { preconditionFailure("an empty batch") }
    let begun = now()
    let base = BatchBase(records)
    var counts = counts
    let isDue = rollup.isDue(at: last.wallTime)
    try connection.transaction {
      try writeLastCommit(connection)
      if isDue { try rollup.write(connection) }
      let batch = try connection.cached(
        """
        INSERT INTO batches (run_id, first_sequence, last_sequence, wall_us, wall_span_us, media_us, begun_us)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """)
      batch.bind(run, at: 1)
      batch.bind(first.sequence, at: 2)
      batch.bind(last.sequence, at: 3)
      batch.bind(base.wall, at: 4)
      batch.bind(base.wallSpan, at: 5)
      batch.bind(base.media, at: 6)
      batch.bind((begun - started).microseconds, at: 7)
      try batch.run()
      let frame = try connection.cached(
        """
        INSERT INTO frames (id, media_us, wall_us, state, label, confidence, runners_up, decode_us, wait_us,
          preprocess_us, inference_us, queued_us)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
      for record in records {
        try insert(record, with: frame, base: base, begun: begun)
        switch record.outcome {
        case .classified: counts.classified += 1
        case .dropped: counts.dropped += 1
        case .failed(let error):
          counts.failed += 1
          let failure = try connection.cached("INSERT INTO failures (frame_id, error) VALUES (?, ?)")
          failure.bind(FrameKey.make(run: run, sequence: record.sequence), at: 1)
          failure.bind(error, at: 2)
          try failure.run()
        }
      }
      try segments?.record(records, connection)
      try coverage.observe(first.wallTime, last.wallTime, connection)
      try write(counts, connection)
    }
    let committed = now()
    self.counts = counts
    unwritten = (last.sequence, committed - begun)
    if isDue { rollup.wasWritten() }
    for record in records { rollup.add(RollupTally.Frame(record, begun: begun, commit: committed - begun)) }
    return told(records, at: committed, took: committed - begun)
  }

  /// Writes what the last commit took, in a transaction that is already open.
  func writeLastCommit(_ connection: Connection) throws {
    guard let unwritten else { return }
    let statement = try connection.cached(
      "UPDATE batches SET commit_us = ? WHERE run_id = ? AND last_sequence = ?")
    statement.bind(unwritten.commit.microseconds, at: 1)
    statement.bind(run, at: 2)
    statement.bind(unwritten.lastSequence, at: 3)
    try statement.run()
  }

  private mutating func insert(
    _ record: FrameRecord, with statement: Statement, base: BatchBase, begun: Instant
  ) throws {
    statement.bind(FrameKey.make(run: run, sequence: record.sequence), at: 1)
    statement.bind((record.mediaTime?.microseconds).map { $0 - base.media }, at: 2)
    statement.bind(record.wallTime.microseconds - base.wall, at: 3)
    statement.bind(record.outcome.state.rawValue, at: 4)
    statement.bind(record.latency.decode.microseconds, at: 8)
    statement.bind(record.latency.wait.microseconds, at: 9)
    if case .dropped = record.outcome {
      statement.bindNull(at: 10)
      statement.bindNull(at: 11)
    } else {
      statement.bind(record.latency.preprocess.microseconds, at: 10)
      statement.bind(record.latency.inference.microseconds, at: 11)
    }
    statement.bind((begun - record.finished).microseconds, at: 12)
    guard case .classified(let predictions) = record.outcome else {
      for index: Int32 in 5...7 { statement.bindNull(at: index) }
      return try statement.run()
    }
    guard let top = predictions.first else {
      preconditionFailure("frame \(record.sequence) is classified and has no prediction")
    }
    statement.bind(Int64(StoredPrediction.label(top)), at: 5)
    statement.bind(Int64(StoredPrediction.confidence(top.confidence)), at: 6)
    if predictions.count == 1 {
      statement.bindNull(at: 7)
      return try statement.run()
    }
    StoredPrediction.encode(predictions.dropFirst(), to: &runnersUp)
    try runnersUp.withUnsafeBytes { bytes in
      statement.bindBorrowed(bytes, at: 7)
      try statement.run()
    }
  }

  private func write(_ counts: FrameCounts, _ connection: Connection) throws {
    let statement = try connection.cached(
      "UPDATE runs SET frames_classified = ?, frames_failed = ?, frames_dropped = ? WHERE id = ?")
    statement.bind(counts.classified, at: 1)
    statement.bind(counts.failed, at: 2)
    statement.bind(counts.dropped, at: 3)
    statement.bind(run, at: 4)
    try statement.run()
  }
}

/// What the times of a batch's frames are told from, so that a frame's own are small numbers.
private struct BatchBase {
  /// The earliest wall time, and from there to the latest.
  var wall: Int64
  var wallSpan: Int64
  /// The earliest media time. 0 where there is none, and where the latest is further away than 64 bits tell: a
  /// container may claim anything.
  var media: Int64

  init(_ records: [FrameRecord]) {
    var (firstWall, lastWall, firstMedia, lastMedia) = (Int64.max, Int64.min, Int64.max, Int64.min)
    for record in records {
      firstWall = min(firstWall, record.wallTime.microseconds)
      lastWall = max(lastWall, record.wallTime.microseconds)
      guard let media = record.mediaTime?.microseconds else { continue }
      firstMedia = min(firstMedia, media)
      lastMedia = max(lastMedia, media)
    }
    wall = firstWall
    wallSpan = lastWall - firstWall
    let isTellable = firstMedia <= lastMedia && !lastMedia.subtractingReportingOverflow(firstMedia).overflow
    media = isTellable ? firstMedia : 0
  }
}

extension RollupTally.Frame {
  /// The same numbers as in the frame's row.
  fileprivate init(_ record: FrameRecord, begun: Instant, commit: Duration) {
    let latency = record.latency
    let isDropped = record.outcome == .dropped
    self.init(
      sequence: record.sequence, state: record.outcome.state, wall: record.wallTime.microseconds,
      media: record.mediaTime?.microseconds,
      latency: (
        latency.decode.microseconds, latency.wait.microseconds,
        isDropped ? nil : latency.preprocess.microseconds, isDropped ? nil : latency.inference.microseconds,
        (begun - record.finished).microseconds + commit.microseconds
      ))
    if case .classified(let predictions) = record.outcome, let top = predictions.first {
      label = Int64(StoredPrediction.label(top))
      confidence = Int64(StoredPrediction.confidence(top.confidence))
    }
  }
}

extension FrameOutcome {
  var state: FrameState {
    switch self {
    case .classified: .classified
    case .failed: .failed
    case .dropped: .dropped
    }
  }
}
