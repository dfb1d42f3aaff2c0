import Foundation
import TestSupport
import Testing

/// `shuffled classify`, and the same answer for the same picture however it is stored.
@Suite struct ClassifyTests {
  let folder: Folder

  init() throws {
    folder = try Folder()
    try folder.encode("a.png", ["-frames:v", "1"])
    try folder.encode("b.jpg", source: "smptebars=s=160x120", ["-frames:v", "1"])
  }

  private func classify(_ arguments: [String]) throws -> Ending {
    try shuffled(["classify", "--model", "custom-width"] + arguments, in: folder)
  }

  @Test func jsonHasTheDocumentedKeysInOrder() throws {
    let ending = try classify(["--format", "json", "a.png", "b.jpg"])
    #expect(ending.code == 0 && ending.errors == "")
    let lines = ending.output.split(separator: "\n")
    #expect(lines.count == 2)
    let hash = try Call(["/usr/bin/env", "sha256sum", networks + "/custom-width.safetensors"], in: folder)
      .end()
      .output.prefix(64)
    for (line, name) in zip(lines, ["a.png", "b.jpg"]) {
      let prediction = #"\{"label":"[a-z]+","index":[0-6],"confidence":(0|1|0\.[0-9]{1,6})\}"#
      let pattern =
        #"^\{"source":"\#(name)","model":\{"name":"custom-width","sha256":"\#(hash)"\},"#
        + #""predictions":\[\#(prediction)(,\#(prediction)){4}\],"#
        + #""latency_ms":\{"preprocess":[0-9]+(\.[0-9]{1,6})?,"inference":[0-9]+(\.[0-9]{1,6})?\}\}$"#
      #expect(line.range(of: pattern, options: .regularExpression) != nil, "\(line)")
    }
    for answer in try objects(ending.output) {
      let predictions = try #require(answer["predictions"] as? [[String: Any]])
      let confidences = predictions.compactMap { $0["confidence"] as? Double }
      #expect(confidences == confidences.sorted(by: >))
      // Each is rounded to six decimals.
      #expect(confidences.reduce(0, +) <= 1 + 5 * 0.5e-6)
      for prediction in predictions {
        let index = try #require(prediction["index"] as? Int)
        #expect(prediction["label"] as? String == modelLabels[index])
      }
    }
  }

  @Test func logitsAreOfAllClassesAndTheirSoftmaxIsTheConfidence() throws {
    let ending = try classify(["-f", "json", "--top", "7", "--logits", "a.png"])
    #expect(ending.code == 0)
    #expect(
      ending.output.range(
        of: #"\},"logits":\[-?[0-9.]+(,-?[0-9.]+){6}\]\}"# + "\n$", options: .regularExpression)
        != nil)
    let answer = try #require(try objects(ending.output).first)
    let logits = try #require(answer["logits"] as? [Double])
    let predictions = try #require(answer["predictions"] as? [[String: Any]])
    #expect(logits.count == 7 && predictions.count == 7)
    let largest = try #require(logits.max())
    let sum = logits.map { exp($0 - largest) }.reduce(0, +)
    for prediction in predictions {
      let index = try #require(prediction["index"] as? Int)
      let confidence = try #require(prediction["confidence"] as? Double)
      // Logits and confidence are each rounded to six decimals, and computed with 24 bits.
      #expect(abs(exp(logits[index] - largest) / sum - confidence) < 5e-6)
    }
  }

  /// The text says what the JSON says.
  @Test func text() throws {
    let objects = try objects(try classify(["-f", "json", "--logits", "-k", "3", "a.png", "b.jpg"]).output)
    var expected = ""
    for object in objects {
      expected += (object["source"] as? String ?? "") + "\n"
      for prediction in object["predictions"] as? [[String: Any]] ?? [] {
        let percent = String(format: "%.1f", 100 * (prediction["confidence"] as? Double ?? .nan))
        expected += "  " + String(repeating: " ", count: 5 - percent.count) + percent + " %  "
        expected += "\(prediction["label"] ?? "")\n"
      }
      for (label, logit) in zip(modelLabels, object["logits"] as? [Double] ?? []) {
        let number = String(format: "%.4f", logit)
        expected += "  logit " + label.padding(toLength: 6, withPad: " ", startingAt: 0) + " "
        expected += String(repeating: " ", count: 12 - number.count) + number + "\n"
      }
    }
    let ending = try classify(["--logits", "-k", "3", "a.png", "b.jpg"])
    #expect(ending == Ending(code: 0, output: expected, errors: ""))
    #expect(ending.output.split(separator: "\n").count == 2 * (1 + 3 + 7))
  }

  @Test func oneBadPictureAmongSeveral() throws {
    try folder.encode("video.mp4", ["-c:v", "libx264"])
    try folder.write("just text", to: "text.jpg")
    try folder.write("", to: "empty.png")
    let video =
      "shuffled: cannot open image 'video.mp4': it is a video, not an image (use 'shuffled process')\n"
    let text = "shuffled: cannot open image 'text.jpg': not an image that FFmpeg can read\n"
    let empty = "shuffled: cannot open image 'empty.png': it is empty\n"
    let none = "shuffled: cannot open image 'none.png': no such file (check the path)\n"
    let folderLine = "shuffled: cannot open image '.': it is a directory (name a file in it)\n"
    let good = try classify(["a.png"]).output + classify(["b.jpg"]).output
    for (bad, code, errors) in [
      (["video.mp4", "text.jpg", "empty.png"], Int32(65), video + text + empty),
      (["none.png", "."], 66, none + folderLine), (["video.mp4", "none.png"], 1, video + none),
    ] {
      let ending = try classify(["a.png"] + bad + ["b.jpg"])
      #expect(ending == Ending(code: code, output: good, errors: errors))
    }
  }

  /// A picture that is cut off is no picture that anyone should judge by half.
  @Test func absurdAndDamagedPictures() throws {
    try folder.encode("whole.png", source: "testsrc2=s=640x480", ["-frames:v", "1"])
    // The header claims 60000 x 60000.
    var data = try folder.data("whole.png")
    data.replaceSubrange(16..<24, with: [0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60])
    try folder.write(data, to: "giant.png")
    let ending = try classify(["giant.png"])
    #expect(ending.code == 65 && ending.output == "")
    #expect(ending.errors.hasPrefix("shuffled: cannot "))
    #expect(ending.errors.split(separator: "\n").count == 1)
  }

  /// A portrait that is stored lying on its side, with a note that it must be turned, is the upright one.
  @Test(arguments: [("90", "transpose=1"), ("270", "transpose=2"), ("180", "hflip,vflip")])
  func aRotatedVideoIsTheUprightOne(degrees: String, turn: String) throws {
    let lossless = ["-c:v", "libx264", "-qp", "0", "-pix_fmt", "yuv444p", "-r", "25", "-t", "0.4"]
    func encode(_ name: String, _ filter: String) throws {
      try folder.ffmpeg(
        ["-loop", "1", "-i", fixtures + "/preprocessing/chelsea.png", "-vf", "crop=200:280,\(filter)"]
          + lossless
          + ["-y", folder.file(name)])
    }
    try encode("upright.mp4", "null")
    try encode("lying.mp4", turn)
    try folder.ffmpeg([
      "-i", folder.file("lying.mp4"), "-c", "copy", "-metadata:s:v:0", "rotate=\(degrees)", "-y",
      folder.file("turned.mp4"),
    ])
    let ending = try shuffled(
      ["process", "-m", "custom-width", "-d", "x.db", "-k", "7", "upright.mp4", "turned.mp4", "lying.mp4"],
      in: folder)
    #expect(ending.code == 0)
    func confidences(_ run: Int) throws -> [String: Double] {
      let text = try sqlite(
        "SELECT label, confidence FROM predictions WHERE run = \(run) AND sequence = 3", in: folder)
      let pairs = text.split(separator: "\n").map { $0.split(separator: "|") }
      return Dictionary(uniqueKeysWithValues: pairs.map { (String($0[0]), Double($0[1]) ?? .nan) })
    }
    let (upright, turned, lying) = (try confidences(1), try confidences(2), try confidences(3))
    func distance(_ other: [String: Double]) -> Double {
      modelLabels.map { abs((upright[$0] ?? .nan) - (other[$0] ?? .nan)) }.max() ?? .nan
    }
    // The same samples, turned before they are resized: rounding differs at most.
    #expect(distance(turned) < 0.002, "\(upright) \(turned)")
    #expect(distance(lying) > 0.02, "the test would not notice: \(upright) \(lying)")
  }
}
