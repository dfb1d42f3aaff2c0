import Foundation
import Glibc
import TestSupport
import Testing

/// Disks that fail to write or to sync, or are slow.
@Suite struct BrokenDiskTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  /// `strace` counts calls a thread; the first are those of opening.
  private func tracer(_ injection: String) -> [String] {
    [
      "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e",
      "inject=fsync,fdatasync:\(injection)",
    ]
  }

  private static let line =
    "cannot write to database 'x.db': the disk failed to sync: input/output error (check the disk; the newest rows may be lost)"

  /// From the first failure on nothing is acknowledged, though the system would let further syncs succeed.
  @Test(
    .enabled(if: canTrace, "strace cannot be used here"),
    arguments: [
      ("full", 16, "error=EIO:when=5+"), ("full", 16, "error=EIO:when=5"),
      ("normal", 128, "error=EIO:when=3"),
    ])
  func aFailedSync(durability: String, rows: Int, injection: String) throws {
    let first = try AcknowledgingWriter("x.db", durability: "full", rows: 16, frames: 10, in: folder)
    #expect(try first.end().ending.code == 0)
    let writer = try AcknowledgingWriter(
      "x.db", durability: durability, rows: rows, in: folder, tracer: tracer(injection))
    #expect(writer.line() == "run 2")
    var last = -1
    while let stored = writer.stored() { last = stored }
    #expect(try writer.end().ending == Ending(code: 74, output: "", errors: "StoreWriter: \(Self.line)\n"))
    #expect(last > 0)
    // Not even that it failed is written any more.
    #expect(try AcknowledgingWriter.check(2, "running", in: folder) >= last)
    let next = try AcknowledgingWriter("x.db", durability: "normal", rows: 16, frames: 10, in: folder)
    #expect(try next.end().ending.code == 0)
    #expect(try AcknowledgingWriter.check(2, "abandoned", in: folder) >= last)
    #expect(try AcknowledgingWriter.check(1, "complete", in: folder) == 9)
  }

  @Test(.enabled(if: canTrace, "strace cannot be used here")) func aFailedSyncEndsProcess() throws {
    let video = try EndlessVideo("live.ts", in: folder)
    #expect(try process(["piece.ts"], in: folder).code == 0)
    let words = tracer("error=EIO:when=5+").map { "'\($0)'" }.joined(separator: " ")
    let ending = try process(
      ["--durability", "full", "live.ts", "piece.ts"], in: folder, shell: "exec \(words) \"$@\"")
    try video.end()
    expectRefusal(ending, 74, Self.line)
    #expect(
      try sqlite("PRAGMA integrity_check; SELECT id, state FROM runs", in: folder)
        == "ok\n1|complete\n2|running")
    #expect(try process(["piece.ts"], in: folder).code == 0)
    #expect(try sqlite("SELECT id, state FROM runs", in: folder) == "1|complete\n2|abandoned\n3|complete")
  }

  /// Also where no file system can be mounted to be full.
  @Test(
    .enabled(if: canTrace, "strace cannot be used here"),
    arguments: [
      ("ENOSPC", "database or disk is full (free space, or give another --database)"),
      ("EDQUOT", "the disk quota is used up (free space, or give another --database)"),
      ("EIO", "disk I/O error: input/output error (check the disk)"),
    ])
  func aFailedWrite(error: String, cause: String) throws {
    let first = try AcknowledgingWriter("x.db", durability: "full", rows: 16, frames: 10, in: folder)
    #expect(try first.end().ending.code == 0)
    let writer = try AcknowledgingWriter(
      "x.db", durability: "normal", rows: 16, in: folder,
      tracer: ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "inject=pwrite64:error=\(error):when=50+"])
    #expect(writer.line() == "run 2")
    var last = -1
    while let stored = writer.stored() { last = stored }
    #expect(
      try writer.end().ending
        == Ending(
          code: 74, output: "", errors: "StoreWriter: cannot write to database 'x.db': \(cause)\n"))
    #expect(last > 0)
    #expect(try AcknowledgingWriter.check(2, "running", in: folder) == last)
    #expect(try AcknowledgingWriter.check(1, "complete", in: folder) == 9)
  }

  /// The buffer fills, whoever appends waits, and nothing is lost.
  @Test(.enabled(if: canTrace, "strace cannot be used here")) func aSlowDisk() throws {
    let writer = try AcknowledgingWriter(
      "x.db", durability: "full", rows: 16, frames: 320, in: folder, tracer: tracer("delay_enter=20000"))
    let (lines, ending) = try writer.end()
    #expect(ending == Ending(code: 0, output: "", errors: ""))
    #expect(Array(lines.dropLast()) == ["run 1"] + (1...20).map { "stored \($0 * 16 - 1)" })
    let waited = try #require(lines.last.flatMap { Int($0.dropFirst("waited ".count)) })
    // 320 frames came, 64 fit.
    #expect(waited > 0)
    #expect(try AcknowledgingWriter.check(1, "complete", in: folder) == 319)
  }
}
