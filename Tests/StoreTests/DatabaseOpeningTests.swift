import Foundation
import ShuffledCore
import Store
import TestSupport
import Testing

/// Opening for writing: what is created, what is refused, and that what is refused stays as it was.
@Suite struct DatabaseOpeningTests {
  let folder = TemporaryFolder()

  @Test func createsADatabaseOfTheCurrentSchema() throws {
    let database = try openForWriting(folder.file("new.db"))
    #expect(database.access == .writing)
    func pragma(_ name: String) throws -> String { try rows("PRAGMA \(name)", in: database)[0][0] }
    #expect(try pragma("user_version") == "3")
    #expect(try pragma("application_id") == "\(0x5348_464C)")
    #expect(try pragma("journal_mode") == "wal")
    #expect(try pragma("foreign_keys") == "1")
    #expect(try pragma("synchronous") == "1")
    #expect(try pragma("journal_size_limit") == "\(64 << 20)")
  }

  @Test func foreignKeysAreChecked() throws {
    let database = try openForWriting(folder.file("x.db"))
    let refused = failure {
      try database.withConnection { try $0.execute("INSERT INTO labels VALUES (7, 0, 'cat')") }
    }
    let path = folder.file("x.db")
    #expect(refused?.description == "cannot write to database '\(path)': FOREIGN KEY constraint failed")
  }

  @Test func opensAnExistingOneAgainWithItsRows() throws {
    let path = folder.file("x.db")
    let records = mixedRecords(100, seed: 1)
    try write(records, toFile: path)
    let database = try openForWriting(path)
    #expect(try rows("SELECT count(*) FROM frames", in: database) == [["100"]])
    #expect(try write(records, to: database) == 2)
  }

  @Test func acceptsAnEmptyFileAndAnEmptyDatabase() throws {
    let empty = folder.file("empty.db")
    #expect(FileManager.default.createFile(atPath: empty, contents: nil))
    #expect(try rows("PRAGMA user_version", in: openForWriting(empty)) == [["3"]])
    let vacuumed = folder.file("vacuumed.db")
    ForeignConnection(vacuumed).execute("CREATE TABLE t(x); DROP TABLE t; VACUUM")
    #expect(try rows("PRAGMA user_version", in: openForWriting(vacuumed)) == [["3"]])
  }

  @Test func aNameOfSQLitesOwnIsAFileLikeAnyOther() throws {
    let path = folder.file(":memory:")
    try openForWriting(path).close()
    #expect(FileManager.default.fileExists(atPath: path))
    let odd = folder.file("file:a?mode=memory&b#c%41.db")
    try write(mixedRecords(3, seed: 2), toFile: odd)
    #expect(try rows("SELECT count(*) FROM frames", in: Database.openForReading(path: odd)) == [["3"]])
  }

  // MARK: Refused

  private func expectRefusal(
    _ path: String, _ kind: Failure.Kind, _ cause: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let refused = failure(of: { try openForWriting(path) }, sourceLocation: sourceLocation)
    #expect(
      refused?.description == "cannot open database '\(path)': \(cause)", sourceLocation: sourceLocation)
    #expect(refused?.kind == kind, sourceLocation: sourceLocation)
    #expect(
      !FileManager.default.fileExists(atPath: path + ".lock"), "a lock was left",
      sourceLocation: sourceLocation)
  }

  @Test func aDirectory() {
    expectRefusal(folder.path, .inputOutput, "is a directory (give a file)")
  }

  @Test func aDevice() {
    expectRefusal("/dev/null", .inputOutput, "is not a regular file (give a file)")
  }

  @Test func aFolderThatDoesNotExist() {
    let cause = "no such folder '\(folder.path)/no'"
    expectRefusal(folder.file("no/x.db"), .inputOutput, "\(cause) (create it, or give another --database)")
    expectRefusal("", .inputOutput, "no such file or directory (check the path)")
  }

  @Test func aReadOnlyFolder() {
    let path = folder.file("x.db")
    chmod(folder.path, 0o555)
    defer { chmod(folder.path, 0o755) }
    asNobody {
      expectRefusal(
        path, .inputOutput,
        "cannot create '\(path).lock': permission denied (make its folder writable, or give another --database)"
      )
    }
  }

  @Test func aReadOnlyFile() throws {
    let path = folder.file("x.db")
    try write(mixedRecords(10, seed: 3), toFile: path)
    chmod(folder.path, 0o777)
    chmod(path, 0o444)
    let before = try Data(contentsOf: URL(filePath: path))
    asNobody {
      expectRefusal(path, .inputOutput, "it is read-only (make it writable, or give another --database)")
    }
    #expect(try Data(contentsOf: URL(filePath: path)) == before)
  }

  @Test func aFileWithoutReadPermission() throws {
    let path = folder.file("x.db")
    try openForWriting(path).close()
    chmod(path, 0o000)
    asNobody { expectRefusal(path, .inputOutput, "permission denied") }
  }

  @Test(arguments: [17, 4_096, 100_000])
  func aFileThatIsNoDatabase(_ size: Int) throws {
    let path = folder.file("video.mp4")
    var random = SeededGenerator(seed: 4)
    let content = Data((0..<size).map { _ in UInt8.random(in: 0...255, using: &random) })
    try content.write(to: URL(filePath: path))
    expectRefusal(
      path, .inputOutput, "not a SQLite database (it was left as it is; give another --database)")
    #expect(try Data(contentsOf: URL(filePath: path)) == content)
  }

  /// Also in WAL mode with rows in the log, and with a program's own application id.
  @Test(arguments: ["", "PRAGMA application_id = 42;", "PRAGMA journal_mode = WAL;"])
  func anotherProgramsDatabase(_ setup: String) throws {
    let path = folder.file("bookmarks.db")
    let program = ForeignConnection(path)
    program.execute("\(setup) CREATE TABLE bookmarks(url); PRAGMA user_version = 1")
    program.execute("PRAGMA wal_checkpoint; INSERT INTO bookmarks VALUES ('x')")
    func content() throws -> [Data?] {
      ["", "-wal"].map { try? Data(contentsOf: URL(filePath: path + $0)) }
    }
    let before = try content()
    expectRefusal(
      path, .inputOutput, "it is another program's database (it was left as it is; give another --database)")
    #expect(try content() == before)
  }

  @Test func aNewerSchema() throws {
    let path = folder.file("x.db")
    try openForWriting(path).close()
    ForeignConnection(path).execute("PRAGMA user_version = 9")
    let cause = "schema version 9 is newer than this program's 3 (upgrade shuffled)"
    expectRefusal(path, .badConfiguration, cause)
    let refused = failure { try Database.openForReading(path: path) }
    #expect(refused?.description == "cannot open database '\(path)': \(cause)")
    #expect(refused?.kind == .badConfiguration)
  }

  /// In WAL mode a lock on writing alone does not keep others from reading, so each kind is tried.
  @Test(arguments: ["BEGIN IMMEDIATE", "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE"])
  func aLockOfAnotherProgram(_ lock: String) throws {
    let path = folder.file("x.db")
    try write(mixedRecords(10, seed: 5), toFile: path)
    let program = ForeignConnection(path)
    program.execute("\(lock); UPDATE streams SET name = 'other'")
    expectRefusal(
      path, .inputOutput,
      "another program holds a lock on it (close that program, or give another --database)")
    program.execute("ROLLBACK")
  }

  @Test func aCorruptFile() throws {
    let path = folder.file("x.db")
    try write(mixedRecords(2_000, seed: 6), toFile: path)
    var content = try Data(contentsOf: URL(filePath: path))
    // All but the first 100 bytes of the first page, which says what the file is: the schema is gone.
    content.replaceSubrange(100..<4_096, with: Data(repeating: 0xA5, count: 3_996))
    try content.write(to: URL(filePath: path))
    expectRefusal(
      path, .inputOutput,
      "it is corrupt (it was left as it is; restore a copy, or give another --database)")
    #expect(try Data(contentsOf: URL(filePath: path)) == content)
  }

  @Test func aTruncatedFile() throws {
    let path = folder.file("x.db")
    try write(mixedRecords(2_000, seed: 7), toFile: path)
    let content = try Data(contentsOf: URL(filePath: path)).prefix(5_000)
    try content.write(to: URL(filePath: path))
    expectRefusal(
      path, .inputOutput,
      "it is corrupt (it was left as it is; restore a copy, or give another --database)")
  }

  // MARK: Runs of a process that is gone

  @Test func runsLeftRunningBecomeAbandoned() throws {
    let path = folder.file("x.db")
    do {
      let database = try openForWriting(path)
      defer { database.close() }
      try write(mixedRecords(3, seed: 8), to: database)
      let writer = try RunWriter(database: database, run: run(), batching: manual)
      for sequence: Int64 in 0..<5 { try writer.append(classified(sequence, [(1, 0.5)])) }
      try writer.flush()
      try writer.append(classified(5, [(1, 0.5)]))
      _ = try RunWriter(database: database, run: run(), batching: manual)
      #expect(
        try rows("SELECT state FROM runs", in: database) == [["complete"], ["running"], ["running"]])
    }
    let database = try openForWriting(path)
    let columns = "run, state, ended, frames_decoded, frames_classified"
    #expect(
      try rows("SELECT \(columns) FROM run_overview WHERE run > 1", in: database) == [
        ["2", "abandoned", "2024-02-29T12:00:00.160007Z", "NULL", "5"],
        ["3", "abandoned", "NULL", "NULL", "0"],
      ])
    // The time of the last commit was never written, and is not made up.
    #expect(
      try rows("SELECT DISTINCT ifnull(store_ms, 'unknown') FROM results WHERE run = 2", in: database)
        == [["unknown"]])
    #expect(try rows("SELECT state FROM runs WHERE id = 1", in: database) == [["complete"]])
  }
}
