import Foundation
import TestSupport
import Testing

/// `query coverage`, `query timeline`, `query summary --by` and `db prune` as a person meets them.
@Suite struct CoverageTests {
  let folder: Folder

  init() throws {
    folder = try Folder()
    // Two seconds of bars, then two of black.
    _ = try Call(
      [
        "/usr/bin/env", "ffmpeg", "-v", "error", "-f", "lavfi", "-i", "smptebars=s=192x128:r=25:d=2", "-f",
        "lavfi",
        "-i", "color=black:s=192x128:r=25:d=2", "-filter_complex", "[0][1]concat", "-c:v", "libx264", "a.mp4",
      ], in: folder
    ).end()
    let ending = try shuffled(["process", "-d", "x.db", "a.mp4", "--every", "2"], in: folder)
    try #require(ending.code == 0, "\(ending)")
  }

  private func query(_ words: String...) throws -> Ending {
    try shuffled(["query"] + words + ["--database", "x.db"], in: folder)
  }

  private func objects(_ text: String) throws -> [[String: Any]] {
    try text.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }

  @Test func coverageOfARecording() throws {
    let table = try query("coverage").output.split(separator: "\n").map {
      $0.split(separator: " ").map(String.init)
    }
    #expect(
      table[0] == ["stream", "time", "watched", "offline", "stalled", "frozen", "dropped", "passed", "over"])
    #expect(
      table[1][0] == "a.mp4"
        && table[1][2] == "s"
        && table[1][3...] == ["100.0", "%", "0.0", "%", "0.0", "%", "0.0", "%", "0.0", "%", "49.5", "%"])
    let row = try #require(try objects(query("coverage", "-f", "json").output).first)
    #expect(
      row["observed"] as? Double == 1 && row["offline"] as? Double == 0 && row["live"] as? Bool == false)
    #expect(row["frames_decoded"] as? Int == 99)
    #expect(
      try query("coverage", "--gaps", "-f", "csv").output
        == "stream,source,state,start,end,seconds,reason\r\n")
  }

  /// The figure beside an answer about a time goes to standard error, whatever the format.
  @Test(arguments: ["summary", "latency", "frames", "segments", "timeline"], ["table", "json"])
  func anAnswerAboutATimeSaysHowMuchOfItWasWatched(_ what: String, _ format: String) throws {
    let asked = try query(what, "--since", "1h", "-f", format)
    #expect(asked.code == 0)
    let figure = try #require(
      try? #/shuffled: a\.mp4: watched 100\.0 % of its runs' \d\.\d s; of the frames passed over 49\.5 %\n/#
        .wholeMatch(in: asked.errors))
    #expect(!figure.output.isEmpty)
    #expect(try query(what, "-f", format).errors == "")
    #expect(try query(what, "-f", format).output == asked.output)
    // Nobody watched in 2020, and the recording does not mind.
    #expect(try query(what, "--until", "2020-01-01", "-f", format).errors == "")
  }

  @Test func aTimelineIsAStripWithALegend() throws {
    let ending = try query("timeline", "--width", "20")
    #expect(
      ending
        == Ending(
          code: 0,
          output: """
            a.mp4, run 1: 20 cells of 196 ms
            0:00            0:03
            ccccccccccbbbbbbbbbb
              b black 50.0 %
              c color-bars 50.0 %

            """, errors: ""))
    let bars = try query("timeline", "--width", "20", "--label", "color-bars").output
    #expect(bars.split(separator: "\n")[2] == "##########__________")
    let cells = try objects(query("timeline", "--width", "10", "-f", "json").output)
    #expect(cells.count == 10 && cells.map { $0["frames"] as? Int } == Array(repeating: 5, count: 10))
    #expect(cells[0]["label"] as? String == "color-bars" && cells[9]["label"] as? String == "black")
    #expect(cells[1]["start_seconds"] as? Double == 0.392001 && cells[1]["share"] as? Double == 1)
  }

  @Test func aSummaryByHour() throws {
    let rows = try objects(query("summary", "--by", "hour", "-f", "json").output)
    #expect(rows.reduce(0) { $0 + ($1["frames"] as? Int ?? 0) } == 50)
    #expect(rows.allSatisfy { ($0["hour"] as? String)?.hasSuffix(":00:00.000000Z") == true })
    #expect(try query("summary", "--by", "day").output.hasPrefix("stream  day                label "))
  }

  @Test func pruningKeepsWhatMinutesKnow() throws {
    let before = try query("summary", "-f", "json").output
    let segments = try query("segments").output
    let pruned = try shuffled(["db", "prune", "--frames", "0s", "-d", "x.db", "-f", "json"], in: folder)
    let report = try #require(try objects(pruned.output).first)
    #expect(pruned.code == 0 && report["frames_deleted"] as? Int == 50 && report["done"] as? Bool == true)
    #expect(try query("frames", "-f", "json").output == "")
    // What cannot be known any more is said, and not told as if nothing had been there.
    #expect(try query("segments").output == segments)
    let note = "shuffled: run 1: 50 frames of it were deleted, and segments of these are not found again\n"
    #expect(try query("segments", "--diff", "-f", "json") == Ending(code: 0, output: "", errors: note))
    #expect(
      try query("timeline").output == "a.mp4, run 1: none of its frames is kept, or none has a media time\n")
    _ = try Call(["/usr/bin/env", "sqlite3", "x.db", "UPDATE runs SET state = 'interrupted'"], in: folder)
      .end()
    expectRefusal(
      try shuffled(["process", "-d", "x.db", "a.mp4", "--every", "2", "--resume"], in: folder), 64,
      "cannot resume 'a.mp4': retention has deleted 50 frames of run 1 (leave --resume out, and it is processed anew)"
    )
    #expect(try query("summary", "-f", "json").output == before)
    #expect(try shuffled(["db", "check", "-d", "x.db"], in: folder).output == "x.db: ok, 1 run, 0 frames\n")
    #expect(
      try query("summary", "--since", "1h").errors.contains("; single frames are kept from "))
    // The hour that goes on is not old yet.
    let early = try shuffled(["db", "prune", "--minutes", "0s", "-d", "x.db"], in: folder)
    #expect(early.output.hasPrefix("x.db: deleted 0 frames, "))
    let sql = [("minute", 180), ("hour", 3)].flatMap { span, back in
      ["s", "_labels", "_latencies"].map { "UPDATE \(span)\($0) SET \(span) = \(span) - \(back);" }
    }
    _ = try Call(["/usr/bin/env", "sqlite3", "x.db", sql.joined()], in: folder).end()
    let all = try shuffled(["db", "prune", "--frames", "0s", "--minutes", "0s", "-d", "x.db"], in: folder)
    #expect(all.output.hasPrefix("x.db: deleted 0 frames, "))
    #expect(all.output.contains(" minute") && all.output.contains(", 1 run; "))
    #expect(try query("runs", "-f", "csv").output.split(separator: "\r\n").count == 1)
  }

  @Test func pruningWhatIsNotThere() throws {
    expectRefusal(
      try shuffled(["db", "prune", "--size", "1G", "-d", "none.db"], in: folder), 66,
      "cannot open database 'none.db': no such file (check the path)")
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/none.db"))
  }
}
