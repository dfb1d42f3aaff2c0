import Foundation
import Glibc
import TestSupport
import Testing

/// `shuffled db check`, `db stats`, `db backup` and `db compact`.
@Suite struct DatabaseCareTests {
  let folder: Folder

  init() throws {
    folder = try Folder()
    try folder.encode("a.mp4", source: "testsrc2=s=96x64:r=25:d=1", ["-c:v", "libx264"])
    let ending = try process(["a.mp4", "a.mp4"], in: folder)
    try #require(ending.code == 0, "\(ending)")
  }

  private func db(_ words: String...) throws -> Ending {
    try shuffled(["db"] + words + ["--database", "x.db"], in: folder)
  }

  private func size(_ name: String) throws -> Int { try folder.data(name).count }

  @Test func check() throws {
    let ok = Ending(code: 0, output: "x.db: ok, 2 runs, 50 frames\n", errors: "")
    #expect(try db("check") == ok)
    #expect(try db("check", "--quick") == ok)
    #expect(
      try db("check", "-f", "json").output
        == #"{"database":"x.db","ok":true,"runs":2,"frames":50,"problems":[]}"# + "\n")
    _ = try Call(
      [
        "/usr/bin/env", "sqlite3", "x.db",
        "UPDATE runs SET frames_classified = 24 WHERE id = 1; UPDATE runs SET stream_id = 9 WHERE id = 2",
      ], in: folder
    ).end()
    let counts =
      "run 1 counts 24 classified, 0 failed, 0 dropped; stored are 25 classified, 0 failed, 0 dropped"
    let minutes = "run 1 counts 24 frames; its minutes and the frames after them are 25"
    let reference = "1 row of 'runs' without a row of 'streams'"
    let errors =
      "shuffled: cannot vouch for database 'x.db': 3 faults found (it was left as it is; restore a copy)\n"
    #expect(
      try db("check")
        == Ending(code: 65, output: "\(reference)\n\(counts)\n\(minutes)\n", errors: errors))
    #expect(
      try db("check", "-f", "json")
        == Ending(
          code: 65,
          output:
            #"{"database":"x.db","ok":false,"runs":2,"frames":50,"problems":["\#(reference)","\#(counts)","\#(minutes)"]}"#
            + "\n", errors: errors))
  }

  @Test func checkOfWhatIsNoDatabase() throws {
    try folder.write(try folder.data("x.db").prefix(8_192), to: "cut.db")
    let faults = "cannot vouch for database 'cut.db': 1 fault found (it was left as it is; restore a copy)"
    #expect(
      try shuffled(["db", "check", "-d", "cut.db"], in: folder)
        == Ending(
          code: 65, output: "the file: cannot be opened, it is corrupt\n", errors: "shuffled: \(faults)\n"))
    try folder.write("Dear diary", to: "text.db")
    expectRefusal(
      try shuffled(["db", "check", "-d", "text.db"], in: folder), 74,
      "cannot open database 'text.db': not a SQLite database (it was left as it is; give another --database)")
    expectRefusal(
      try shuffled(["db", "check", "-d", "none.db"], in: folder), 66,
      "cannot open database 'none.db': no such file (check the path)")
  }

  @Test func stats() throws {
    let size = try size("x.db")
    func grouped(_ number: Int) -> String { "\(number / 1_000),\(String(number).suffix(3))" }
    let ending = try db("stats")
    #expect(ending.code == 0 && ending.errors == "")
    let lines = ending.output.replacingOccurrences(
      of: "[0-9-]{10}T[0-9:.]{8,15}Z", with: "TIME", options: .regularExpression
    ).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(
      lines[..<7] == [
        "x.db", "  file     \(grouped(size)) bytes", "  log      0 bytes",
        "  pages    \(size / 4_096) of 4096 bytes, 0 free",
        "  frames   50, \(String(format: "%.1f", Double(size) / 50)) bytes each",
        "  decoded  TIME to TIME", "",
      ])
    #expect(lines[7] == "  table                     rows           bytes")
    #expect(lines.contains("  frames                      50           4,096"))
    #expect(lines.contains("  streams                      1           8,192"))
    let json = try #require(try objects(db("stats", "-f", "json").output).first)
    #expect(json["file_bytes"] as? Int == size && json["pages"] as? Int == size / 4_096)
    #expect(json["frames"] as? Int == 50 && json["log_bytes"] as? Int == 0)
    let times = try sqlite("SELECT min(wall_time), max(wall_time) FROM results", in: folder)
    #expect(
      "\(json["oldest_wall_time"] as? String ?? "")|\(json["newest_wall_time"] as? String ?? "")" == times)
    let tables = try #require(json["tables"] as? [[String: Any]])
    #expect(tables.first { $0["table"] as? String == "runs" }?["rows"] as? Int == 2)
  }

  @Test func backup() throws {
    let ending = try db("backup", "copy.db")
    let size = try size("copy.db")
    #expect(
      ending
        == Ending(
          code: 0, output: "x.db: copied to copy.db, \(size / 1_000),\(String(size).suffix(3)) bytes\n",
          errors: ""))
    expectRefusal(
      try db("backup", "copy.db"), 74,
      "cannot write backup 'copy.db': there is such a file already (name another one, or give --force)")
    #expect(
      try db("backup", "--force", "copy.db", "-f", "json").output
        == #"{"database":"x.db","backup":"copy.db","bytes":\#(size)}"# + "\n")
    #expect(
      try shuffled(["db", "check", "-d", "copy.db"], in: folder).output == "copy.db: ok, 2 runs, 50 frames\n")
    expectRefusal(
      try shuffled(["db", "backup", "-d", "none.db", "y.db"], in: folder), 66,
      "cannot open database 'none.db': no such file (check the path)")
  }

  @Test(.enabled(if: Mount.isPermitted, "file systems cannot be mounted here")) func aBackupOnAFullDisk()
    throws
  {
    let mount = try Mount("full", options: "size=32k", in: folder)
    expectRefusal(
      try db("backup", "full/copy.db"), 74,
      "cannot write backup 'full/copy.db': database or disk is full (free space, or name another file)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("full")) == [])
    withExtendedLifetime(mount) {}
  }

  /// While the program itself writes; the copy is whole, and the writer noticed nothing.
  @Test func aBackupOfARunningProgram() throws {
    let video = try EndlessVideo("live.ts", in: folder)
    let writer = try Call(
      [program, "process", "--model", "custom-width", "--database", "x.db", "live.ts"], in: folder)
    try wait(forChangesIn: folder) { try committed(3, in: folder) > 0 }
    #expect(try db("backup", "copy.db").code == 0)
    expectRefusal(
      try db("compact"), 74,
      "cannot open database 'x.db': process \(writer.identifier) (shuffled process --model custom-width --database x.db live.ts) is writing to it (wait for it, or give another --database)"
    )
    #expect(try db("check").output.hasPrefix("x.db: ok, 3 runs, "))
    writer.signal(SIGTERM)
    #expect(try writer.end().code == 128 + SIGTERM)
    try video.end()
    let check = try shuffled(["db", "check", "-d", "copy.db"], in: folder)
    #expect(check.code == 0 && check.output.hasPrefix("copy.db: ok, 3 runs, "))
    #expect(try sqlite("SELECT state FROM runs WHERE id = 3", "copy.db", in: folder) == "running")
    #expect(try sqlite("SELECT state FROM runs WHERE id = 3", in: folder) == "interrupted")
  }

  @Test func compact() throws {
    let words = [
      "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 40000) INSERT INTO labels SELECT 1, 10 + i, hex(randomblob(20)) FROM n",
      "DELETE FROM labels WHERE label_index >= 10",
    ]
    for sql in words { _ = try Call(["/usr/bin/env", "sqlite3", "x.db", sql], in: folder).end() }
    let before = try size("x.db")
    let ending = try db("compact", "--format", "json")
    let after = try size("x.db")
    #expect(
      ending
        == Ending(
          code: 0,
          output: #"{"database":"x.db","bytes_before":\#(before),"bytes_after":\#(after),"delayed":false}"#
            + "\n",
          errors: ""))
    #expect(before > 2_000_000 && after < 150_000)
    #expect(
      try db("compact").output
        == "x.db: \(after / 1_000),\(String(after).suffix(3)) bytes before, \(after / 1_000),\(String(after).suffix(3)) bytes after\n"
    )
    expectRefusal(
      try shuffled(["db", "compact", "-d", "none.db"], in: folder), 66,
      "cannot open database 'none.db': no such file (check the path)")
    #expect(try db("check").output == "x.db: ok, 2 runs, 50 frames\n")
  }
}
