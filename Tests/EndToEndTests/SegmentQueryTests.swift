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

  /// Values of one label change nothing but its segments.
  @Test func aReplayMayAskOtherwiseOfALabel() throws {
    for arguments in [
      ["--enter", "blocky=1"], ["--enter", "0.6,blocky=1"], ["--enter", "0.6", "--enter", "blocky=1"],
      ["--min-duration", "blocky=60s"], ["--min-duration", "1s,blocky=60s", "--exit", "ok=0.4"],
    ] {
      let changes = try objects(try segments(["--diff", "--format", "json"] + arguments).output)
      let labels = Dictionary(grouping: changes) { $0["change"] as? String ?? "" }.mapValues {
        Set($0.compactMap { $0["label"] as? String })
      }
      #expect(labels["gone"] == ["blocky"], "\(arguments)")
      #expect(labels["same"]?.contains("blurred") == true && labels["same"]?.contains("blocky") == false)
      #expect(Set(labels.keys) == ["gone", "same"], "\(arguments)")
    }
  }

  /// They are kept with the run: a replay and a resumption go by them.
  @Test func aRunKeepsTheValuesOfItsLabels() throws {
    let recorded = try segments(["--format", "json"])
    func again(_ arguments: [String]) throws -> Ending {
      try shuffled(
        ["process", "-d", "y.db", Self.root + "/demo/demo.mp4"] + arguments, in: folder,
        environment: ["SHUFFLED_MODELS": Self.root + "/models"])
    }
    func found(_ arguments: [String] = []) throws -> Ending {
      try shuffled(["query", "segments", "-d", "y.db", "--format", "json"] + arguments, in: folder)
    }
    let own = ["--enter", "blocky=1,blurred=0.7", "--exit", "blurred=0.5", "--min-duration", "blocky=2.5s"]
    #expect(try again(own).code == 0)
    let run = try shuffled(["query", "runs", "-d", "y.db", "--format", "json"], in: folder)
    let kept =
      #""segments":{"enter":0.6,"exit":0.4,"smooth_seconds":0.5,"min_seconds":1,"longest_gap_seconds":10,"#
      + #""labels":{"blocky":{"enter":1,"min_seconds":2.5},"blurred":{"enter":0.7,"exit":0.5}}}"#
    #expect(run.output.contains(kept), "\(run)")
    let fewer = try found()
    #expect(try objects(fewer.output).allSatisfy { $0["label"] as? String != "blocky" })
    #expect(try found(["--replay"]) == fewer)
    #expect(
      try found([
        "--replay", "--enter", "blocky=0.6,blurred=0.6", "--exit", "blurred=0.4", "--min-duration",
        "blocky=1s",
      ]) == recorded)
    // Above what holds for all labels, but not above what the run has for this one.
    #expect(try found(["--replay", "--exit", "blocky=0.9"]) == fewer)
    #expect(
      try again(own + ["--resume"]).errors
        == "shuffled: '\(Self.root)/demo/demo.mp4' is done already: run 1 in 'y.db'\n")
    expectRefusal(
      try again(["--resume", "--enter", "blocky=1"]), 64,
      "cannot resume '\(Self.root)/demo/demo.mp4': run 1 was made with other settings: how segments are found "
        + "(give the same again, or leave --resume out)")
  }

  @Test(arguments: [
    (
      ["--enter", "0.5,aple=0.5"],
      "cannot find label 'aple': model 'custom-width' does not have it (did you mean 'apple'?)"
    ),
    (
      ["--min-duration", "nothing like it=2s"],
      "cannot find label 'nothing like it': model 'custom-width' does not have it (see 'shuffled model inspect custom-width')"
    ),
    (
      ["--enter", "gate=0.5", "--exit", "gate=0.7"],
      "cannot find segments: the exit threshold of label 'gate' is 0.7; more than 0 and up to the enter threshold, 0.5, is possible"
    ),
  ])
  func whatMakesNoSenseForAModel(arguments: [String], line: String) throws {
    let ending = try shuffled(
      ["process", "-m", "custom-width", "-d", "z.db", "a.mp4"] + arguments, in: folder)
    expectRefusal(ending, 64, line)
    #expect(!FileManager.default.fileExists(atPath: folder.file("z.db")))
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
      ["--replay", "--enter", "0.5,blocky=x,blurred"],
      "cannot use --enter 'blocky=x,blurred': it takes numbers from 0 to 1, for all labels or as LABEL=0.8"
    ),
    (
      ["--replay", "--exit", "1.5"],
      "cannot use --exit '1.5': it takes numbers from 0 to 1, for all labels or as LABEL=0.8"
    ),
    (
      ["--replay", "--min-duration", "blocky=3"],
      "cannot use --min-duration 'blocky=3': it takes durations such as 500ms, 2s, 1m or 1h, for all labels or as LABEL=2s"
    ),
    (
      ["--replay", "--enter", "blured=0.7"],
      "cannot find label 'blured': no model in the database has it (did you mean 'blurred'?)"
    ),
    (
      ["--replay", "--exit", "blurred=0.7"],
      "cannot find segments: the exit threshold of label 'blurred' is 0.7; more than 0 and up to the enter threshold, 0.6, is possible"
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
