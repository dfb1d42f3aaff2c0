import Foundation
import Glibc
import TestSupport
import Testing

/// `shuffled query export` on a small database: two streams, three runs.
@Suite struct ExportTests {
  let folder: Folder

  private static let tables = [
    "frames", "segments", "summary", "latency", "coverage", "runs", "streams", "models",
  ]
  private static let files = tables.flatMap { ["\($0).csv", "\($0).jsonl"] }

  init() throws {
    folder = try Folder()
    try folder.encode("gate.mp4", source: "testsrc2=s=96x64:r=25:d=2", ["-c:v", "libx264"])
    try folder.encode("yard, back.mkv", source: "smptebars=s=96x64:r=10:d=0.3", ["-c:v", "libx264"])
    let ending = try process(
      ["--enter", "0.01", "--min-duration", "0s", "gate.mp4", "yard, back.mkv", "gate.mp4"], in: folder)
    try #require(ending.code == 0, "\(ending)")
  }

  private func export(_ words: [String] = []) throws -> Ending {
    try shuffled(["query", "export", "-d", "x.db", "--to", "out"] + words, in: folder)
  }

  /// Names of the files that an export left, hidden ones too.
  private func left(in name: String = "out") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.file(name)).sorted()
  }

  private func text(_ name: String) throws -> String {
    String(decoding: try folder.data("out/" + name), as: UTF8.self)
  }

  // MARK: What is in them

  /// Byte for byte, whatever was asked for.
  @Test(arguments: [
    [], ["--run", "2"], ["--stream", "gate.mp4"], ["--since", "1d", "--until", "2999-01-01"],
    ["--until", "2020-01-01"],
  ])
  func theFilesAreTheAnswersOfTheQueries(filter: [String]) throws {
    let ending = try export(filter)
    #expect(ending.code == 0 && ending.errors == "", "\(ending)")
    #expect(try left() == Self.files.sorted())
    for table in Self.tables {
      for (format, name) in [("csv", "csv"), ("json", "jsonl")] {
        let answer = try shuffled(
          ["query", table, "-d", "x.db", "--format", format] + filter, in: folder)
        #expect(answer.code == 0)
        let isSame = try text("\(table).\(name)") == answer.output
        #expect(isSame, "\(table).\(name)")
      }
    }
  }

  /// Coverage, runs, streams and models have no labels.
  @Test func labelsRestrictWhatHasSome() throws {
    #expect(try export(["--label", "cloud", "--min-confidence", "0.1"]).code == 0)
    for table in Self.tables {
      let filter =
        ["coverage", "runs", "streams", "models"].contains(table) ? [] : ["-l", "cloud", "-c", "0.1"]
      let answer = try shuffled(["query", table, "-d", "x.db", "-f", "csv"] + filter, in: folder)
      #expect(try text("\(table).csv") == answer.output, "\(table)")
    }
  }

  @Test func whatIsSaidOfThem() throws {
    func rows(_ table: String) throws -> String {
      let count = try objects(
        shuffled(["query", table, "-d", "x.db", "-f", "json"], in: folder).output
      ).count
      return String(repeating: " ", count: 3 - "\(count)".count) + "\(count)"
    }
    #expect(
      try export()
        == Ending(
          code: 0,
          output: """
            x.db: exported to out
              frames    103  frames.csv, frames.jsonl
              segments  \(try rows("segments"))  segments.csv, segments.jsonl
              summary   \(try rows("summary"))  summary.csv, summary.jsonl
              latency     6  latency.csv, latency.jsonl
              coverage    2  coverage.csv, coverage.jsonl
              runs        3  runs.csv, runs.jsonl
              streams     2  streams.csv, streams.jsonl
              models      1  models.csv, models.jsonl

            """, errors: ""))
  }

  @Test func someOfThem() throws {
    #expect(
      try export(["--tables", "runs,frames", "--tables", "runs", "-f", "csv"]).output
        == "x.db: exported to out\n  frames    103  frames.csv\n  runs        3  runs.csv\n")
    #expect(try left() == ["frames.csv", "runs.csv"])
    #expect(try export(["--tables", "models", "--formats", "json"]).code == 0)
    #expect(try left() == ["frames.csv", "models.jsonl", "runs.csv"])
  }

  /// The counts of runs agree with the frames, however many are added meanwhile.
  @Test func areOfOneMoment() throws {
    let video = try EndlessVideo("live.ts", in: folder)
    let writer = try Call(
      [program, "process", "--model", "custom-width", "--database", "x.db", "live.ts"], in: folder)
    for count in [1, 500, 1_000] {
      try wait(forChangesIn: folder) { try committed(4, in: folder) >= count }
      #expect(try export(["--force", "--run", "4"]).code == 0)
      let frames = try objects(text("frames.jsonl"))
      #expect(frames.count >= count)
      let run = try #require(try objects(text("runs.jsonl")).first?["frames"] as? [String: Int])
      #expect(run["classified"] == frames.count)
      let stages = try objects(text("latency.jsonl"))
      #expect(stages.first?["count"] as? Int == frames.count)
      let labels = try objects(text("summary.jsonl")).compactMap { $0["frames"] as? Int }
      #expect(labels.reduce(0, +) == frames.count)
    }
    writer.signal(SIGTERM)
    #expect(try writer.end().code == 128 + SIGTERM)
    try video.end()
  }

  // MARK: What can go wrong

  @Test func whatIsThereIsNotReplaced() throws {
    #expect(try export(["--tables", "runs", "-f", "csv"]).code == 0)
    try folder.write("mine", to: "out/notes.txt")
    let before = try text("runs.csv")
    expectRefusal(
      try export(), 74,
      "cannot write export 'out/runs.csv': there is such a file already (name another folder, or give --force)"
    )
    #expect(try left() == ["notes.txt", "runs.csv"])
    #expect(try text("runs.csv") == before)
    #expect(try export(["--force", "--run", "1"]).code == 0)
    #expect(try left() == (Self.files + ["notes.txt"]).sorted())
    #expect(try text("runs.csv").split(separator: "\r\n").count == 2)
    #expect(try text("notes.txt") == "mine")
  }

  @Test(
    arguments: [
      (["--tables", "frame"], 64, "cannot use --tables 'frame': it takes \(list) with commas between"),
      (["--tables", ""], 64, "cannot use --tables '': it takes \(list) with commas between"),
      (
        ["--format", "csv,table"], 64, "cannot use --formats 'table': it takes csv, json with commas between"
      ),
      (["--to", ""], 64, "cannot export: no folder is named (see 'shuffled query export --help')"),
      (["--run", "9"], 64, "cannot find run '9': the database has no such run (it has runs 1 to 3)"),
      (
        ["--label", "clod"], 64,
        "cannot find label 'clod': no model in the database has it (did you mean 'cloud'?)"
      ),
      (["-d", "no.db"], 66, "cannot open database 'no.db': no such file (check the path)"),
      (["--to", "/proc/x/y"], 74, "cannot make folder '/proc/x': no such file or directory"),
      (
        ["--to", "gate.mp4"], 74,
        "cannot write export 'gate.mp4/frames.csv': not a directory (name another folder)"
      ),
    ] as [([String], Int32, String)])
  func refusals(arguments: [String], code: Int32, line: String) throws {
    expectRefusal(try export(arguments), code, line)
    #expect(!FileManager.default.fileExists(atPath: folder.file("out")))
  }

  private static let list = tables.joined(separator: ", ")

  @Test(.enabled(if: Mount.isPermitted, "file systems cannot be mounted here")) func aFullDisk() throws {
    let mount = try Mount("full", options: "size=4k", in: folder)
    expectRefusal(
      try export(["--to", "full"]), 74,
      "cannot write export 'full/frames.csv': no space left on device (free space, or name another folder)")
    #expect(try left(in: "full") == [])
    withExtendedLifetime(mount) {}
  }

  /// The folder is made first of all. A signal that came when all was done changes nothing.
  @Test(arguments: [(SIGINT, "SIGINT"), (SIGTERM, "SIGTERM")])
  func anInterruptedOneLeavesNothing(signal: Int32, name: String) throws {
    try folder.encode(
      "long.mp4", source: "testsrc2=s=64x48:r=100:d=80",
      ["-c:v", "libx264", "-preset", "ultrafast"])
    #expect(try process(["long.mp4"], in: folder).code == 0)
    let call = try Call([program, "query", "export", "-d", "x.db", "--to", "out"], in: folder)
    try wait(forChangesIn: folder) { FileManager.default.fileExists(atPath: folder.file("out")) }
    call.signal(signal)
    let ending = try call.end()
    if ending.code == 0 {
      #expect(try left() == Self.files.sorted())
    } else {
      expectRefusal(ending, 128 + signal, "interrupted by \(name); nothing was exported to 'out'")
      #expect(!FileManager.default.fileExists(atPath: folder.file("out")))
    }
  }
}
