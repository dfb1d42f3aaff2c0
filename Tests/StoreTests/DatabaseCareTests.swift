import Foundation
import Glibc
import ShuffledCore
import Store
import TestSupport
import Testing

/// Checking, measuring, copying and compacting a database.
@Suite struct DatabaseCareTests {
  let folder = TemporaryFolder()

  private var path: String { folder.file("x.db") }

  /// Two runs, closed.
  private func makeDatabase() throws {
    let database = try openForWriting(path)
    defer { database.close() }
    try write(mixedRecords(300, seed: 81), to: database)
    try write([classified(0, [(0, 1)]), classified(1, [(1, 1)])], as: run("door"), to: database)
  }

  /// What `body` answers of the database, opened for reading.
  private func reading<R>(_ path: String? = nil, _ body: (Database) throws -> R) throws -> R {
    let database = try Database.openForReading(path: path ?? self.path)
    defer { database.close() }
    return try body(database)
  }

  private func size(_ path: String) -> Int64 {
    var status = stat()
    return stat(path, &status) == 0 ? Int64(status.st_size) : -1
  }

  // MARK: Check

  @Test(arguments: [false, true]) func aWholeDatabaseHasNoFaults(quick: Bool) throws {
    try makeDatabase()
    #expect(
      try reading { try $0.check(quick: quick) } == DatabaseCheck(runs: 2, frames: 302, problems: []))
  }

  @Test func aDatabaseWithoutRuns() throws {
    try openForWriting(path).close()
    #expect(try reading { try $0.check() } == DatabaseCheck(runs: 0, frames: 0, problems: []))
  }

  /// What another program may have done to it.
  @Test(arguments: [
    (
      "DELETE FROM frames WHERE id = (2 << 36) + 1",
      [
        "run 2 counts 2 classified, 0 failed, 0 dropped; stored are 1 classified, 0 failed, 0 dropped"
      ]
    ),
    (
      "UPDATE runs SET frames_failed = 3 WHERE id = 2",
      [
        "run 2 counts 2 classified, 3 failed, 0 dropped; stored are 2 classified, 0 failed, 0 dropped",
        "run 2 counts 5 frames; its minutes and the frames after them are 2",
      ]
    ),
    ("UPDATE batches SET first_sequence = 1 WHERE run_id = 2", ["run 2 has 2 frames, its batches have 1"]),
    (
      "INSERT INTO frames (id, wall_us, state, decode_us, wait_us, queued_us) VALUES (9 << 36, 0, 2, 0, 0, 0)",
      ["1 frame of no run"]
    ),
    (
      "UPDATE runs SET model_id = 7; UPDATE labels SET model_id = 8",
      ["6 rows of 'labels' without a row of 'models'", "2 rows of 'runs' without a row of 'models'"]
    ),
  ])
  func whatContradictsItselfIsTold(sql: String, problems: [String]) throws {
    try makeDatabase()
    ForeignConnection(path).execute(sql)
    #expect(try reading { try $0.check() }.problems == problems)
  }

  /// A page of the frames overwritten: an answer, whatever SQLite says of it.
  @Test func aCorruptPageIsTold() throws {
    try makeDatabase()
    let file = try #require(FileHandle(forUpdatingAtPath: path))
    let page = try reading { database in
      try rows("SELECT pageno FROM dbstat WHERE name = 'frames' AND pagetype = 'leaf' LIMIT 1", in: database)
    }
    try file.seek(toOffset: UInt64((try #require(Int(page[0][0])) - 1) * 4_096))
    try file.write(contentsOf: Data(repeating: 0xA5, count: 4_096))
    try file.close()
    let problems = try reading { try $0.check() }.problems
    #expect(problems.contains { $0.contains("btreeInitPage() returns error code 11") }, "\(problems)")
    #expect(problems.contains("frames: cannot be read to the end, the file is corrupt"), "\(problems)")
  }

  /// As a copy that broke off; nothing of it can be opened.
  @Test func aFileCutShortIsTold() throws {
    try makeDatabase()
    #expect(truncate(path, 8_192) == 0)
    #expect(
      try Database.check(path: path)
        == DatabaseCheck(runs: 0, frames: 0, problems: ["the file: cannot be opened, it is corrupt"]))
    #expect(size(path) == 8_192)
  }

  // MARK: Statistics

  @Test func statistics() throws {
    try makeDatabase()
    let statistics = try reading { try $0.statistics() }
    #expect(statistics.fileBytes == size(path) && statistics.logBytes == 0)
    #expect(statistics.pageSize * statistics.pages == statistics.fileBytes && statistics.freePages == 0)
    #expect(statistics.frames == 302 && statistics.bytesPerFrame == Double(size(path)) / 302)
    let times = try reading { database in
      try rows("SELECT min(wall_time), max(wall_time) FROM results", in: database)[0]
    }
    #expect([statistics.oldestFrame?.rfc3339, statistics.newestFrame?.rfc3339] == times)
    let counts = Dictionary(uniqueKeysWithValues: statistics.tables.map { ($0.name, $0.rows) })
    let failures = try reading { try rows("SELECT count(*) FROM failures", in: $0)[0][0] }
    #expect(
      counts == [
        "frames": 302, "batches": 2, "runs": 2, "streams": 2, "models": 1, "labels": 6, "segments": 0,
        "failures": Int64(failures), "minutes": 3, "minute_labels": 12, "minute_latencies": 18, "hours": 3,
        "hour_labels": 12, "hour_latencies": 18, "coverage": 2,
      ])
    #expect(statistics.tables[0].name == "frames")
    // All pages but those of the list of tables itself.
    let sum = statistics.tables.reduce(0) { $0 + ($1.bytes ?? 0) }
    #expect(sum < statistics.fileBytes && sum > statistics.fileBytes - 8 * 4_096)
  }

  @Test func statisticsWithoutFrames() throws {
    let database = try openForWriting(path)
    defer { database.close() }
    _ = try RunWriter(database: database, run: run(), batching: manual)
    let statistics = try database.statistics()
    #expect(statistics.frames == 0 && statistics.bytesPerFrame == nil)
    #expect(statistics.oldestFrame == nil && statistics.newestFrame == nil)
    #expect(statistics.logBytes > 0, "the run is still in it")
  }

  // MARK: Backup

  @Test func aBackupIsTheSameDatabase() throws {
    try makeDatabase()
    let copy = folder.file("copy.db")
    let bytes = try reading { try $0.backUp(to: copy) }
    #expect(bytes == size(copy))
    #expect(try reading(copy) { try $0.check() } == DatabaseCheck(runs: 2, frames: 302, problems: []))
    let dump = { (path: String) in try output(of: ["sqlite3", "-readonly", path, ".dump"]) }
    #expect(try dump(copy) == dump(path))
    // Nothing lies beside them.
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(
      Set(names).isSubset(of: ["x.db", "copy.db", "copy.db-shm", "copy.db-wal", "x.db-shm", "x.db-wal"]))
    // It can be written, as its original can.
    let database = try openForWriting(copy)
    defer { database.close() }
    try write([classified(0, [(0, 1)])], to: database)
    #expect(try database.runs().map(\.run) == [3, 2, 1])
  }

  /// A writer goes on between any two steps of the copy, and even so the copy is one moment: that of its begin.
  @Test func aBackupIsOneMomentOfADatabaseThatIsWritten() throws {
    let database = try openForWriting(path)
    defer { database.close() }
    // More than one step copies.
    let first = (0..<100_000).map { classified(Int64($0), [(0, 1), (1, 0), (2, 0), (3, 0), (4, 0)]) }
    try write(first, to: database)
    let writer = try RunWriter(database: database, run: run("door"), batching: manual)
    var steps: Int64 = 0
    let copy = folder.file("copy.db")
    let bytes = try reading { source in
      try source.backUp(to: copy) {
        #expect(throws: Never.self) {
          try writer.append(classified(steps, [(0, 1)]))
          try writer.flush()
        }
        steps += 1
        return false
      }
    }
    #expect(steps > 1 && bytes == size(copy))
    try writer.finish(.complete)
    #expect(try database.check() == DatabaseCheck(runs: 2, frames: 100_000 + steps, problems: []))
    let copied = try reading(copy) { database in (try database.check(), try database.runs()) }
    #expect(copied.0 == DatabaseCheck(runs: 2, frames: 100_000, problems: []))
    #expect(copied.1.map(\.state) == [.running, .complete])
  }

  @Test func aCancelledBackupLeavesNothing() throws {
    try makeDatabase()
    #expect(try reading { try $0.backUp(to: folder.file("copy.db")) { true } } == nil)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(!names.contains { $0.contains("copy") }, "\(names)")
  }

  private func refusal(_ target: String, isReplacing: Bool = false) throws -> String? {
    try reading { database in
      failure(of: { try database.backUp(to: target, isReplacing: isReplacing) })?.description
    }
  }

  @Test func whatABackupDoesNotReplace() throws {
    try makeDatabase()
    let target = folder.file("copy.db")
    try Data("precious".utf8).write(to: URL(filePath: target))
    #expect(
      try refusal(target)
        == "cannot write backup '\(target)': there is such a file already (name another one, or give --force)"
    )
    #expect(try Data(contentsOf: URL(filePath: target)) == Data("precious".utf8))
    #expect(
      try refusal(path, isReplacing: true)
        == "cannot write backup '\(path)': it is the database itself (name another file)")
    #expect(
      try refusal(folder.path, isReplacing: true)
        == "cannot write backup '\(folder.path)': is a directory (name a file in a folder that is there)")
    #expect(
      try refusal(folder.file("none/copy.db"))
        == "cannot write backup '\(folder.file("none/copy.db"))': no such folder '\(folder.file("none"))' (name a file in a folder that is there)"
    )
    let logged = folder.file("logged.db")
    try Data("old".utf8).write(to: URL(filePath: logged + "-wal"))
    #expect(
      try refusal(logged, isReplacing: true)
        == "cannot write backup '\(logged)': another database's log, '\(logged)-wal', lies there (name another file)"
    )
  }

  @Test func replacingWhenAskedTo() throws {
    try makeDatabase()
    let target = folder.file("copy.db")
    try Data("precious".utf8).write(to: URL(filePath: target))
    #expect(try reading { try $0.backUp(to: target, isReplacing: true) } == size(target))
    #expect(try reading(target) { try $0.runs().count } == 2)
    // The reader left an empty log behind, which is in nobody's way.
    #expect(size(target + "-wal") <= 0)
    #expect(try reading { try $0.backUp(to: target, isReplacing: true) } == size(target))
    let writer = try openForWriting(target)
    defer { writer.close() }
    #expect(
      try refusal(target, isReplacing: true)
        == "cannot write backup '\(target)': process \(getpid()) (shuffled process gate.mp4) is writing to it (wait for it, or name another file)"
    )
    #expect(size(target + ".lock") > 0, "the writer's lock is still there")
  }

  // MARK: Compaction

  @Test func compactingGivesBackWhatIsFree() throws {
    let database = try openForWriting(path)
    try write((0..<20_000).map { classified(Int64($0), [(0, 1), (1, 0)]) }, to: database)
    try write([classified(0, [(0, 1)])], as: run("door"), to: database)
    database.close()
    ForeignConnection(path).execute(
      """
      DELETE FROM frames WHERE run_id = 1; DELETE FROM batches WHERE run_id = 1;
      UPDATE runs SET frames_pruned = 20000, pruned_sequence = 19999 WHERE id = 1;
      """)
    let before = size(path)
    let free = try reading { try $0.statistics() }
    #expect(free.freePages > 100 && free.fileBytes == before)
    let result = try Database.compact(path: path, command: "shuffled db compact")
    #expect(result == DatabaseCompaction(before: before, after: size(path), isDelayed: false))
    #expect(result.after < 150_000)
    let after = try reading { database in (try database.statistics(), try database.check()) }
    #expect(after.0.freePages == 0)
    #expect(after.1 == DatabaseCheck(runs: 2, frames: 1, problems: []))
  }

  @Test func compactingNeedsTheDatabaseForItself() throws {
    #expect(
      failure(of: { try Database.compact(path: path, command: "c") })?.description
        == "cannot open database '\(path)': no such file (check the path)")
    #expect(size(path) == -1, "nothing was made")
    let writer = try openForWriting(path)
    #expect(
      failure(of: { try Database.compact(path: path, command: "c") })?.description
        == "cannot open database '\(path)': process \(getpid()) (shuffled process gate.mp4) is writing to it (wait for it, or give another --database)"
    )
    writer.close()
    #expect(try Database.compact(path: path, command: "c").isDelayed == false)
  }

  /// Another program in the middle of a transaction keeps what it reads; the file shrinks later.
  @Test func compactingUnderAReader() throws {
    try makeDatabase()
    let program = ForeignConnection(path)
    program.execute("BEGIN; SELECT count(*) FROM frames")
    let result = try Database.compact(path: path, command: "c", busyTimeout: .milliseconds(20))
    program.execute("COMMIT")
    #expect(result.isDelayed)
    #expect(try reading { try $0.check() }.problems == [])
  }
}
