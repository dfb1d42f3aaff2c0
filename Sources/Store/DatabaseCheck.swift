import ShuffledCore

/// What a check of a whole database found.
public struct DatabaseCheck: Equatable, Sendable {
  public var runs: Int64
  public var frames: Int64
  /// What is wrong, a line each; empty where all is well.
  public var problems: [String]

  package init(
    runs: Int64, frames: Int64, problems: [String]
  ) {
    self.runs = runs
    self.frames = frames
    self.problems = problems
  }
}

extension Database {
  /// Opens a database for reading, checks it, and closes it; one that is too corrupt to be opened has that fault.
  /// Throws like `openForReading`, otherwise as `check(quick:)` does.
  public static func check(path: String, quick: Bool = false) throws -> DatabaseCheck {
    let database: Database
    do {
      database = try openForReading(path: path)
    } catch let failure as Failure where failure.cause == Connection.corruption {
      return DatabaseCheck(runs: 0, frames: 0, problems: ["the file: cannot be opened, it is corrupt"])
    }
    defer { database.close() }
    return try database.check(quick: quick)
  }

  /// Reads everything and says what contradicts itself: SQLite's structures, references between tables, and the runs'
  /// counts against their frames and batches. What is checked is one moment of the database; others may write
  /// meanwhile, and their log grows until the check is done. Blocks for some passes over the whole file.
  ///
  /// Corruption is an answer, not an error. Throws `Failure` `.inputOutput` when the file cannot be read.
  /// - Parameter quick: does not look whether indexes agree with their tables.
  public func check(quick: Bool = false) throws -> DatabaseCheck {
    try withConnection { connection in
      try connection.snapshot {
        let checker = DatabaseChecker(connection: connection)
        try checker.checkStructure(quick: quick)
        try checker.checkReferences()
        try checker.checkCounts()
        try checker.checkRollups()
        return checker.result
      }
    }
  }
}

private final class DatabaseChecker {
  let connection: Connection
  private(set) var result = DatabaseCheck(runs: 0, frames: 0, problems: [])

  init(connection: Connection) { self.connection = connection }

  /// SQLite itself stops after 100 faults.
  func checkStructure(quick: Bool) throws {
    try look("the file") {
      try connection.prepare(quick ? "PRAGMA quick_check" : "PRAGMA integrity_check").forEachRow { row in
        let line = row.text(0) ?? ""
        // Some of its lines hold several.
        if line != "ok" { result.problems += line.split(separator: "\n").map(String.init) }
      }
    }
  }

  func checkReferences() throws {
    try look("references between tables") {
      let sql = """
        SELECT "table", parent, count(*) FROM pragma_foreign_key_check GROUP BY "table", parent
        """
      try connection.prepare(sql).forEachRow { row in
        let count = row.integer(2)
        result.problems.append(
          "\(count) \(count == 1 ? "row" : "rows") of '\(row.text(0) ?? "")' without a row of '\(row.text(1) ?? "")'"
        )
      }
    }
  }

  /// Each run's counts, its frames and what its batches say they hold are three ways to the same number.
  func checkCounts() throws {
    try look("frames") {
      result.frames = try connection.prepare("SELECT count(*) FROM frames").firstInteger() ?? 0
      var ofRuns: Int64 = 0
      let sql = """
        SELECT r.id, r.frames_classified, r.frames_failed, r.frames_dropped,
          count(CASE WHEN f.state = 0 THEN 1 END), count(CASE WHEN f.state = 1 THEN 1 END),
          count(CASE WHEN f.state = 2 THEN 1 END), r.frames_pruned
        FROM runs r LEFT JOIN frames f ON f.id BETWEEN r.id << 36 AND (r.id << 36) + 68719476735
        GROUP BY r.id
        """
      let batched = try connection.prepare(
        """
        SELECT count(*)
        FROM batches b
          CROSS JOIN frames f ON f.id BETWEEN (b.run_id << 36) + b.first_sequence AND (b.run_id << 36) + b.last_sequence
        WHERE b.run_id = ?
        """)
      try connection.prepare(sql).forEachRow { row in
        let counted = FrameCounts(classified: row.integer(1), failed: row.integer(2), dropped: row.integer(3))
        let stored = FrameCounts(classified: row.integer(4), failed: row.integer(5), dropped: row.integer(6))
        result.runs += 1
        ofRuns += stored.total
        let deleted = row.integer(7)
        if deleted == 0 ? counted != stored : counted.total != stored.total + deleted {
          result.problems.append(
            "run \(row.integer(0)) counts \(told(counted)); stored are \(told(stored))"
              + (deleted == 0 ? "" : ", and \(deleted) were deleted by retention"))
        }
        batched.bind(row.integer(0), at: 1)
        let covered = try batched.firstInteger() ?? 0
        if covered != stored.total {
          result.problems.append(
            "run \(row.integer(0)) has \(stored.total) frames, its batches have \(covered)")
        }
      }
      let strays = result.frames - ofRuns
      if strays != 0 { result.problems.append("\(strays) \(strays == 1 ? "frame" : "frames") of no run") }
    }
  }

  /// Rollups hold each frame once: a run's minutes and the frames after them make its counts, unless minutes were deleted.
  func checkRollups() throws {
    try look("minutes") {
      let sql = """
        SELECT r.id, r.frames_classified + r.frames_failed + r.frames_dropped,
          (SELECT total(classified + failed + dropped) FROM minutes WHERE run_id = r.id)
            + (SELECT count(*) FROM frames WHERE id > (r.id << 36) + r.rolled_up_sequence
                AND id <= (r.id << 36) + 68719476735),
          r.pruned_sequence >= 0 AND ifnull(
            (SELECT min(first_sequence) > 0 FROM minutes WHERE run_id = r.id), 1)
        FROM runs r
        """
      try connection.prepare(sql).forEachRow { row in
        let (counted, summed) = (row.integer(1), row.integer(2))
        let isWrong = row.integer(3) != 0 ? summed > counted : summed != counted
        if isWrong {
          result.problems.append(
            "run \(row.integer(0)) counts \(counted) frames; its minutes and the frames after them are \(summed)"
          )
        }
      }
      for span in RollupSpan.allCases { try checkRollups(span) }
      try connection.prepare(
        """
        SELECT h.run_id, h.hour FROM hours h
        WHERE h.classified + h.failed + h.dropped IS NOT (
          SELECT sum(m.classified + m.failed + m.dropped) FROM minutes m
          WHERE m.run_id = h.run_id AND m.minute BETWEEN h.hour * 60 AND h.hour * 60 + 59)
        LIMIT 10
        """
      ).forEachRow { row in
        result.problems.append("run \(row.integer(0)): hour \(row.integer(1)) is not the sum of its minutes")
      }
    }
  }

  private func checkRollups(_ span: RollupSpan) throws {
    try connection.prepare(
      """
      SELECT t.run_id, t.\(span) FROM (
        SELECT run_id, \(span), sum(frames) AS frames FROM \(span)_labels GROUP BY run_id, \(span)) t
      LEFT JOIN \(span)s m ON m.run_id = t.run_id AND m.\(span) = t.\(span)
      WHERE m.classified IS NOT t.frames
      LIMIT 10
      """
    ).forEachRow { row in
      result.problems.append(
        "run \(row.integer(0)): the labels of \(span) \(row.integer(1)) are not as many as its classified frames"
      )
    }
    try connection.prepare("SELECT run_id, \(span), stage, histogram FROM \(span)_latencies").forEachRow {
      row in
      if StoredHistogram.decode(row.blob(3)) == nil {
        result.problems.append(
          "run \(row.integer(0)): stage \(row.integer(2))'s histogram of \(span) \(row.integer(1)) is damaged"
        )
      }
    }
  }

  /// Goes on with the next thing where this one cannot be read because the file is corrupt.
  private func look(_ what: String, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch  where connection.sawCorruption {
      result.problems.append("\(what): cannot be read to the end, the file is corrupt")
    }
  }

  private func told(_ counts: FrameCounts) -> String {
    "\(counts.classified) classified, \(counts.failed) failed, \(counts.dropped) dropped"
  }
}
