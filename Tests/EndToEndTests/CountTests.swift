import Foundation
import TestSupport
import Testing

/// Every decoded frame that is selected has exactly one row, in frame order, with the container's time.
@Suite struct CountTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  /// A name, and how it is encoded from two seconds of moving pictures.
  static let encodings: [(name: String, encoder: String, options: [String])] = [
    ("b-frames.mp4", "libx264", ["-bf", "3", "-g", "20"]),
    ("b-frames.mkv", "libx264", ["-bf", "3", "-g", "20"]),
    ("b-frames.ts", "libx264", ["-bf", "3", "-g", "20"]),
    ("raw.h264", "libx264", ["-bf", "2"]),
    ("ten-bit.mp4", "libx264", ["-pix_fmt", "yuv420p10le"]),
    ("full-chroma.mkv", "libx264", ["-pix_fmt", "yuv444p"]),
    ("gray.mkv", "libx264", ["-pix_fmt", "gray"]),
    ("full-range.mp4", "libx264", ["-pix_fmt", "yuvj420p"]),
    ("interlaced.ts", "libx264", ["-flags", "+ilme+ildct"]),
    ("mpeg4.avi", "mpeg4", ["-bf", "2"]),
    ("vp9.webm", "libvpx-vp9", ["-b:v", "200k", "-cpu-used", "8"]),
    ("odd.webm", "libvpx-vp9", ["-vf", "crop=151:87", "-b:v", "200k", "-cpu-used", "8"]),
    ("motion.mjpeg", "mjpeg", []),
    ("motion.avi", "mjpeg", []),
    ("alpha.mov", "prores_ks", ["-pix_fmt", "yuva444p10le"]),
    ("animated.gif", "gif", []),
    // Some frames are left out and the others keep their times.
    (
      "variable.mp4", "libx264",
      ["-vf", "select='not(mod(n,3))+gt(n,30)'", "-vsync", "vfr", "-enc_time_base", "1/1000"]
    ),
    ("offset.ts", "libx264", ["-output_ts_offset", "3600.5"]),
  ]

  @Test(arguments: encodings) func everyFrameHasARow(name: String, encoder: String, options: [String]) throws
  {
    guard try hasEncoder(encoder) else {
      print("skipped: this FFmpeg has no \(encoder) to make \(name) with")
      return
    }
    try folder.encode(name, ["-c:v", encoder] + options)
    try expectEveryFrame(name)
  }

  /// One transport stream whose encoder was set anew twice.
  @Test func sizeAndFormatThatChangeInMidStream() throws {
    var list = "ffconcat version 1.0\n"
    for (index, variant) in [("192x108", "yuv420p"), ("320x240", "yuv420p"), ("96x160", "yuv444p")]
      .enumerated()
    {
      try folder.encode(
        "\(index).ts", source: "testsrc2=s=\(variant.0):r=25:d=1", ["-c:v", "libx264", "-pix_fmt", variant.1])
      list += "file '\(index).ts'\n"
    }
    try folder.write(list, to: "list")
    try folder.ffmpeg([
      "-f", "concat", "-i", folder.file("list"), "-c", "copy", "-y", folder.file("changing.ts"),
    ])
    let sizes = try run(
      "ffprobe", ["-show_entries", "frame=width,pix_fmt", "-of", "csv=p=0", folder.file("changing.ts")])
    for (text, count) in [("192,yuv420p", 25), ("320,yuv420p", 25), ("96,yuv444p", 25)] {
      #expect(sizes.split(separator: "\n").filter { $0.hasPrefix(text) }.count == count, "\(text)")
    }
    try expectEveryFrame("changing.ts", atLeast: 75)
  }

  private func expectEveryFrame(
    _ name: String, atLeast least: Int = 20, at location: SourceLocation = #_sourceLocation
  ) throws {
    let count = try probedCount(folder.file(name))
    #expect(count >= least, sourceLocation: location)
    let ending = try process(["--format", "json", name], in: folder)
    #expect(ending.code == 0 && ending.errors == "", "\(ending)", sourceLocation: location)
    let report = try #require(try objects(ending.output).first)
    #expect(
      report["frames"] as? [String: Int]
        == [
          "decoded": count, "skipped": 0, "selected": count, "classified": count, "failed": 0,
          "damaged": 0, "stored_before": 0,
        ],
      sourceLocation: location)
    let frames = try queried(["frames"])
    #expect(frames.map { $0["sequence"] as? Int } == Array(0..<count), sourceLocation: location)
    #expect(frames.allSatisfy { $0["state"] as? String == "classified" }, sourceLocation: location)
    let times = frames.map { ($0["media_seconds"] as? Double).map { Int64(($0 * 1e6).rounded()) } }
    #expect(times == (try probedTimes(folder.file(name))), sourceLocation: location)
    #expect(
      try sqlite("SELECT count(*), count(DISTINCT sequence) FROM results", in: folder) == "\(count)|\(count)",
      sourceLocation: location)
  }

  private func queried(_ words: [String]) throws -> [[String: Any]] {
    try objects(try shuffled(["query"] + words + ["-d", "x.db", "-f", "json"], in: folder).output)
  }

  @Test func oneFrameInThree() throws {
    // Without frames that no other needs: how many of those are left out depends on the threads that decode.
    try folder.encode("a.mp4", ["-c:v", "libx264", "-bf", "0"])
    let ending = try process(["--every", "3", "a.mp4"], in: folder)
    #expect(ending.code == 0)
    #expect(
      masked(ending.output)
        == masked(
          report(
            "a.mp4", frames: "50 decoded, 17 selected, 17 classified, 0 failed",
            labels: [("cloud", 17, "100.0 %")])))
    let frames = try queried(["frames"])
    #expect(frames.map { $0["sequence"] as? Int } == Array(stride(from: 0, to: 50, by: 3)))
    #expect(
      try sqlite("SELECT frames_decoded, frames_classified, settings ->> 'every' FROM runs", in: folder)
        == "50|17|3")
  }

  /// Frames that are left out undecoded count as well.
  @Test func skippedFramesCount() throws {
    try folder.encode("a.avi", ["-c:v", "mjpeg"])
    let ending = try process(["--every", "10", "--format", "json", "a.avi"], in: folder)
    #expect(ending.code == 0)
    #expect(
      try #require(try objects(ending.output).first)["frames"] as? [String: Int]
        == [
          "decoded": 5, "skipped": 45, "selected": 5, "classified": 5, "failed": 0, "damaged": 0,
          "stored_before": 0,
        ])
    #expect(try probedCount(folder.file("a.avi")) == 50)
    #expect(try queried(["frames"]).map { $0["sequence"] as? Int } == [0, 10, 20, 30, 40])
    #expect(try sqlite("SELECT frames_decoded, frames_classified FROM runs", in: folder) == "50|5")
  }

  @Test func keyframesOnly() throws {
    try folder.encode("a.mp4", ["-c:v", "libx264", "-bf", "3", "-g", "20"])
    let ending = try process(["--keyframes", "a.mp4"], in: folder)
    #expect(ending.code == 0)
    #expect(
      masked(ending.output)
        == masked(
          report(
            "a.mp4", frames: "3 decoded, 47 skipped, 3 selected, 3 classified, 0 failed",
            labels: [("cloud", 3, "100.0 %")])))
    let frames = try queried(["frames"])
    #expect(frames.map { $0["sequence"] as? Int } == [0, 20, 40])
    #expect(frames.map { $0["media_seconds"] as? Double } == [0, 0.8, 1.6])
    #expect(
      try sqlite("SELECT frames_decoded, frames_classified, settings ->> 'keyframes' FROM runs", in: folder)
        == "50|3|1")
  }

  @Test(arguments: [
    ("5", Array(stride(from: 0, to: 50, by: 5))), ("25", Array(0..<50)), ("100", Array(0..<50)),
    ("0.5", [0]), ("1", [0, 25]),
  ])
  func framesASecond(rate: String, sequences: [Int]) throws {
    try folder.encode("a.mp4", ["-c:v", "libx264"])
    #expect(try process(["--fps", rate, "a.mp4"], in: folder).code == 0)
    #expect(try queried(["frames"]).map { $0["sequence"] as? Int } == sequences)
  }

  @Test(arguments: [(1, 1), (2, 2), (7, 7), (1000, 7)]) func soManyPredictions(top: Int, expected: Int) throws
  {
    try folder.encode("a.mp4", source: "testsrc2=s=192x108:r=25:d=0.4", ["-c:v", "libx264"])
    #expect(try process(["--top", "\(top)", "a.mp4"], in: folder).code == 0)
    for frame in try queried(["frames"]) {
      let predictions = try #require(frame["predictions"] as? [[String: Any]])
      let confidences = predictions.compactMap { $0["confidence"] as? Double }
      #expect(predictions.count == expected && confidences.count == expected)
      #expect(confidences == confidences.sorted(by: >))
      #expect(Set(predictions.compactMap { $0["label"] as? String }).count == expected)
      #expect(frame["label"] as? String == predictions[0]["label"] as? String)
    }
    #expect(
      try sqlite("SELECT count(*), max(rank) FROM predictions", in: folder) == "\(10 * expected)|\(expected)")
  }

  @Test func severalFilesAreSeveralRuns() throws {
    try folder.encode("a.mp4", source: "testsrc2=s=192x108:r=25:d=1", ["-c:v", "libx264"])
    try folder.encode("b.mkv", source: "testsrc2=s=192x108:r=25:d=0.4", ["-c:v", "libx264"])
    let ending = try process(["a.mp4", "b.mkv", "a.mp4"], in: folder)
    #expect(ending.code == 0 && ending.errors == "")
    func each(_ name: String, _ count: Int, _ run: Int) -> String {
      report(
        name, frames: "\(count) decoded, \(count) classified, 0 failed", run: run,
        labels: [("cloud", count, "100.0 %")])
    }
    #expect(
      masked(ending.output) == masked(each("a.mp4", 25, 1) + each("b.mkv", 10, 2) + each("a.mp4", 25, 3)))
    #expect(
      try sqlite("SELECT run, stream, state, frames_classified FROM run_overview", in: folder)
        == "1|a.mp4|complete|25\n2|b.mkv|complete|10\n3|a.mp4|complete|25")
    // The same file is the same stream.
    #expect(try sqlite("SELECT count(*) FROM streams", in: folder) == "2")
  }

  /// However many workers, the rows are the same.
  @Test(arguments: ["1", "2", "13"]) func workers(count: String) throws {
    try folder.encode("a.mp4", source: "testsrc2=s=192x108:r=25:d=1", ["-c:v", "libx264"])
    #expect(try process(["a.mp4"], in: folder).code == 0)
    #expect(try process(["--workers", count, "a.mp4"], in: folder).code == 0)
    let rows = "SELECT sequence, media_seconds, label, confidence FROM results WHERE run = "
    #expect(try sqlite(rows + "1", in: folder) == sqlite(rows + "2", in: folder))
  }
}
