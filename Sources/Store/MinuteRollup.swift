import ShuffledCore

/// Sums up a run's committed frames by minute, and adds the sums to the run's rollups when a minute is over. Used on the
/// database's queue only.
struct MinuteRollup {
  private let run: Int64
  private var minutes: [Int64: MinuteTally] = [:]
  /// The last one that was counted in, so that most frames need no look-up.
  private var current: (minute: Int64, tally: MinuteTally)?
  private var lastSequence: Int64 = -1
  private var histogram: [UInt8] = []

  init(run: Int64) { self.run = run }

  /// Takes a frame that is committed, after all before it.
  mutating func add(_ frame: MinuteTally.Frame) {
    let minute = Minute.of(frame.wall)
    lastSequence = frame.sequence
    if let current, current.minute == minute { return current.tally.add(frame) }
    let tally = minutes[minute] ?? MinuteTally(sequence: frame.sequence)
    minutes[minute] = tally
    current = (minute, tally)
    tally.add(frame)
  }

  /// Whether there is a minute to write that a frame decoded at `wall` is no longer in.
  func isDue(at wall: WallTime) -> Bool {
    let minute = Minute.of(wall.microseconds)
    return minutes.keys.contains { $0 != minute }
  }

  /// Adds what was taken to the rollups, in a transaction that is already open. `wasWritten` is to be called when that is
  /// committed; until then the same would be written again.
  mutating func write(_ connection: Connection) throws {
    guard lastSequence >= 0 else { return }
    for (minute, tally) in minutes.sorted(by: { $0.key < $1.key }) {
      try write(tally, minute, connection)
      try writeLabels(tally, minute, connection)
      try writeLatencies(tally, minute, connection)
    }
    let statement = try connection.cached("UPDATE runs SET rolled_up_sequence = ? WHERE id = ?")
    statement.bind(lastSequence, at: 1)
    statement.bind(run, at: 2)
    try statement.run()
  }

  mutating func wasWritten() {
    minutes = [:]
    current = nil
    lastSequence = -1
  }

  private func write(_ tally: MinuteTally, _ minute: Int64, _ connection: Connection) throws {
    let statement = try connection.cached(
      """
      INSERT INTO minutes (run_id, minute, first_sequence, last_sequence, classified, failed, dropped)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET
        first_sequence = min(first_sequence, excluded.first_sequence),
        last_sequence = max(last_sequence, excluded.last_sequence),
        classified = classified + excluded.classified, failed = failed + excluded.failed,
        dropped = dropped + excluded.dropped
      """)
    statement.bind(run, at: 1)
    statement.bind(minute, at: 2)
    statement.bind(tally.sequences.lowerBound, at: 3)
    statement.bind(tally.sequences.upperBound, at: 4)
    statement.bind(tally.counts.classified, at: 5)
    statement.bind(tally.counts.failed, at: 6)
    statement.bind(tally.counts.dropped, at: 7)
    try statement.run()
  }

  private func writeLabels(_ tally: MinuteTally, _ minute: Int64, _ connection: Connection) throws {
    let statement = try connection.cached(
      """
      INSERT INTO minute_labels (run_id, minute, label, frames, confidence_sum, first_wall_us, last_wall_us,
        first_media_us, last_media_us)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET
        frames = frames + excluded.frames, confidence_sum = confidence_sum + excluded.confidence_sum,
        first_wall_us = min(first_wall_us, excluded.first_wall_us),
        last_wall_us = max(last_wall_us, excluded.last_wall_us),
        first_media_us = ifnull(min(first_media_us, excluded.first_media_us), ifnull(first_media_us, excluded.first_media_us)),
        last_media_us = ifnull(max(last_media_us, excluded.last_media_us), ifnull(last_media_us, excluded.last_media_us))
      """)
    let start = minute * Minute.microseconds
    for (label, sums) in tally.labels {
      statement.bind(run, at: 1)
      statement.bind(minute, at: 2)
      statement.bind(label, at: 3)
      statement.bind(sums.frames, at: 4)
      statement.bind(sums.confidence, at: 5)
      statement.bind(sums.firstWall - start, at: 6)
      statement.bind(sums.lastWall - start, at: 7)
      statement.bind(sums.firstMedia, at: 8)
      statement.bind(sums.lastMedia, at: 9)
      try statement.run()
    }
  }

  private mutating func writeLatencies(_ tally: MinuteTally, _ minute: Int64, _ connection: Connection) throws {
    let known = try connection.cached(
      "SELECT sum_us, max_us, histogram FROM minute_latencies WHERE run_id = ? AND minute = ? AND stage = ?")
    let statement = try connection.cached(
      """
      INSERT OR REPLACE INTO minute_latencies (run_id, minute, stage, sum_us, max_us, histogram)
      VALUES (?, ?, ?, ?, ?, ?)
      """)
    for (stage, latency) in tally.latencies.enumerated() where latency.count > 0 {
      var merged = latency
      known.bind(run, at: 1)
      known.bind(minute, at: 2)
      known.bind(Int64(stage), at: 3)
      try known.forEachRow { row in
        merged.merge(
          StoredHistogram.decode(row.blob(2)) ?? [], sum: .microseconds(row.integer(0)),
          max: .microseconds(row.integer(1)))
      }
      StoredHistogram.encode(merged, to: &histogram)
      statement.bind(run, at: 1)
      statement.bind(minute, at: 2)
      statement.bind(Int64(stage), at: 3)
      statement.bind(merged.sum.microseconds, at: 4)
      statement.bind(merged.max.microseconds, at: 5)
      try histogram.withUnsafeBytes { bytes in
        statement.bindBorrowed(bytes, at: 6)
        try statement.run()
      }
    }
  }
}
