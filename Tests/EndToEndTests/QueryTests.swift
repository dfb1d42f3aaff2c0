import Foundation
import ShuffledCore
import TestSupport
import Testing

/// `shuffled query` on a small database: two streams, three runs.
@Suite struct QueryTests {
  let folder: Folder

  init() throws {
    folder = try Folder()
    try folder.encode("gate.mp4", source: "testsrc2=s=192x108:r=25:d=2", ["-c:v", "libx264"])
    try folder.encode("yard, back.mkv", source: "smptebars=s=192x108:r=10:d=0.3", ["-c:v", "libx264"])
    let ending = try process(["--top", "2", "gate.mp4", "yard, back.mkv", "gate.mp4"], in: folder)
    try #require(ending.code == 0, "\(ending)")
  }

  private func query(_ words: String...) throws -> Ending {
    try shuffled(["query"] + words + ["--database", "x.db"], in: folder)
  }

  private func rows(_ words: String...) throws -> [[String: Any]] {
    let ending = try shuffled(["query"] + words + ["-d", "x.db", "--format", "json"], in: folder)
    // Beside an answer about a time it is said how much of it was watched.
    let isQuiet = ending.errors.split(separator: "\n").allSatisfy {
      $0.contains(": watched 100.0 % of its runs' ")
    }
    try #require(ending.code == 0 && isQuiet, "\(ending)")
    return try objects(ending.output)
  }

  /// Times of day become `TIME`, and each measured number after that `#`.
  private func masked(_ text: String) -> String {
    text.replacingOccurrences(of: "[0-9-]{10}T[0-9:.]{8,15}Z", with: "TIME", options: .regularExpression)
      .replacingOccurrences(
        of: "\"wall_time_us\":[0-9]{16}", with: "\"wall_time_us\":US", options: .regularExpression
      )
      .replacingOccurrences(of: "TIME,[0-9]{16}", with: "TIME,US", options: .regularExpression)
      .replacingOccurrences(
        of: "\"(decode|wait|preprocess|inference|store|total|mean_ms|p50_ms|p90_ms|p99_ms|max_ms)\":[0-9.]+",
        with: "\"$1\":#",
        options: .regularExpression)
  }

  /// What the network said of a frame, as the database has it.
  private func stored(_ run: Int, _ sequence: Int) throws -> (
    label: String, confidence: Double, second: String, less: Double
  ) {
    let text = try sqlite(
      "SELECT label, confidence FROM predictions WHERE run = \(run) AND sequence = \(sequence) ORDER BY rank",
      in: folder)
    let cells = text.split(separator: "\n").flatMap { $0.split(separator: "|").map(String.init) }
    return (cells[0], try #require(Double(cells[1])), cells[2], try #require(Double(cells[3])))
  }

  private func short(_ value: Double, _ places: Int) -> String {
    var text = String(format: "%.\(places)f", value)
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  // MARK: Frames

  @Test func framesAsATable() throws {
    let (first, second) = (try stored(2, 0), try stored(2, 1))
    let ending = try query("frames", "--run", "2", "--limit", "2")
    #expect(ending.code == 0 && ending.errors == "")
    let widest = max(5, first.label.count, second.label.count)
    func label(_ text: String) -> String { text.padding(toLength: widest, withPad: " ", startingAt: 0) }
    let text = masked(ending.output).replacingOccurrences(
      of: " +[0-9.]+\n", with: " #\n", options: .regularExpression)
    #expect(
      text == """
        run  stream          frame  media s  decoded at            \(label("label"))   conf  total ms
          2  yard, back.mkv      0    0.000  TIME  \(label(first.label))  \(String(format: "%.3f", first.confidence)) #
          2  yard, back.mkv      1    0.100  TIME  \(label(second.label))  \(String(format: "%.3f", second.confidence)) #

        """)
  }

  @Test func framesAsJSON() throws {
    let first = try stored(2, 0)
    let ending = try query("frames", "--run", "2", "--limit", "1", "--format", "json")
    let (confidence, less) = (short(first.confidence, 5), short(first.less, 5))
    #expect(
      masked(ending.output)
        == #"{"run":2,"stream":"yard, back.mkv","sequence":0,"media_seconds":0,"wall_time":"TIME","wall_time_us":US,"#
        + #""state":"classified","label":"\#(first.label)","confidence":\#(confidence),"predictions":"#
        + #"[{"label":"\#(first.label)","confidence":\#(confidence)},{"label":"\#(first.second)","confidence":\#(less)}],"#
        + #""latency_ms":{"decode":#,"wait":#,"preprocess":#,"inference":#,"store":#,"total":#},"error":null}"#
        + "\n")
    #expect(ending.code == 0 && ending.errors == "")
  }

  @Test func framesAsCSV() throws {
    let first = try stored(2, 0)
    let ending = try query("frames", "--run", "2", "--limit", "1", "--format", "csv")
    let head =
      "run,stream,sequence,media_seconds,wall_time,wall_time_us,state,label,confidence,latency_ms.decode,latency_ms.wait,latency_ms.preprocess,latency_ms.inference,latency_ms.store,latency_ms.total,error\r\n"
    #expect(ending.code == 0 && ending.output.hasPrefix(head))
    let row = masked(ending.output).dropFirst(head.count)
    #expect(
      row.hasPrefix(
        "2,\"yard, back.mkv\",0,0,TIME,US,classified,\(first.label),\(short(first.confidence, 5)),"))
    #expect(row.hasSuffix(",\r\n") && row.filter { $0 == "\r\n" }.count == 1)
  }

  /// The three formats say the same, and plain SQL does too.
  @Test func formatsAgree() throws {
    let objects = try rows("frames")
    #expect(objects.count == 103)
    let csv = try query("frames", "-f", "csv").output.split(separator: "\r\n").dropFirst()
    #expect(csv.count == 103)
    for (object, line) in zip(objects, csv) {
      let cells = line.replacingOccurrences(of: "\"yard, back.mkv\"", with: "yard").split(
        separator: ",", omittingEmptySubsequences: false)
      #expect(
        cells[0] == "\(object["run"] as? Int ?? -1)" && cells[2] == "\(object["sequence"] as? Int ?? -1)")
      #expect(cells[5] == "\(object["wall_time_us"] as? Int ?? -1)")
      let latencies = try #require(object["latency_ms"] as? [String: Double])
      #expect(Double(cells[14]) == latencies["total"])
    }
    let sums = try sqlite("SELECT count(*), sum(run), sum(sequence) FROM results", in: folder)
    func sum(_ key: String) -> Int { objects.compactMap { $0[key] as? Int }.reduce(0, +) }
    #expect(sums == "103|\(sum("run"))|\(sum("sequence"))")
    #expect(try query("frames").output.split(separator: "\n").count == 104)
  }

  // MARK: Filters

  @Test func filters() throws {
    #expect(try rows("frames", "--run", "1").count == 50)
    #expect(try rows("frames", "--stream", "gate.mp4").count == 100)
    #expect(try rows("frames", "--stream", folder.file("gate.mp4")).count == 100)
    #expect(try rows("frames", "--stream", "gate.mp4", "--run", "2").isEmpty)
    #expect(try rows("frames", "--limit", "7").count == 7)
    for label in modelLabels {
      let expected = try sqlite("SELECT count(*) FROM results WHERE label = '\(label)'", in: folder)
      #expect("\(try rows("frames", "--label", label).count)" == expected)
    }
    let least = try stored(2, 1).confidence
    let sure = try rows("frames", "--run", "2", "--min-confidence", "\(least)")
    #expect(sure.contains { $0["sequence"] as? Int == 1 })
    let expected = try sqlite(
      "SELECT count(*) FROM results WHERE run = 2 AND confidence >= \(least) - 1e-9", in: folder)
    #expect("\(sure.count)" == expected)
    #expect(try rows("frames", "--min-confidence", "0").count == 103)
  }

  @Test func times() throws {
    let all = try rows("frames").compactMap { $0["wall_time_us"] as? Int }
    let wall = try #require(try rows("frames", "--run", "1")[20]["wall_time"] as? String)
    let moment = try #require(try rows("frames", "--run", "1")[20]["wall_time_us"] as? Int)
    let since = try rows("frames", "--since", wall).compactMap { $0["wall_time_us"] as? Int }
    let until = try rows("frames", "--until", wall).compactMap { $0["wall_time_us"] as? Int }
    #expect(since == all.filter { $0 >= moment } && !since.isEmpty)
    #expect(until == all.filter { $0 < moment } && !until.isEmpty)
    for form in [
      "2020-01-01", "2020-01-01T00:00:00Z", "2020-01-01 00:00:00.25+02:00", "2020-01-01T00:00", "1d", "24h",
      "999m", "36000s", "yesterday",
    ] {
      #expect(try rows("frames", "--since", form).count == 103, "\(form)")
      #expect(try rows("frames", "--until", form).isEmpty, "\(form)")
    }
    #expect(try rows("frames", "--since", "0s").isEmpty)
  }

  /// That nothing matched is an answer; that there is no such thing is a mistake.
  @Test func nothing() throws {
    #expect(
      try query("frames", "--until", "2020-01-01")
        == Ending(
          code: 0, output: "run  stream  frame  media s  decoded at  label  conf  total ms\n", errors: ""))
    #expect(
      try query("summary", "--until", "2020-01-01", "-f", "json") == Ending(code: 0, output: "", errors: ""))
    #expect(
      try query("latency", "--until", "2020-01-01", "-f", "csv").output.hasPrefix(
        "stage,count,mean_ms,p50_ms,"))
    for command in ["frames", "summary", "latency"] {
      for (option, value, line) in [
        (
          "--label", "clod",
          "cannot find label 'clod': no model in the database has it (did you mean 'cloud'?)"
        ),
        (
          "--label", "xxxxxxxxxx",
          "cannot find label 'xxxxxxxxxx': no model in the database has it (it has the labels apple, bear, cloud, door, engine, fence, gate)"
        ),
        ("--run", "9", "cannot find run '9': the database has no such run (it has runs 1 to 3)"),
        (
          "--stream", "gate.mp3",
          "cannot find stream 'gate.mp3': no stream has this name or source (did you mean 'gate.mp4'?)"
        ),
      ] {
        expectRefusal(try query(command, option, value), 64, line)
      }
      expectRefusal(
        try shuffled(["query", command], in: folder), 66,
        "cannot open database 'shuffled.db': no such file (give another --database)")
    }
  }

  // MARK: Summary

  @Test func summary() throws {
    let answers = try rows("summary")
    let frames = try rows("frames")
    var expected: [String: Int] = [:]
    for frame in frames { expected["\(frame["stream"] ?? "")/\(frame["label"] ?? "")", default: 0] += 1 }
    #expect(
      Dictionary(
        uniqueKeysWithValues: answers.map {
          ("\($0["stream"] ?? "")/\($0["label"] ?? "")", $0["frames"] as? Int)
        })
        == expected.mapValues { $0 })
    for answer in answers {
      let mine = frames.filter {
        $0["stream"] as? String == answer["stream"] as? String
          && $0["label"] as? String == answer["label"] as? String
      }
      let total = frames.filter { $0["stream"] as? String == answer["stream"] as? String }.count
      let share = try #require(answer["share"] as? Double)
      #expect(abs(share - Double(mine.count) / Double(total)) < 1e-6)
      let mean = mine.compactMap { $0["confidence"] as? Double }.reduce(0, +) / Double(mine.count)
      #expect(abs(try #require(answer["mean_confidence"] as? Double) - mean) < 1.1e-5)
      #expect(answer["first_wall_time"] as? String == mine.compactMap { $0["wall_time"] as? String }.min())
      #expect(answer["last_wall_time"] as? String == mine.compactMap { $0["wall_time"] as? String }.max())
      #expect(
        answer["last_media_seconds"] as? Double == mine.compactMap { $0["media_seconds"] as? Double }.max())
    }
    let gate = try #require(answers.first { $0["stream"] as? String == "gate.mp4" })
    #expect(gate["label"] as? String == "cloud" && gate["frames"] as? Int == 100)
    let confidence = String(format: "%.3f", try #require(gate["mean_confidence"] as? Double))
    let table = try query("summary", "--stream", "gate.mp4")
    #expect(
      table.output == """
        stream    label  frames    share  mean conf  first s  last s
        gate.mp4  cloud     100  100.0 %      \(confidence)    0.000   1.960

        """)
    let csv = try query("summary", "--stream", "gate.mp4", "--format", "csv")
    #expect(
      masked(csv.output)
        == "stream,source,state,label,frames,share,mean_confidence,first_wall_time,last_wall_time,first_media_seconds,last_media_seconds\r\n"
        + "gate.mp4,\(folder.file("gate.mp4")),classified,cloud,100,1,\(short(try #require(gate["mean_confidence"] as? Double), 5)),TIME,TIME,0,1.96\r\n"
    )
    #expect(try rows("summary", "--limit", "1").count == 1)
  }

  // MARK: Latency

  /// Counts, means, percentiles and maxima are those of the frames, and the stages add up to the whole.
  @Test(arguments: [[], ["--run", "1"], ["--run", "2"], ["--stream", "gate.mp4"]])
  func latency(filter: [String]) throws {
    func answer(_ command: String) throws -> [[String: Any]] {
      try objects(try shuffled(["query", command, "-d", "x.db", "-f", "json"] + filter, in: folder).output)
    }
    let frames = try answer("frames").compactMap { $0["latency_ms"] as? [String: Double] }
    let stages = try answer("latency")
    #expect(
      stages.map { $0["stage"] as? String } == [
        "decode", "wait", "preprocess", "inference", "store", "total",
      ])
    for frame in frames {
      let sum = Stage.allCases.compactMap { frame[$0.rawValue] }.reduce(0, +)
      #expect(abs(sum - (frame["total"] ?? .nan)) < 1e-6)
    }
    for stage in stages {
      let name = try #require(stage["stage"] as? String)
      let values = frames.compactMap { $0[name] }.sorted()
      #expect(stage["count"] as? Int == values.count && values.count == frames.count)
      for (key, share) in [("p50_ms", 0.5), ("p90_ms", 0.9), ("p99_ms", 0.99)] {
        let rank = Int((share * Double(values.count)).rounded(.up))
        #expect(stage[key] as? Double == values[rank - 1], "\(name) \(key)")
      }
      #expect(stage["max_ms"] as? Double == values.last)
      let mean = values.reduce(0, +) / Double(values.count)
      // Durations are whole microseconds, so is their mean.
      #expect(abs(try #require(stage["mean_ms"] as? Double) - mean) <= 0.001)
    }
    let table = try shuffled(["query", "latency", "-d", "x.db"] + filter, in: folder).output.split(
      separator: "\n")
    #expect(table.count == 7)
    for (line, stage) in zip(table.dropFirst(), stages) {
      let cells = line.split(separator: " ").map(String.init)
      let numbers = ["mean_ms", "p50_ms", "p90_ms", "p99_ms", "max_ms"].map {
        String(format: "%.3f", stage[$0] as? Double ?? .nan)
      }
      #expect(cells == [stage["stage"] as? String ?? "", "\(frames.count)"] + numbers)
    }
  }

  @Test func latencyTexts() throws {
    let csv = masked(try query("latency", "-f", "csv", "--limit", "1").output)
    #expect(csv.hasPrefix("stage,count,mean_ms,p50_ms,p90_ms,p99_ms,max_ms,exact\r\ndecode,103,"))
    #expect(
      masked(try query("latency", "-f", "json", "--limit", "1").output)
        == #"{"stage":"decode","count":103,"mean_ms":#,"p50_ms":#,"p90_ms":#,"p99_ms":#,"max_ms":#,"exact":true}"#
        + "\n")
    #expect(
      try query("latency").output.split(separator: "\n")[0].split(separator: " ").joined(separator: " ")
        == "stage frames mean ms p50 ms p90 ms p99 ms max ms")
  }
}
