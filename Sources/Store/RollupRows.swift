import ShuffledCore

/// Adds what some frames of a run sum up to, all of one minute, to the rows of that minute or of its hour. In a transaction
/// that is already open.
struct RollupRows {
  let tally: RollupTally
  let run: Int64
  let span: RollupSpan
  private let number: Int64
  private let connection: Connection

  /// - start: of the minute.
  init(tally: RollupTally, run: Int64, span: RollupSpan, start: Int64, connection: Connection) {
    self.tally = tally
    self.run = run
    self.span = span
    number = span.of(start)
    self.connection = connection
  }

  /// - bytes: where histograms are encoded; what is in it is lost.
  func add(encodingTo bytes: inout [UInt8]) throws {
    try addCounts()
    try addLabels()
    try addLatencies(&bytes)
  }

  private func addCounts() throws {
    let statement = try connection.cached(
      """
      INSERT INTO \(span)s (run_id, \(span), first_sequence, last_sequence, classified, failed, dropped)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET
        first_sequence = min(first_sequence, excluded.first_sequence),
        last_sequence = max(last_sequence, excluded.last_sequence),
        classified = classified + excluded.classified, failed = failed + excluded.failed,
        dropped = dropped + excluded.dropped
      """)
    statement.bind(run, at: 1)
    statement.bind(number, at: 2)
    statement.bind(tally.sequences.lowerBound, at: 3)
    statement.bind(tally.sequences.upperBound, at: 4)
    statement.bind(tally.counts.classified, at: 5)
    statement.bind(tally.counts.failed, at: 6)
    statement.bind(tally.counts.dropped, at: 7)
    try statement.run()
  }

  private func addLabels() throws {
    // Of two, one of which may be NULL, the one that is there.
    func least(_ name: String) -> String {
      "ifnull(min(\(name), excluded.\(name)), ifnull(\(name), excluded.\(name)))"
    }
    func most(_ name: String) -> String {
      "ifnull(max(\(name), excluded.\(name)), ifnull(\(name), excluded.\(name)))"
    }
    let statement = try connection.cached(
      """
      INSERT INTO \(span)_labels (run_id, \(span), label, frames, confidence_sum, first_wall_us, last_wall_us,
        first_media_us, last_media_us)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET
        frames = frames + excluded.frames, confidence_sum = confidence_sum + excluded.confidence_sum,
        first_wall_us = min(first_wall_us, excluded.first_wall_us),
        last_wall_us = max(last_wall_us, excluded.last_wall_us),
        first_media_us = \(least("first_media_us")), last_media_us = \(most("last_media_us"))
      """)
    let start = span.start(number)
    for (label, sums) in tally.labels {
      statement.bind(run, at: 1)
      statement.bind(number, at: 2)
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

  private func addLatencies(_ bytes: inout [UInt8]) throws {
    let known = try connection.cached(
      "SELECT sum_us, max_us, histogram FROM \(span)_latencies WHERE run_id = ? AND \(span) = ? AND stage = ?"
    )
    let statement = try connection.cached(
      """
      INSERT OR REPLACE INTO \(span)_latencies (run_id, \(span), stage, sum_us, max_us, histogram)
      VALUES (?, ?, ?, ?, ?, ?)
      """)
    for (stage, latency) in tally.latencies.enumerated() where latency.count > 0 {
      var merged = latency
      known.bind(run, at: 1)
      known.bind(number, at: 2)
      known.bind(Int64(stage), at: 3)
      try known.forEachRow { row in
        merged.merge(
          StoredHistogram.decode(row.blob(2)) ?? [], sum: .microseconds(row.integer(0)),
          max: .microseconds(row.integer(1)))
      }
      StoredHistogram.encode(merged, to: &bytes)
      statement.bind(run, at: 1)
      statement.bind(number, at: 2)
      statement.bind(Int64(stage), at: 3)
      statement.bind(merged.sum.microseconds, at: 4)
      statement.bind(merged.max.microseconds, at: 5)
      try bytes.withUnsafeBytes { encoded in
        statement.bindBorrowed(encoded, at: 6)
        try statement.run()
      }
    }
  }
}
