import ShuffledCore
import Store
import TestSupport
import Testing

/// What somebody sees with plain `sqlite3`.
@Suite struct ViewTests {
  let folder = TemporaryFolder()

  @Test func results() throws {
    let database = try openForWriting(folder.file("x.db"))
    var failed = classified(1, [(0, 1)], media: .some(nil))
    failed.outcome = .failed("no number at logit 3")
    var dropped = classified(2, [(0, 1)])
    dropped.outcome = .dropped
    // One batch, from 200 ms to 212.5 ms of the run.
    let clock = SteppingClock(origin + .milliseconds(200), step: .microseconds(12_500))
    try write(
      [classified(0, [(4, 1), (1, 0)], wall: wallOrigin.microseconds + 999_994), failed, dropped],
      to: database,
      now: clock.now)
    #expect(
      try rows("SELECT * FROM results", in: database) == [
        [
          "1", "gate", "0", "0.0", "2024-02-29T12:00:01.000001Z", "classified",
          "'quoted\"; DROP TABLE frames --",
          "1.0", "1.0", "0.2", "0.3", "4.0", "212.5", "218.0", "NULL",
        ],
        [
          "1", "gate", "1", "NULL", "2024-02-29T12:00:00.040007Z", "failed", "NULL", "NULL", "1.001", "0.2",
          "0.3",
          "4.0", "172.5", "178.001", "no number at logit 3",
        ],
        [
          "1", "gate", "2", "0.08", "2024-02-29T12:00:00.080007Z", "dropped", "NULL", "NULL", "1.002", "0.2",
          "NULL",
          "NULL", "132.5", "133.702", "NULL",
        ],
      ])
  }

  /// Every prediction of every classified frame, in order, with 1 to 6 of them a frame; every byte value occurs.
  @Test func predictionsAreWhatWasWritten() throws {
    var random = SeededGenerator(seed: 21)
    let many = ModelIdentity(
      sha256: "ff", name: "many", architecture: "{}", labels: (0..<65_536).map { "label \($0)" })
    var records = mixedRecords(400, seed: 22)
    for place in records.indices {
      guard case .classified(let predictions) = records[place].outcome else { continue }
      records[place].outcome = .classified(
        predictions.map { _ in
          Prediction(
            index: .random(in: 0...65_535, using: &random), confidence: .random(in: 0...1, using: &random))
        })
    }
    let database = try openForWriting(folder.file("x.db"))
    try write(mixedRecords(50, seed: 23), to: database)
    try write(records, as: run("door", model: many), to: database)
    var expected: [[String]] = []
    for record in records {
      guard case .classified(let predictions) = record.outcome else { continue }
      for (place, prediction) in predictions.enumerated() {
        let confidence = Int((Double(prediction.confidence) * 65_535).rounded())
        expected.append([
          "2", "door", "\(record.sequence)", record.mediaTime.map { "\($0.microseconds)" } ?? "NULL",
          "\(place + 1)",
          "label \(prediction.index)", "\(confidence)",
        ])
      }
    }
    let columns = """
      run, stream, sequence, CAST(round(media_seconds * 1e6) AS INTEGER), rank, label,
        CAST(round(confidence * 65535) AS INTEGER)
      """
    #expect(
      try rows("SELECT \(columns) FROM predictions WHERE run = 2 ORDER BY sequence, rank", in: database)
        == expected)
    // Rank 1 is what `results` says.
    #expect(
      try rows(
        """
        SELECT run, sequence, label, confidence FROM predictions WHERE rank = 1
        EXCEPT SELECT run, sequence, label, confidence FROM results WHERE state = 'classified'
        """, in: database) == [])
  }

  @Test func aLongListOfPredictions() throws {
    let many = ModelIdentity(
      sha256: "ff", name: "many", architecture: "{}", labels: (0..<1_000).map { "label \($0)" })
    let database = try openForWriting(folder.file("x.db"))
    let predictions = (0..<1_000).map { ($0, Float(1_000 - $0) / 1_000) }
    try write([classified(0, predictions)], as: run(model: many), to: database)
    #expect(
      try rows("SELECT label FROM predictions ORDER BY rank", in: database) == many.labels.map { [$0] })
  }

  /// A run's rows are found by the key of `frames`, not by reading all of it, and come in order without sorting.
  @Test(arguments: ["results", "predictions"])
  func aRunIsFoundByItsKey(_ view: String) throws {
    let database = try openForWriting(folder.file("x.db"))
    let plan = try rows("EXPLAIN QUERY PLAN SELECT * FROM \(view) WHERE run = 3", in: database).map { $0[3] }
    #expect(plan.contains("SEARCH r USING INTEGER PRIMARY KEY (rowid=?)"), "\(plan)")
    #expect(plan.contains("SEARCH f USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"), "\(plan)")
    #expect(!plan.contains { $0.hasPrefix("SCAN f") }, "\(plan)")
  }

  @Test func framesTellRunAndSequence() throws {
    let database = try openForWriting(folder.file("x.db"))
    try write(mixedRecords(3, seed: 24), to: database)
    let records = mixedRecords(60, seed: 25)
    try write(records, to: database)
    #expect(
      try rows("SELECT run_id, sequence FROM frames WHERE run_id = 2", in: database)
        == records.map { ["2", "\($0.sequence)"] })
  }

  /// Frames are found through the keys of their batch whatever is asked for; an index that SQLite makes for the
  /// query takes the place of that range, and time then grows with the square of the frames.
  @Test(arguments: ["results", "predictions"])
  func noConditionMakesAnIndexOfFrames(_ view: String) throws {
    let database = try openForWriting(folder.file("x.db"))
    for condition in ["1", "run < 30", "sequence = 5", "confidence = 1", "label = 'cat'", "stream = 'gate'"] {
      let plan = try rows("EXPLAIN QUERY PLAN SELECT * FROM \(view) WHERE \(condition)", in: database).map {
        $0[3]
      }
      #expect(
        plan.contains("SEARCH f USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"), "\(condition): \(plan)")
      #expect(!plan.contains { $0.contains("f USING AUTOMATIC") }, "\(condition): \(plan)")
    }
  }
}
