import Foundation
import ShuffledCore
import Store
import TestSupport
import Testing

@Suite struct DatabaseReadingTests {
  let folder = TemporaryFolder()

  @Test func aMissingFile() {
    let path = folder.file("no.db")
    let refused = failure { try Database.openForReading(path: path) }
    #expect(refused?.description == "cannot open database '\(path)': no such file (check the path)")
    #expect(refused?.kind == .noInput)
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func filesThatAreNotOurs() throws {
    func expectRefusal(_ path: String, _ cause: String) {
      let refused = failure { try Database.openForReading(path: path) }
      #expect(refused?.description == "cannot open database '\(path)': \(cause)")
      #expect(refused?.kind == .inputOutput)
    }
    expectRefusal(folder.path, "is a directory (give a file)")
    let text = folder.file("notes.txt")
    try String(repeating: "not a database\n", count: 100).write(
      toFile: text, atomically: false, encoding: .utf8)
    expectRefusal(text, "not a SQLite database (it was left as it is; give another --database)")
    let foreign = folder.file("bookmarks.db")
    ForeignConnection(foreign).execute("CREATE TABLE bookmarks(url)")
    expectRefusal(foreign, "it is another program's database (it was left as it is; give another --database)")
    let empty = folder.file("empty.db")
    #expect(FileManager.default.createFile(atPath: empty, contents: nil))
    expectRefusal(empty, "it is empty (it was left as it is; give another --database)")
    let locked = folder.file("locked.db")
    try openForWriting(locked).close()
    chmod(locked, 0o000)
    asNobody { expectRefusal(locked, "permission denied") }
  }

  @Test func nothingCanBeWritten() throws {
    let path = folder.file("x.db")
    try write(mixedRecords(10, seed: 1), toFile: path)
    let database = try Database.openForReading(path: path)
    #expect(
      failure { try database.withConnection { try $0.execute("DELETE FROM frames") } }?.description
        == "cannot read database '\(path)': it is read-only (make it writable, or give another --database)")
  }

  /// A copy in a folder of somebody else's: no log is there, and none can be made.
  @Test func aCopyThatMayOnlyBeRead() throws {
    let path = folder.file("50% & more?.db")
    try write(mixedRecords(600, seed: 2), toFile: path)
    chmod(folder.path, 0o555)
    defer { chmod(folder.path, 0o755) }
    let database = try asNobody { try Database.openForReading(path: path) }
    #expect(try rows("SELECT count(*) FROM results", in: database) == [["600"]])
  }

  /// With a log that cannot be used, the file alone would be an old state told as the present one.
  @Test func aCopyWhoseLogCannotBeUsed() throws {
    let original = folder.file("x.db")
    let database = try openForWriting(original)
    try write(mixedRecords(600, seed: 3), to: database)
    let copy = folder.file("copy.db")
    for suffix in ["", "-wal"] {
      try FileManager.default.copyItem(atPath: original + suffix, toPath: copy + suffix)
    }
    database.close()
    chmod(folder.path, 0o555)
    defer { chmod(folder.path, 0o755) }
    let refused = asNobody { failure { try Database.openForReading(path: copy) } }
    #expect(
      refused?.description
        == "cannot open database '\(copy)': its newest rows are in '\(copy)-wal', which cannot be used here "
        + "(copy both files to a folder you can write)")
    #expect(refused?.kind == .inputOutput)
  }

  @Test func aReaderLeavesAnOlderSchemaAlone() throws {
    let path = folder.file("x.db")
    try openForWriting(path).close()
    ForeignConnection(path).execute("PRAGMA user_version = 0")
    #expect(
      failure { try Database.openForReading(path: path) }?.description
        == "cannot open database '\(path)': schema version 0 is older than this program's 3 "
        + "(let shuffled write to it once)")
  }
}
