import Dispatch
import Foundation
import Segmentation
import ShuffledCore
import Store
import Synchronization
import TestSupport
import Testing

/// A writer that waits for space on a full disk, or for another program's lock: what it tells, what it keeps, and that nothing is lost or written twice.
@Suite struct TemporaryFailureTests {
  let folder = TemporaryFolder()

  /// What a writer told, and a semaphore that counts it.
  private final class Told: Sendable {
    let states = Mutex<[WritingState]>([])
    let count = DispatchSemaphore(value: 0)

    var policy: TemporaryFailurePolicy {
      .waitAndRetry(every: .milliseconds(1)) { state in
        self.states.withLock { $0.append(state) }
        self.count.signal()
      }
    }

    func expect(_ failure: Failure) {
      let states = states.withLock { $0 }
      #expect(states.count == 2 && states.first == .heldUp(failure))
      if case .wentOn(let waited) = states.last {
        #expect(waited > .zero)
      } else {
        Issue.record("\(states)")
      }
    }
  }

  private static let batching = RunWriter.Batching(rows: 100, interval: nil, capacity: 300)
  private static let segmentation = SegmentationSettings()

  private func full(_ path: String) -> Failure {
    var failure = Failure(
      .inputOutput, cannot: "write to database", path, because: "database or disk is full",
      remedy: "free space, or give another --database")
    failure.isTemporary = true
    return failure
  }

  /// Segments begin and end among them, so that a batch that is tried again would show if it were counted twice.
  private func records(_ count: Int64) -> [FrameRecord] {
    (0..<count).map { classified($0, [($0 / 130 % 2 == 0 ? 1 : 2, 0.9), (3, 0.05)]) }
  }

  /// A writer that waits for what may pass, and what it tells.
  private func waitingWriter() throws -> (path: String, database: Database, told: Told, writer: RunWriter) {
    let path = folder.file("x.db")
    let (database, told) = (try openForWriting(path), Told())
    let writer = try RunWriter(
      database: database, run: run(), batching: Self.batching, onTemporaryFailure: told.policy)
    return (path, database, told, writer)
  }

  private func append(_ records: [FrameRecord], to writer: RunWriter) -> DispatchSemaphore {
    let done = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      #expect(throws: Never.self) { for record in records { try writer.append(record) } }
      done.signal()
    }
    return done
  }

  /// Writes until there is no space, lets it come back, and compares with a run that never lacked any.
  private func expectNothingLost(
    in path: String, fill: (Database) throws -> Void, free: (Database) throws -> Void
  ) throws {
    let records = records(6_000)
    let database = try openForWriting(path)
    defer { database.close() }
    let told = Told()
    let writer = try RunWriter(
      database: database, run: run(), batching: Self.batching, segmentation: Self.segmentation,
      onTemporaryFailure: told.policy)
    try fill(database)
    let appended = append(records, to: writer)
    try #require(told.count.wait(timeout: .now() + 60) == .success)
    #expect(writer.isHeldUp)
    // The buffer fills, and whoever appends waits.
    #expect(appended.wait(timeout: .now()) == .timedOut)
    // Others are not held up, and what is committed is whole.
    let before = try rows("SELECT count(*) % 100, count(*) = max(sequence) + 1 FROM frames", in: database)
    #expect(before == [["0", "1"]])
    try free(database)
    #expect(appended.wait(timeout: .now() + 60) == .success)
    #expect(try writer.finish(.complete, decoded: 6_000) == FrameCounts(classified: 6_000))
    #expect(!writer.isHeldUp)
    told.expect(full(path))
    #expect(try write(records, as: run("other"), to: database, batching: Self.batching) == 2)
    for columns in ["sequence, label, confidence, media_seconds"] {
      func answer(_ run: Int) throws -> [[String]] {
        try rows("SELECT \(columns) FROM results WHERE run = \(run)", in: database)
      }
      #expect(try answer(1) == answer(2))
    }
    let other = try RunWriter(
      database: database, run: run("third"), batching: Self.batching, segmentation: Self.segmentation)
    for record in records { try other.append(record) }
    try other.finish(.complete)
    func segments(_ run: Int) throws -> [[String]] {
      try rows(
        "SELECT label, start_us, end_us, frames, peak, confidence_sum, ending FROM segments WHERE run_id = \(run) ORDER BY 2",
        in: database)
    }
    #expect(try segments(1) == segments(3))
    #expect(try segments(1).count > 10)
    #expect(try database.check().problems == [])
  }

  @Test func aFullDatabaseIsWaitedFor() throws {
    try expectNothingLost(in: folder.file("x.db")) { database in
      let pages = try #require(Int(try rows("PRAGMA page_count", in: database)[0][0]))
      try database.withConnection { try $0.execute("PRAGMA max_page_count = \(pages + 10)") }
    } free: { database in
      try database.withConnection { try $0.execute("PRAGMA max_page_count = 1000000") }
    }
  }

  @Test(.enabled(if: Mount.isPermitted, "file systems cannot be mounted here")) func aFullDiskIsWaitedFor()
    throws
  {
    let folder = try Folder()
    let mount = try Mount("full", options: "size=256k", in: folder)
    try expectNothingLost(in: folder.file("full/x.db")) { _ in
    } free: { _ in
      try mount.remount("size=64m")
    }
  }

  /// At the end of the program nobody waits any longer.
  @Test func waitingCanBeGivenUp() throws {
    let (path, database, told, writer) = try waitingWriter()
    let pages = try #require(Int(try rows("PRAGMA page_count", in: database)[0][0]))
    try database.withConnection { try $0.execute("PRAGMA max_page_count = \(pages)") }
    let refused = Mutex<Failure?>(nil)
    let done = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      let failure = failure { for record in self.records(6_000) { try writer.append(record) } }
      refused.withLock { $0 = failure }
      done.signal()
    }
    try #require(told.count.wait(timeout: .now() + 60) == .success)
    #expect(writer.isHeldUp)
    writer.stopWaiting()
    #expect(done.wait(timeout: .now() + 60) == .success)
    #expect(refused.withLock { $0 } == full(path))
    #expect(failure { try writer.finish(.interrupted) } == full(path))
    #expect(!writer.isHeldUp)
    #expect(told.states.withLock { $0 } == [.heldUp(full(path))])
  }

  /// The end of a run, too, waits for space.
  @Test func finishingWaits() throws {
    let (path, database, told, writer) = try waitingWriter()
    let pages = try #require(Int(try rows("PRAGMA page_count", in: database)[0][0]))
    try database.withConnection { try $0.execute("PRAGMA max_page_count = \(pages)") }
    for record in records(300) { try writer.append(record) }
    let done = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      #expect(throws: Never.self) { try writer.finish(.interrupted) }
      done.signal()
    }
    #expect(told.count.wait(timeout: .now() + 60) == .success)
    #expect(done.wait(timeout: .now()) == .timedOut)
    try database.withConnection { try $0.execute("PRAGMA max_page_count = 1000000") }
    #expect(done.wait(timeout: .now() + 60) == .success)
    told.expect(full(path))
    #expect(
      try rows("SELECT state, frames_classified FROM runs", in: database) == [["interrupted", "300"]])
  }

  /// A program that writes for a while, or was forgotten in the midst of it.
  @Test func anotherProgramsLockIsWaitedFor() throws {
    let (path, _, told, writer) = try waitingWriter()
    let program = ForeignConnection(path)
    program.execute("BEGIN IMMEDIATE")
    for record in records(250) { try writer.append(record) }
    #expect(told.count.wait(timeout: .now() + 60) == .success)
    #expect(writer.isHeldUp)
    program.execute("ROLLBACK")
    #expect(try writer.finish(.complete) == FrameCounts(classified: 250))
    var failure = Failure(
      .inputOutput, cannot: "write to database", path, because: "another program holds a lock on it",
      remedy: "close that program, or give another --database")
    failure.isTemporary = true
    told.expect(failure)
  }

  /// Only what may pass is waited for.
  @Test func otherErrorsEndTheRun() throws {
    let (path, _, told, writer) = try waitingWriter()
    ForeignConnection(path).execute(
      "CREATE TRIGGER refusal BEFORE INSERT ON batches BEGIN SELECT RAISE(ABORT, 'not today'); END")
    try writer.append(classified(0, [(0, 1)]))
    #expect(
      failure { try writer.flush() }?.description == "cannot write to database '\(path)': not today")
    #expect(told.states.withLock { $0 } == [])
  }
}
