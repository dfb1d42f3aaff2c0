import Dispatch
import Foundation
import ShuffledCore
import Store
import Synchronization
import Testing

@Suite struct RunWriterTests {
  let folder = TemporaryFolder()

  /// What reading a record back must give.
  private func expected(_ record: FrameRecord, run: Int64, store: Duration?) -> FrameRow {
    func stored(_ confidence: Float) -> Double { (Double(confidence) * 65_535).rounded() / 65_535 }
    var latency: [Stage: Duration] = [.decode: record.latency.decode, .wait: record.latency.wait]
    if record.outcome != .dropped {
      latency[.preprocess] = record.latency.preprocess
      latency[.inference] = record.latency.inference
    }
    latency[.store] = store
    var row = FrameRow(
      run: run, stream: "gate", sequence: record.sequence, mediaTime: record.mediaTime,
      wallTime: record.wallTime, state: .dropped, predictions: [], latency: latency,
      total: store.map { _ in latency.values.reduce(.zero, +) }, error: nil)
    switch record.outcome {
    case .dropped: break
    case .failed(let error): (row.state, row.error) = (.failed, error)
    case .classified(let predictions):
      row.state = .classified
      row.predictions = predictions.map {
        FrameRow.Prediction(label: labels[$0.index], confidence: stored($0.confidence))
      }
    }
    return row
  }

  private func allFrames(_ database: Database) throws -> [FrameRow] {
    var frames: [FrameRow] = []
    try database.frames { frames.append($0) }
    return frames
  }

  /// Batches around the number of records: fewer, exactly one, one more, several with a rest.
  @Test(arguments: [1, 7, 299, 300, 301, 512])
  func recordsComeBackAsTheyWere(_ rows: Int) throws {
    let records = mixedRecords(300, seed: 11)
    let database = try openForWriting(folder.file("x.db"))
    // Each batch asks the clock twice: it begins an hour and 10 ms x 2n after the start and takes 10 ms to commit.
    let clock = SteppingClock(origin + .seconds(3_600), step: .milliseconds(10))
    let run = try write(
      records, to: database, batching: RunWriter.Batching(rows: rows, interval: nil, capacity: rows),
      now: clock.now)
    let frames = try allFrames(database)
    #expect(frames.count == records.count)
    for (place, (frame, record)) in zip(frames, records).enumerated() {
      let committed: Instant = origin + .seconds(3_600) + .milliseconds(10) * (place / rows * 2 + 1)
      let row = expected(record, run: run, store: committed - record.finished)
      #expect(frame == row, "record \(place)")
    }
  }

  @Test func theExtremesFit() throws {
    let manyLabels = (0..<65_536).map { "label \($0)" }
    let big = ModelIdentity(sha256: "ff", name: "big", architecture: "{}", labels: manyLabels)
    let database = try openForWriting(folder.file("x.db"))
    let writer = try RunWriter(database: database, run: run(model: big), batching: manual)
    try writer.append(classified(0, [(65_535, 1), (0, 0), (256, 1e-9), (255, 1.000_001)]))
    let last: Int64 = (1 << 36) - 3
    try writer.append(classified(last, [(65_535, 0)], media: .some(-.max)))
    try writer.flush()
    // Another batch, where media times lie further apart than 64 bits tell.
    try writer.append(classified(last + 1, [(0, 0)], media: .some(.max)))
    try writer.append(classified(last + 2, [(0, 0)], media: .some(.min)))
    #expect(try writer.finish(.complete) == FrameCounts(classified: 4))
    let frames = try allFrames(database)
    #expect(frames.map(\.sequence) == [0, last, last + 1, last + 2])
    #expect(
      frames[0].predictions == [
        .init(label: "label 65535", confidence: 1), .init(label: "label 0", confidence: 0),
        .init(label: "label 256", confidence: 0), .init(label: "label 255", confidence: 1),
      ])
    #expect(frames.map { $0.mediaTime?.microseconds } == [0, -.max, .max, .min])
    #expect(
      try rows("SELECT rank, label, confidence FROM predictions WHERE sequence = 0", in: database) == [
        ["1", "label 65535", "1.0"], ["2", "label 0", "0.0"], ["3", "label 256", "0.0"],
        ["4", "label 255", "1.0"],
      ])
  }

  @Test func finishClosesTheRun() throws {
    let database = try openForWriting(folder.file("x.db"))
    let writer = try RunWriter(database: database, run: run(), batching: manual)
    let records = mixedRecords(200, seed: 12)
    for record in records { try writer.append(record) }
    let counts = try writer.finish(
      .partial, error: "cannot read video 'gate.mp4': it is truncated", decoded: 777,
      ended: WallTime(microseconds: wallOrigin.microseconds + 90_500_000))
    var counted = FrameCounts()
    for record in records {
      switch record.outcome {
      case .classified: counted.classified += 1
      case .failed: counted.failed += 1
      case .dropped: counted.dropped += 1
      }
    }
    #expect(counts == counted)
    #expect(counts.total == 200)
    #expect(
      try rows("SELECT * FROM run_overview", in: database) == [
        [
          "1", "gate", "/videos/gate.mp4", "shufflenet_v2_x1_0", "partial", "2024-02-29T12:00:00.000007Z",
          "2024-02-29T12:01:30.500007Z", "90.5", "777", "\(counts.classified)", "\(counts.failed)",
          "\(counts.dropped)", "cannot read video 'gate.mp4': it is truncated",
        ]
      ])
    #expect(
      try rows("SELECT settings, program FROM runs", in: database) == [[#"{"top": 5}"#, "shuffled 0.1.0"]])
  }

  @Test func aRunWithoutFrames() throws {
    let database = try openForWriting(folder.file("x.db"))
    let writer = try RunWriter(database: database, run: run())
    #expect(try writer.finish(.failed, error: "no frames") == FrameCounts())
    #expect(try rows("SELECT state FROM runs", in: database) == [["failed"]])
    #expect(try allFrames(database) == [])
  }

  @Test func streamsAndModelsAreKeptOnce() throws {
    let database = try openForWriting(folder.file("x.db"))
    try write([], as: run("gate"), to: database)
    try write([], as: run("renamed", source: "/videos/gate.mp4"), to: database)
    try write([], as: run("gate", source: "/other/gate.mp4"), to: database)
    #expect(
      try rows("SELECT id, name, source FROM streams", in: database) == [
        ["1", "renamed", "/videos/gate.mp4"], ["2", "gate", "/other/gate.mp4"],
      ])
    #expect(
      try rows("SELECT id, stream_id, model_id FROM runs", in: database) == [
        ["1", "1", "1"], ["2", "1", "1"], ["3", "2", "1"],
      ])
    #expect(try rows("SELECT name FROM labels ORDER BY label_index", in: database) == labels.map { [$0] })
  }

  @Test func aModelDoesNotChangeItsLabels() throws {
    let database = try openForWriting(folder.file("x.db"))
    try write([], to: database)
    var other = model
    other.labels[1] = "lion"
    let path = folder.file("x.db")
    let start =
      "cannot store results of model 'shufflenet_v2_x1_0': the database knows it with other labels: "
    let replaced = failure { try RunWriter(database: database, run: run(model: other)) }
    #expect(
      replaced?.description == start + "label 1 was 'cat' and is now 'lion' (give another --database)")
    #expect(replaced?.kind == .badData)
    other.labels = labels + ["lion"]
    #expect(
      failure { try RunWriter(database: database, run: run(model: other)) }?.description
        == start + "it had 6 labels and now has 7 (give another --database)")
    #expect(try rows("SELECT count(*) FROM runs", in: database) == [["1"]], "in \(path)")
  }

  // MARK: Batches

  @Test func aFullBatchIsCommittedByItself() throws {
    let batches = Mutex<[[Int64]]>([])
    let arrived = DispatchSemaphore(value: 0)
    let database = try openForWriting(folder.file("x.db"))
    let writer = try RunWriter(
      database: database, run: run(), batching: .init(rows: 3, interval: nil, capacity: 9)
    ) { batch in
      batches.withLock { $0.append(batch.records.map(\.sequence)) }
      arrived.signal()
    }
    for sequence: Int64 in 0..<7 { try writer.append(classified(sequence, [(0, 1)])) }
    for _ in 0..<2 { #expect(arrived.wait(timeout: .now() + 10) == .success) }
    #expect(batches.withLock { $0 } == [[0, 1, 2], [3, 4, 5]])
    #expect(try rows("SELECT count(*) FROM frames", in: database) == [["6"]])
    try writer.flush()
    try writer.flush()
    #expect(batches.withLock { $0 } == [[0, 1, 2], [3, 4, 5], [6]])
    try writer.finish(.complete)
    #expect(
      try rows("SELECT first_sequence, last_sequence FROM batches", in: database) == [
        ["0", "2"], ["3", "5"], ["6", "6"],
      ])
  }

  @Test func aBatchThatIsNotFullIsCommittedAfterTheInterval() throws {
    let arrived = DispatchSemaphore(value: 0)
    let database = try openForWriting(folder.file("x.db"))
    let writer = try RunWriter(
      database: database, run: run(),
      batching: .init(rows: 1_000, interval: .milliseconds(1), capacity: 1_000)
    ) { _ in arrived.signal() }
    for sequence: Int64 in 0..<2 {
      try writer.append(classified(sequence, [(0, 1)]))
      #expect(arrived.wait(timeout: .now() + 10) == .success)
    }
    #expect(try rows("SELECT last_sequence FROM batches", in: database) == [["0"], ["1"]])
    try writer.finish(.complete)
  }

  @Test func appendBlocksWhileTheBufferIsFull() throws {
    let database = try openForWriting(folder.file("x.db"))
    let gate = DispatchSemaphore(value: 0)
    let writer = try RunWriter(
      database: database, run: run(), batching: .init(rows: 2, interval: nil, capacity: 5)
    ) { _ in gate.wait() }
    let appended = Atomic(0)
    let done = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      for sequence: Int64 in 0..<11 {
        #expect(throws: Never.self) { try writer.append(classified(sequence, [(0, 1)])) }
        appended.add(1, ordering: .sequentiallyConsistent)
      }
      done.signal()
    }
    // The writer stands in the first batch's callback, so nothing makes space: `append` must come to wait.
    while writer.stalls == 0 { sched_yield() }
    #expect(appended.load(ordering: .sequentiallyConsistent) == 5)
    for _ in 0..<6 { gate.signal() }
    #expect(done.wait(timeout: .now() + 10) == .success)
    #expect(try writer.finish(.complete) == FrameCounts(classified: 11))
  }

  @Test func severalRunsAtOnceShareADatabase() throws {
    let database = try openForWriting(folder.file("x.db"))
    let records = mixedRecords(1_500, seed: 13)
    DispatchQueue.concurrentPerform(iterations: 4) { place in
      #expect(throws: Never.self) {
        try write(
          records, as: run("camera\(place)"), to: database,
          batching: .init(rows: 50, interval: nil, capacity: 100))
      }
    }
    #expect(
      try rows(
        "SELECT stream, count(*), min(sequence), max(sequence) FROM results GROUP BY stream", in: database)
        == (0..<4).map { ["camera\($0)", "1500", "\(records[0].sequence)", "\(records[1_499].sequence)"] })
  }

  // MARK: Failures

  @Test func aFullDatabaseIsToldAndKeepsWhatIsCommitted() throws {
    let path = folder.file("x.db")
    let database = try openForWriting(path)
    let kept = Mutex<Int64>(0)
    let writer = try RunWriter(
      database: database, run: run(), batching: .init(rows: 100, interval: nil, capacity: 200)
    ) { batch in kept.withLock { $0 += Int64(batch.records.count) } }
    let pages = try rows("PRAGMA page_count", in: database)[0][0]
    try database.withConnection { try $0.execute("PRAGMA max_page_count = \((Int(pages) ?? 0) + 10)") }
    let text =
      "cannot write to database '\(path)': database or disk is full (free space, or give another --database)"
    var sequence: Int64 = 0
    let refused = failure {
      while sequence < 100_000 {
        try writer.append(classified(sequence, [(0, 1), (1, 0)]))
        sequence += 1
      }
    }
    #expect(refused?.description == text)
    #expect(refused?.kind == .inputOutput)
    // It goes on saying so, and never blocks.
    for _ in 0..<500 { #expect(failure { try writer.append(classified(sequence, [(0, 1)])) } == refused) }
    #expect(failure { try writer.flush() } == refused)
    #expect(failure { try writer.finish(.complete) } == refused)
    let committed = kept.withLock { $0 }
    #expect(committed >= 100)
    #expect(
      try rows("SELECT count(*), max(sequence) FROM frames", in: database) == [
        ["\(committed)", "\(committed - 1)"]
      ])
    #expect(
      try rows("SELECT state, error, frames_classified FROM runs", in: database)
        == [["failed", text, "\(committed)"]])
    // With space again, the next run works.
    try database.withConnection { try $0.execute("PRAGMA max_page_count = 1000000") }
    #expect(try write(mixedRecords(1_000, seed: 14), to: database) == 2)
    #expect(try rows("PRAGMA integrity_check", in: database) == [["ok"]])
  }

  @Test func anotherProgramsLockIsTold() throws {
    let path = folder.file("x.db")
    let database = try openForWriting(path)
    let writer = try RunWriter(database: database, run: run(), batching: manual)
    let program = ForeignConnection(path)
    program.execute("BEGIN IMMEDIATE")
    try writer.append(classified(0, [(0, 1)]))
    #expect(
      failure { try writer.finish(.complete) }?.description
        == "cannot write to database '\(path)': another program holds a lock on it "
        + "(close that program, or give another --database)")
    program.execute("ROLLBACK")
  }

  // MARK: Readers

  @Test func aReaderSeesCommittedRowsWhileARunIsWritten() throws {
    let path = folder.file("x.db")
    let database = try openForWriting(path)
    let writer = try RunWriter(
      database: database, run: run(), batching: .init(rows: 10, interval: nil, capacity: 10))
    let reader = try Database.openForReading(path: path)
    #expect(reader.access == .reading)
    for round: Int64 in 0..<20 {
      for sequence in (round * 10)..<(round * 10 + 10) { try writer.append(classified(sequence, [(0, 1)])) }
      try writer.flush()
      #expect(
        try rows("SELECT count(*), frames_classified FROM frames, runs", in: reader) == [
          ["\(round * 10 + 10)", "\(round * 10 + 10)"]
        ])
    }
    // A reader in the middle of its rows neither stops the writer nor sees what comes later.
    var seen: Int64 = 0
    try reader.frames { frame in
      if frame.sequence == 3 {
        for sequence: Int64 in 200..<300 { try writer.append(classified(sequence, [(0, 1)])) }
        try writer.flush()
      }
      seen += 1
    }
    #expect(seen == 200)
    #expect(try rows("SELECT count(*) FROM frames", in: reader) == [["300"]])
    try writer.finish(.complete)
  }
}
