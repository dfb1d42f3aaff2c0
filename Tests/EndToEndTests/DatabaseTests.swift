import Foundation
import Glibc
import TestSupport
import Testing

/// Databases that cannot be used: nothing of them is changed, and what was stored stays.
@Suite struct DatabaseTests {
  let folder: Folder

  init() throws {
    folder = try Folder()
    try folder.encode("a.mp4", source: "testsrc2=s=96x64:r=25:d=1", ["-c:v", "libx264"])
  }

  private func writing(_ database: String) throws -> Ending {
    try shuffled(["process", "-m", "custom-width", "-d", database, "a.mp4"], in: folder)
  }

  private func reading(_ database: String) throws -> Ending {
    try shuffled(["query", "summary", "-d", database], in: folder)
  }

  private static let another = "it was left as it is; give another --database"

  @Test func filesThatAreNoDatabaseOfOurs() throws {
    try folder.write("Dear diary, today I kept a database.\n", to: "text.db")
    _ = try Call(["/usr/bin/env", "sqlite3", "other.db", "CREATE TABLE t(x)"], in: folder).end()
    try FileManager.default.createDirectory(
      atPath: folder.file("folder.db"), withIntermediateDirectories: false)
    #expect(try writing("newer.db").code == 0)
    var corrupt = try folder.data("newer.db")
    // All but what says that it is ours.
    corrupt.replaceSubrange(100..<4_096, with: Data(repeating: 0xA5, count: 3_996))
    try folder.write(corrupt, to: "corrupt.db")
    _ = try Call(["/usr/bin/env", "sqlite3", "newer.db", "PRAGMA user_version = 9"], in: folder).end()
    let names = ["text.db", "other.db", "newer.db", "corrupt.db"]
    let before = try names.map(folder.data)
    let cases: [(database: String, code: Int32, cause: String)] = [
      ("text.db", 74, "not a SQLite database (\(Self.another))"),
      ("other.db", 74, "it is another program's database (\(Self.another))"),
      ("newer.db", 78, "schema version 9 is newer than this program's 3 (upgrade shuffled)"),
      ("corrupt.db", 74, "it is corrupt (it was left as it is; restore a copy, or give another --database)"),
      ("folder.db", 74, "is a directory (give a file)"),
      ("/dev/null", 74, "is not a regular file (give a file)"),
    ]
    for (database, code, cause) in cases {
      let line = "cannot open database '\(database)': \(cause)"
      expectRefusal(try writing(database), code, line)
      expectRefusal(try reading(database), code, line)
    }
    expectRefusal(
      try writing("none/x.db"), 74,
      "cannot open database 'none/x.db': no such folder 'none' (create it, or give another --database)")
    expectRefusal(try reading("none.db"), 66, "cannot open database 'none.db': no such file (check the path)")
    #expect(try names.map(folder.data) == before)
  }

  @Test(.enabled(if: canMakeImmutable, "files cannot be made immutable here (chattr +i)"))
  func aReadOnlyFile() throws {
    #expect(try writing("x.db").code == 0)
    let answer = try reading("x.db")
    _ = try Call(["/usr/bin/env", "chattr", "+i", "x.db"], in: folder).end()
    defer { _ = try? Call(["/usr/bin/env", "chattr", "-i", "x.db"], in: folder).end() }
    expectRefusal(
      try writing("x.db"), 74,
      "cannot open database 'x.db': it is read-only (make it writable, or give another --database)")
    #expect(try reading("x.db") == answer)
    #expect(answer.code == 0 && answer.output.contains("a.mp4"))
  }

  @Test(.enabled(if: Mount.isPermitted, "file systems cannot be mounted here"))
  func aReadOnlyFileSystem() throws {
    #expect(try writing("x.db").code == 0)
    let answer = try reading("x.db")
    let mount = try Mount("ro", options: "size=4m", in: folder)
    try FileManager.default.copyItem(atPath: folder.file("x.db"), toPath: folder.file("ro/x.db"))
    try mount.remount("ro")
    expectRefusal(
      try writing("ro/x.db"), 74,
      "cannot open database 'ro/x.db': cannot create '\(folder.path)/ro/x.db.lock': read-only file system (make its folder writable, or give another --database)"
    )
    #expect(try reading("ro/x.db") == answer)
  }

  /// Another program that holds a lock for good; each of ours waits some seconds for it.
  @Test(arguments: ["BEGIN IMMEDIATE", "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE"])
  func aLockOfAnotherProgram(lock: String) throws {
    #expect(try writing("x.db").code == 0)
    let input = Foundation.Pipe()
    let holder = try Call(["/usr/bin/env", "sqlite3", "x.db"], in: folder, input: input)
    try wait(forChangesIn: folder) {
      // Again for each change: the words are read once.
      if !FileManager.default.fileExists(atPath: folder.file("asked")) {
        try folder.write("", to: "asked")
        input.fileHandleForWriting.write(
          Data("\(lock); UPDATE streams SET name = 'other';\n.output held\nSELECT 1;\n.output\n".utf8))
      }
      return (try? folder.data("held"))?.isEmpty == false
    }
    let line =
      "cannot open database 'x.db': another program holds a lock on it (close that program, or give another --database)"
    expectRefusal(try writing("x.db"), 74, line)
    let answer = try reading("x.db")
    if lock.contains("EXCLUSIVE") {
      expectRefusal(answer, 74, line)
    } else {
      #expect(answer.code == 0 && answer.output.contains("a.mp4") && answer.errors == "")
    }
    try input.fileHandleForWriting.close()
    _ = try holder.end()
    #expect(try writing("x.db").code == 0)
    #expect(
      try sqlite("SELECT id, state, frames_classified FROM runs", in: folder)
        == "1|complete|25\n2|complete|25")
  }

  /// One writer at a time, under whatever name; readers are not held up.
  @Test func aSecondWriter() throws {
    let video = try EndlessVideo("live.ts", in: folder)
    let first = try Call(
      [program, "process", "--model", "custom-width", "--database", "x.db", "live.ts"], in: folder)
    try wait(forChangesIn: folder) { try committed(1, in: folder) > 0 }
    let cause =
      "process \(first.identifier) (shuffled process --model custom-width --database x.db live.ts) is writing to it (wait for it, or give another --database)"
    expectRefusal(try writing("x.db"), 74, "cannot open database 'x.db': \(cause)")
    try FileManager.default.createSymbolicLink(atPath: folder.file("y.db"), withDestinationPath: "x.db")
    expectRefusal(try writing("y.db"), 74, "cannot open database 'y.db': \(cause)")
    let answer = try reading("x.db")
    #expect(answer.code == 0 && answer.output.contains("live.ts"))
    first.signal(SIGTERM)
    #expect(try first.end().code == 128 + SIGTERM)
    try video.end()
    #expect(try writing("x.db").code == 0)
    #expect(try sqlite("SELECT id, state FROM runs", in: folder) == "1|interrupted\n2|complete")
  }

  @Test(.enabled(if: Mount.isPermitted, "file systems cannot be mounted here")) func aFullDisk() throws {
    let mount = try Mount("full", options: "size=512k", in: folder)
    #expect(try writing("full/x.db").code == 0)
    let video = try EndlessVideo("live.ts", in: folder)
    let ending = try shuffled(
      ["process", "-m", "custom-width", "-d", "full/x.db", "live.ts", "a.mp4"], in: folder)
    try video.end()
    let cause =
      "cannot write to database 'full/x.db': database or disk is full (free space, or give another --database)"
    expectRefusal(ending, 74, cause)
    try mount.remount("size=64m")
    #expect(try sqlite("PRAGMA integrity_check", "full/x.db", in: folder) == "ok")
    let second =
      "SELECT count(*) > 0, count(*) - max(sequence) - 1, count(*) - r.frames_classified FROM runs r JOIN frames f ON f.run_id = r.id WHERE r.id = 2"
    #expect(try sqlite(second, "full/x.db", in: folder) == "1|0|0")
    // With space again, the next call goes on; the run that failed is marked, one way or the other.
    #expect(try writing("full/x.db").code == 0)
    let states = try sqlite("SELECT id, state FROM runs", "full/x.db", in: folder).split(separator: "\n")
    #expect(states.first == "1|complete" && states.last == "3|complete")
    #expect(["2|failed", "2|abandoned"].contains(states.dropFirst().first))
    #expect(try sqlite(second, "full/x.db", in: folder) == "1|0|0")
  }

  /// What a full disk cut off goes on once there is space.
  @Test(.enabled(if: Mount.isPermitted, "file systems cannot be mounted here")) func aFullDiskIsGoneOnWith()
    throws
  {
    try folder.encode(
      "long.mp4", source: "testsrc2=s=64x48:r=25:d=240", ["-c:v", "libx264", "-preset", "ultrafast"])
    let mount = try Mount("full", options: "size=320k", in: folder)
    let words = ["process", "-m", "custom-width", "-d", "full/x.db", "-f", "json"]
    expectRefusal(
      try shuffled(words + ["long.mp4"], in: folder), 74,
      "cannot write to database 'full/x.db': database or disk is full (free space, or give another --database)"
    )
    let stored = try #require(Int(try sqlite("SELECT frames_classified FROM runs", "full/x.db", in: folder)))
    #expect(stored > 0 && stored < 6_000)
    try mount.remount("size=64m")
    let ending = try shuffled(words + ["--resume", "long.mp4"], in: folder)
    #expect(ending.code == 0 && ending.errors == "")
    let counts = try #require(try objects(ending.output).first?["frames"] as? [String: Int])
    #expect(counts["stored_before"] == stored && counts["classified"] == 6_000 - stored)
    #expect(
      try sqlite(
        "PRAGMA integrity_check; SELECT r.id, r.state, r.frames_classified, count(*), max(sequence) FROM runs r JOIN frames f ON f.run_id = r.id",
        "full/x.db", in: folder) == "ok\n1|complete|6000|6000|5999")
  }

  /// Somebody who may only read: queries work, with and without a log, and writing says what to do.
  @Test(.enabled(if: canBeNobody, "programs cannot be run as another user here")) func aReaderWithoutRights()
    throws
  {
    #expect(try writing("x.db").code == 0)
    let answer = try reading("x.db")
    #expect(answer.code == 0 && answer.output.contains("a.mp4"))
    func asNobody(_ words: String...) throws -> Ending {
      try shuffled(words, in: folder, shell: "exec \(nobody) \"$@\"")
    }
    #expect(try asNobody("query", "summary", "-d", "x.db") == answer)
    #expect(try asNobody("query", "frames", "-d", "x.db", "--limit", "1").code == 0)
    expectRefusal(
      try asNobody("process", "-m", "custom-width", "-d", "x.db", "a.mp4"), 74,
      "cannot open database 'x.db': cannot create '\(folder.path)/x.db.lock': permission denied (make its folder writable, or give another --database)"
    )
    // While somebody writes.
    let video = try EndlessVideo("live.ts", in: folder)
    let writer = try Call(
      [program, "process", "-m", "custom-width", "-d", "x.db", "live.ts"], in: folder)
    try wait(forChangesIn: folder) { try committed(2, in: folder) > 0 }
    let during = try asNobody("query", "summary", "-d", "x.db")
    #expect(during.code == 0 && during.errors == "" && during.output.contains("live.ts"))
    // And after it was killed in the middle: its newest rows are in a log that nobody looks after.
    writer.signal(SIGKILL)
    _ = try writer.end()
    try video.end()
    let after = try asNobody("query", "runs", "-d", "x.db", "-f", "csv")
    #expect(after == (try shuffled(["query", "runs", "-d", "x.db", "-f", "csv"], in: folder)))
    #expect(after.code == 0 && after.output.contains("running"))
  }
}

/// Runs what follows as a user who owns nothing here.
let nobody = "setpriv --reuid=65534 --regid=65534 --clear-groups"

/// Whether this process may do that, and that user may run the program.
let canBeNobody: Bool = {
  guard geteuid() == 0, let folder = try? Folder() else { return false }
  return (try? shuffled(["--version"], in: folder, shell: "exec \(nobody) \"$@\""))?.code == 0
}()

/// Whether this process may make files immutable.
let canMakeImmutable: Bool = {
  guard let folder = try? Folder(), (try? folder.write("", to: "x")) != nil else { return false }
  func chattr(_ flag: String) -> Bool {
    (try? Call(["/usr/bin/env", "chattr", flag, "x"], in: folder).end())?.code == 0
  }
  guard chattr("+i") else { return false }
  return chattr("-i")
}()
