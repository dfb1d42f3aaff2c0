import Foundation
import TestSupport
import Testing

/// The sample video and the model that come with the program.
@Suite struct DemoTests {
  private let folder: Folder
  private let demo = URL(fileURLWithPath: fixtures).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("demo").path

  init() throws { folder = try Folder() }

  private struct Segment {
    var start: Double
    var end: Double
    var label: String
  }

  private func segments() throws -> [Segment] {
    let text = try String(contentsOfFile: demo + "/segments.csv", encoding: .utf8)
    return try text.split(separator: "\n").dropFirst().map { line in
      let cells = line.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
      return Segment(
        start: try #require(Double(cells[0])), end: try #require(Double(cells[1])), label: cells[2])
    }
  }

  /// Without SHUFFLED_MODELS the program must find its model in the source tree it was built in.
  @Test func nearlyAllFramesOfTheSampleVideoAreRight() throws {
    let model = ["SHUFFLED_MODELS": ""]
    let ending = try shuffled(
      ["process", demo + "/demo.mp4", "--database", "x.db"], in: folder, environment: model)
    #expect(ending.code == 0, "\(ending)")
    let frames = try objects(
      try shuffled(["query", "frames", "--database", "x.db", "--format", "json"], in: folder).output)
    #expect(frames.count == 1275)
    let segments = try segments()
    #expect(
      Set(segments.map(\.label)) == [
        "ok", "black", "uniform", "color-bars", "noise", "blurred", "overexposed", "underexposed", "blocky",
        "text-slate",
      ])
    var right = 0
    for frame in frames {
      let seconds = try #require(frame["media_seconds"] as? Double)
      let segment = try #require(segments.first { $0.start <= seconds && seconds < $0.end })
      if frame["label"] as? String == segment.label { right += 1 }
    }
    #expect(right >= 1275 * 98 / 100, "\(right) of 1275 are right")
  }

  /// What `make demo` shows, from the same script.
  @Test func theDemoScriptShowsTheAnswer() throws {
    let root = URL(fileURLWithPath: demo).deletingLastPathComponent().path
    let script = "cd '\(root)' && SHUFFLED_MODELS= scripts/demo \"$1\""
    let ending = try Call(["/bin/sh", "-c", script, "sh", program], in: folder).end()
    #expect(ending.code == 0, "\(ending)")
    #expect(ending.errors == "")
    #expect(ending.output.contains("\n$ shuffled process demo.mp4 --database demo.db\ndemo.mp4: complete\n"))
    #expect(ending.output.contains("\n    48.00   51.00  black          75 of 75\n"))
    #expect(ending.output.contains(" % of 1275 frames are right\n"))
  }
}
