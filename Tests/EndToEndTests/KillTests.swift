import Foundation
import Glibc
import ShuffledCore
import TestSupport
import Testing

/// A writer that is killed at any moment: what it was told is stored is there. `SHUFFLED_KILLS` says how often.
@Suite struct KillTests {
  static let kills = ProcessInfo.processInfo.environment["SHUFFLED_KILLS"].flatMap { Int($0) } ?? 8

  /// All in one database, so that each finds what the one before left: its lock, its log, its run.
  @Test func whatWasAcknowledgedIsThere() throws {
    let folder = try Folder()
    var random = SeededGenerator(seed: 19)
    var (acknowledged, more) = (0, 0)
    for run in 1...Self.kills {
      let durability = Bool.random(using: &random) ? "normal" : "full"
      let writer = try AcknowledgingWriter(
        "x.db", durability: durability, rows: [1, 16, 128][Int.random(in: 0..<3, using: &random)], in: folder)
      // The moment: so many commits after its begin, and so many microseconds after the last of them.
      let commits = Int.random(in: 0...300, using: &random)
      let spin = Duration.microseconds(Int64.random(in: 0...3_000, using: &random))
      #expect(writer.line() == "run \(run)")
      var last = -1
      for _ in 0..<commits { last = try #require(writer.stored()) }
      let moment = ContinuousClock.now + spin
      while ContinuousClock.now < moment {}
      writer.kill(SIGKILL)
      // What it still said before it was killed counts too.
      while let stored = writer.stored() { last = stored }
      #expect(try writer.end().ending == Ending(code: -SIGKILL, output: "", errors: ""))
      let found = try AcknowledgingWriter.check(run, "running", in: folder)
      #expect(found >= last, "run \(run), \(durability), after \(commits) commits and \(spin)")
      acknowledged += last + 1
      more += found - last
    }
    // Whoever writes next has said of each that it was abandoned.
    let writer = try AcknowledgingWriter("x.db", durability: "normal", rows: 16, frames: 10, in: folder)
    #expect(try writer.end().ending == Ending(code: 0, output: "", errors: ""))
    #expect(
      try sqlite("SELECT state, count(*) FROM runs GROUP BY state ORDER BY state", in: folder)
        == "abandoned|\(Self.kills)\ncomplete|1")
    for run in 1...Self.kills { _ = try AcknowledgingWriter.check(run, "abandoned", in: folder) }
    print("\(Self.kills) kills: \(acknowledged) frames acknowledged and there, \(more) more")
  }
}
