import ShuffledCore
import Store
import TestSupport
import Testing

/// The SQL that a query shows, run by another program: `sqlite3`.
@Suite struct QuerySQLTests {
  let folder = TemporaryFolder()

  /// Names with everything that a literal must get right.
  private static let stream = "it's a \"gate\"; DROP TABLE runs; -- :run ?1 猫"

  private func database() throws -> Database {
    let database = try openForWriting(folder.file("x.db"))
    try write(mixedRecords(200, seed: 71), as: run(Self.stream), to: database)
    try write(mixedRecords(100, seed: 72), as: run("door"), to: database)
    return database
  }

  /// What `sqlite3` says of `sql`, with its bytes as hexadecimal digits.
  private func asked(_ sql: String) throws -> [String] {
    try output(of: ["sqlite3", "-readonly", "-quote", folder.file("x.db"), sql]).split(separator: "\n").map(
      String.init)
  }

  private let filters = [
    QueryFilter(), QueryFilter(stream: Self.stream), QueryFilter(run: 2),
    QueryFilter(
      since: WallTime(microseconds: wallOrigin.microseconds + 1_000_001),
      until: WallTime(microseconds: wallOrigin.microseconds + 7_000_000)),
  ]

  @Test func framesAreTheSame() throws {
    let database = try database()
    for filter in filters + [
      QueryFilter(label: labels[4]), QueryFilter(label: "naïve 猫", minConfidence: 0.123_456_789),
    ] {
      for limit in [nil, 7] {
        var rows: [String] = []
        try database.frames(matching: filter, limit: limit) { row in
          rows.append("\(row.run),\(row.sequence),\(row.wallTime.microseconds)")
        }
        let lines = try asked(database.sql(of: .frames, matching: filter, limit: limit))
        // The run, the model's number, the stream's name, which has no comma; the sequence, two times.
        let cells = lines.map { $0.split(separator: ",") }
        #expect(cells.map { "\($0[0]),\($0[3]),\($0[5])" } == rows, "\(filter)")
      }
    }
  }

  /// The rows that are counted are rollups (a minute's have 5 columns, their labels' 10) and the frames that are in none (7).
  @Test func summaryAndLatencyCountTheSameRows() throws {
    let database = try database()
    for filter in filters {
      let summed = try database.summary(matching: filter).map(\.counts)
      let rows = try asked(database.sql(of: .summary, matching: filter)).map { $0.split(separator: ",") }
      func count(_ state: Int) -> Int64 {
        let minutes = rows.filter { $0.count == 5 }.reduce(0) { $0 + (Int64($1[2 + state]) ?? 0) }
        return minutes + Int64(rows.filter { $0.count == 7 && $0[2] == "\(state)" }.count)
      }
      #expect(count(0) == summed.reduce(0) { $0 + $1.classified })
      #expect(count(1) == summed.reduce(0) { $0 + $1.failed })
      #expect(count(2) == summed.reduce(0) { $0 + $1.dropped })
      let inference = try database.latency(matching: filter).first { $0.stage == .inference }
      let times = try asked(database.sql(of: .latency, matching: filter)).map { $0.split(separator: ",") }
        .filter { $0[5] == "0" }.compactMap { Int64($0[3]) }
      #expect(Int64(times.count) == inference?.count ?? 0)
      #expect(times.max().map { .microseconds($0) } == inference?.max)
    }
  }

  @Test func runsStreamsAndModelsAreTheSame() throws {
    let database = try database()
    for filter in filters {
      let runs = try asked(database.sql(of: .runs, matching: filter))
      #expect(
        try runs.map { $0.prefix { $0 != "," } } == database.runs(matching: filter).map { "\($0.run)" })
      let streams = try asked(database.sql(of: .streams, matching: filter, limit: 1))
      let wanted = try database.streams(matching: filter, limit: 1).map { row in
        let frames = "\(row.counts.classified),\(row.counts.failed),\(row.counts.dropped)"
        let times = [row.firstFrame, row.lastFrame].map { $0.map { "\($0.microseconds)" } ?? "NULL" }
        return
          "'\(row.name.replacing("'", with: "''"))','\(row.source.replacing("'", with: "''"))',\(row.runs),\(times[0]),\(times[1]),\(frames)"
      }
      #expect(streams == wanted)
      let models = try asked(database.sql(of: .models, matching: filter))
      #expect(models.map { $0.hasPrefix("'shufflenet_v2_x1_0','\(model.sha256)',") } == [true])
    }
  }

  /// Values are literals, and what the program does with the rows is said before them.
  @Test func theTextItself() throws {
    let database = try database()
    let filter = QueryFilter(run: 1, stream: Self.stream, until: wallOrigin)
    #expect(
      try database.sql(of: .runs, matching: filter, limit: 3) == """
        SELECT r.id AS run, s.name AS stream, s.source, m.name AS model, m.sha256, r.program,
          json(r.settings) AS settings, r.state, r.error, r.started_us, r.ended_us, r.frames_decoded,
          r.frames_classified, r.frames_failed, r.frames_dropped
        FROM runs r
          JOIN streams s ON s.id = r.stream_id
          JOIN models m ON m.id = r.model_id
        WHERE r.id = 1
          AND (s.name = 'it''s a "gate"; DROP TABLE runs; -- :run ?1 猫' OR s.source = 'it''s a "gate"; DROP TABLE runs; -- :run ?1 猫')
          AND r.started_us < 1709208000000007
        ORDER BY r.id DESC
        LIMIT 3;
        """)
    for query in Query.allCases {
      let text = try database.sql(of: query)
      #expect(text.hasPrefix("SELECT ") && !text.contains("\n\n") && !text.contains("\n;"))
      #expect(text.contains(";\n-- ") == ![.segments, .runs, .streams, .models].contains(query))
      #expect(text.split(separator: "\n").allSatisfy { $0.count <= 120 })
    }
    #expect(
      failure(of: { try database.sql(of: .frames, matching: QueryFilter(run: 9)) })
        == Failure(
          .usage, cannot: "find run", "9", because: "the database has no such run",
          remedy: "it has runs 1 to 2"))
  }
}
