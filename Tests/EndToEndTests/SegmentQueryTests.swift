import Foundation
import TestSupport
import Testing

/// `shuffled query segments` on the demo's video, which shows one thing after the other (demo/segments.csv).
@Suite struct SegmentQueryTests {
  let folder: Folder

  private static let root = URL(fileURLWithPath: fixtures).deletingLastPathComponent()
    .deletingLastPathComponent().path

  init() throws {
    folder = try Folder()
    let ending = try shuffled(
      ["process", "-d", "x.db", Self.root + "/demo/demo.mp4"], in: folder,
      environment: ["SHUFFLED_MODELS": Self.root + "/models"])
    try #require(ending.code == 0, "\(ending)")
  }

  private func segments(_ arguments: [String] = []) throws -> Ending {
    try shuffled(["query", "segments", "-d", "x.db"] + arguments, in: folder)
  }

  /// What is in the video: start, end, label.
  private func shown() throws -> [(Double, Double, String)] {
    try String(contentsOfFile: Self.root + "/demo/segments.csv", encoding: .utf8).split(separator: "\n")
      .dropFirst()
      .map { line in
        let cells = line.split(separator: ",")
        return (try #require(Double(cells[0])), try #require(Double(cells[1])), String(cells[2]))
      }
  }

  @Test func areWhatTheVideoShows() throws {
    let found = try objects(try segments(["--format", "json"]).output)
    let shown = try shown()
    #expect(found.compactMap { $0["label"] as? String } == shown.map(\.2))
    for (segment, (start, end, label)) in zip(found, shown) {
      #expect(abs((segment["start"] as? Double ?? .nan) - start) < 0.75, "\(label)")
      #expect(abs((segment["end"] as? Double ?? .nan) - end) < 0.75, "\(label)")
      #expect(segment["clock"] as? String == "media")
    }
    #expect(found.last?["ending"] as? String == "ended")
  }

  @Test func aReplayGivesTheSameAndAnotherOneOthers() throws {
    let recorded = try segments(["--format", "json"])
    #expect(try segments(["--format", "json", "--replay"]) == recorded)
    let same = try objects(try segments(["--format", "json", "--diff"]).output)
    #expect(Set(same.compactMap { $0["change"] as? String }) == ["same"])
    let long = try segments(["--diff", "--min-duration", "10s", "--format", "csv"])
    let lines = long.output.split(whereSeparator: \.isNewline).map(String.init)
    #expect(
      lines.first
        == "change,run,stream,label,clock,start,end,seconds,frames,mean_confidence,peak,ending,was_start,was_end"
    )
    #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("gone,1,demo.mp4,") })
    #expect(lines.count == recorded.output.split(separator: "\n").count + 1)
  }

  @Test func asATable() throws {
    let ending = try segments(["--label", "black"])
    let lines = ending.output.split(separator: "\n").map(String.init)
    #expect(
      lines.first?.split(separator: " ") == [
        "run", "stream", "label", "start", "end", "seconds", "frames", "conf", "ending",
      ])
    #expect(lines.count == 2)
    #expect(lines.allSatisfy { $0.count <= 80 })
  }

  @Test(arguments: [
    (
      ["--enter", "0.9"],
      "cannot find segments: what is recorded does not change with settings (add --replay)"
    ),
    (
      ["--replay", "--enter", "0.3", "--exit", "0.5"],
      "cannot find segments: the exit threshold is 0.5; more than 0 and up to the enter threshold, 0.3, is possible"
    ),
    (
      ["--replay", "--smooth", "3"],
      "cannot use --smooth '3': it takes a duration such as 500ms, 2s, 1m or 1h"
    ),
    (
      ["--label", "blured"],
      "cannot find label 'blured': no model in the database has it (did you mean 'blurred'?)"
    ),
  ])
  func whatMakesNoSense(arguments: [String], line: String) throws {
    expectRefusal(try segments(arguments), 64, line)
  }
}
