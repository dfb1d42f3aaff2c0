import Foundation
import Glibc
import TestSupport
import Testing

/// SIGINT and SIGTERM, and a process that is killed.
@Suite struct InterruptTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  private func begin(_ arguments: [String]) throws -> Call {
    try Call(
      [program, "process", "-m", "custom-width", "-d", "x.db", "-f", "json"] + arguments, in: folder)
  }

  /// The rows of a run are numbered from 0 without gaps, and as many as its own row says.
  private func expectWhole(_ run: Int, _ state: String, at location: SourceLocation = #_sourceLocation) throws
  {
    #expect(try sqlite("PRAGMA integrity_check", in: folder) == "ok", sourceLocation: location)
    #expect(try sqlite("PRAGMA foreign_key_check", in: folder) == "", sourceLocation: location)
    let row = try sqlite(
      """
      SELECT r.state, count(*) > 0, min(f.sequence), count(*) - 1 - max(f.sequence),
        count(*) - r.frames_classified
      FROM runs r JOIN frames f ON f.run_id = r.id WHERE r.id = \(run)
      """, in: folder)
    #expect(row == "\(state)|1|0|0|0", sourceLocation: location)
  }

  @Test(arguments: [(SIGINT, "SIGINT"), (SIGTERM, "SIGTERM")])
  func theFirstSignalStoresWhatIsDone(signal: Int32, name: String) throws {
    let video = try EndlessVideo("live.ts", in: folder)
    // The second video is not begun.
    let call = try begin(["live.ts", "piece.ts"])
    try wait(forChangesIn: folder) { try committed(1, in: folder) > 100 }
    call.signal(signal)
    let ending = try call.end()
    try video.end()
    #expect(ending.code == 128 + signal)
    #expect(ending.errors == "shuffled: interrupted by \(name); what was classified is stored in 'x.db'\n")
    let reports = try objects(ending.output)
    try #require(reports.count == 1)
    #expect(reports[0]["state"] as? String == "interrupted")
    #expect(reports[0]["error"] is NSNull)
    let frames = try #require(reports[0]["frames"] as? [String: Int])
    // Every frame that was decoded is stored.
    #expect(frames["decoded"] == frames["classified"])
    #expect(try sqlite("SELECT count(*) FROM frames", in: folder) == "\(frames["classified"] ?? -1)")
    try expectWhole(1, "interrupted")
    // Nothing is left of the writer but the database, and the next call goes on with it.
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
      $0.hasPrefix("x.db")
    }
    #expect(Set(left).isSubset(of: ["x.db", "x.db-wal", "x.db-shm"]), "\(left)")
    #expect(try process(["piece.ts"], in: folder).code == 0)
    #expect(try sqlite("SELECT id, state FROM runs", in: folder) == "1|interrupted\n2|complete")
  }

  /// The program waits for a video that says nothing, so that the first signal cannot end it.
  @Test(arguments: [(SIGINT, SIGTERM), (SIGTERM, SIGINT), (SIGINT, SIGINT)])
  func theSecondSignalEndsAtOnce(first: Int32, second: Int32) throws {
    let pipe = try Pipe("silent.ts", in: folder)
    let call = try begin(["silent.ts"])
    let writer = try pipe.openForWriting(while: call)
    defer { close(writer) }
    call.signal(first)
    let deadline = ContinuousClock.now + .seconds(60)
    while try !hasTaken(first, call), ContinuousClock.now < deadline { sched_yield() }
    call.signal(second)
    #expect(try call.end() == Ending(code: 128 + second, output: "", errors: ""))
    #expect(try sqlite("PRAGMA integrity_check", in: folder) == "ok")
  }

  /// A second signal also ends a program that is in the middle of storing.
  @Test func twoSignalsAtOnce() throws {
    let video = try EndlessVideo("live.ts", in: folder)
    let call = try begin(["live.ts"])
    try wait(forChangesIn: folder) { try committed(1, in: folder) > 0 }
    call.signal(SIGSTOP)
    call.signal(SIGINT)
    call.signal(SIGTERM)
    call.signal(SIGCONT)
    let ending = try call.end()
    try video.end()
    #expect([128 + SIGINT, 128 + SIGTERM].contains(ending.code))
    #expect(try sqlite("PRAGMA integrity_check", in: folder) == "ok")
    #expect(try process(["piece.ts"], in: folder).code == 0)
    #expect(
      ["interrupted", "abandoned"].contains(try sqlite("SELECT state FROM runs WHERE id = 1", in: folder)))
  }

  /// Killed at five different moments, one call after the other in the same database.
  @Test func aKilledProcessLosesNothingThatWasCommitted() throws {
    let video = try EndlessVideo("live.ts", in: folder)
    for (run, frames) in [1, 300, 1_000, 2_000, 3_000].enumerated().map({ ($0 + 1, $1) }) {
      // Each reader that goes away ends the feeder, so each has its own.
      let video = run == 1 ? video : try EndlessVideo("live\(run).ts", in: folder)
      let call = try begin([run == 1 ? "live.ts" : "live\(run).ts"])
      var seen = 0
      try wait(forChangesIn: folder) {
        seen = try committed(run, in: folder)
        return seen >= frames
      }
      call.signal(SIGKILL)
      #expect(try call.end().code == -SIGKILL)
      try video.end()
      try expectWhole(run, "running")
      #expect(try committed(run, in: folder) >= seen)
    }
    // The next call finds the unfinished runs and says so.
    #expect(try process(["piece.ts"], in: folder).code == 0)
    for run in 1...5 { try expectWhole(run, "abandoned") }
    try expectWhole(6, "complete")
    let summary = try shuffled(["query", "summary", "-d", "x.db"], in: folder)
    #expect(summary.code == 0 && summary.errors == "")
  }

  /// Whether a signal that was sent is with the program's own handling of it: pending no more, and the main thread,
  /// through which Dispatch passes it on, asleep over its input again.
  private func hasTaken(_ signal: Int32, _ call: Call) throws -> Bool {
    let status = try String(contentsOfFile: "/proc/\(call.identifier)/status", encoding: .utf8)
    func field(_ name: String) throws -> Substring {
      try #require(status.split(separator: "\n").first { $0.hasPrefix(name + ":\t") }).dropFirst(
        name.count + 2)
    }
    let pending = try #require(UInt64(try field("ShdPnd"), radix: 16))
    return try field("State").hasPrefix("S") && pending & 1 << (UInt64(signal) - 1) == 0
  }
}
