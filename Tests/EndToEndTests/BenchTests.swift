import Foundation
import TestSupport
import Testing

/// The benchmarks' answers: what they say, not how fast anything is.
@Suite struct BenchTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  private func bench(_ words: [String]) throws -> String {
    let ending = try shuffled(["bench"] + words, in: folder)
    #expect(ending.code == 0 && ending.errors == "", "\(ending)")
    return ending.output
  }

  private func isPositive(_ value: Any?) -> Bool { (value as? Double).map { $0 > 0 } ?? false }

  @Test func modelAsJSON() throws {
    let text = try bench([
      "model", "--channels", "8,16,24,32,40", "--input", "64x48", "--isa", "portable", "--workers", "2",
      "--seconds", "0.01", "--format", "json",
    ])
    let answer = try #require(try objects(text).first)
    #expect(answer["architecture"] as? String == "8,16,24,32,40")
    #expect(answer["input"] as? String == "64x48")
    #expect(answer["isa"] as? String == "portable")
    #expect(answer["workers"] as? Int == 2)
    #expect(answer["load_ms"] is NSNull)
    for key in [
      "p50_ms", "p99_ms", "passes_per_second", "gmacs_per_second", "peak_gmacs_per_second", "peak_share",
    ] {
      #expect(isPositive(answer[key]), "\(key)")
    }
    let operators = try #require(answer["operators"] as? [[String: Any]])
    #expect(
      operators.map { $0["operator"] as? String } == [
        "stem", "max pool", "depthwise", "pointwise", "global mean", "fully connected",
      ])
    // Poolings multiply nothing.
    #expect(operators.map { isPositive($0["gmacs_per_second"]) } == [true, false, true, true, false, true])
    let shares = operators.compactMap { $0["share"] as? Double }.reduce(0, +)
    #expect(abs(shares - 1) < 1e-4)
    // conv1 alone has 32 x 24 pixels of 27 taps and 8 channels.
    #expect(try #require(answer["multiply_adds"] as? Int) > 32 * 24 * 27 * 8)
  }

  @Test func aModelIsLoadedToo() throws {
    let words = ["model", "--model", "custom-width", "--seconds", "0.01"]
    let answer = try #require(try objects(bench(words + ["--format", "json"])).first)
    #expect(answer["architecture"] as? String == "custom-width")
    #expect(isPositive(answer["load_ms"]))
    let text = try bench(words)
    #expect(text.contains(/\n  arena \d\.\d\d MiB; loaded and planned in \d+\.\d ms\n/))
    for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
  }

  @Test func kernelsAsJSON() throws {
    let text = try bench([
      "kernels", "--channels", "8,16,24,32,40", "--input", "64x48", "--kernel", "depthwise", "--isa",
      "portable",
      "--seconds", "0.001", "--format", "json",
    ])
    let answers = try objects(text)
    // One of stride 2 in each stage's projection, which the main branch shares only in stage 2; one of stride 1.
    #expect(answers.map { $0["stride"] as? Int } == [2, 1, 2, 2, 1, 2, 2, 1])
    #expect(answers.map { $0["outputs"] as? Int } == [8, 8, 16, 12, 12, 24, 16, 16])
    #expect(
      answers.map { $0["size"] as? String } == ["8x6", "8x6", "4x3", "4x3", "4x3", "2x2", "2x2", "2x2"])
    for answer in answers {
      #expect(answer["kernel"] as? String == "depthwise")
      #expect(answer["isa"] as? String == "portable")
      #expect(answer["networks"] as? [String] == ["8,16,24,32,40"])
      for key in ["p50_us", "calls_per_second", "gmacs_per_second", "peak_share"] {
        #expect(isPositive(answer[key]), "\(key)")
      }
      let (bytes, copies) = (answer["bytes"] as? Int ?? 0, answer["copies"] as? Int ?? 0)
      #expect(bytes * copies >= 8 << 20, "beyond the caches")
    }
  }

  @Test func kernelsAsText() throws {
    let text = try bench(["kernels", "-a", "shufflenet_v2_x0_5", "--isa", "portable", "--seconds", "0.001"])
    let lines = text.split(separator: "\n")
    #expect(lines[0] == "portable, 1 worker")
    #expect(lines[1] == "kernel       shape                          p50 us  GMAC/s    peak  networks")
    #expect(lines[2].contains(/^stem         112x28, 3 to 24 +\d+\.\d +\d+\.\d +\d+\.\d %  0\.5$/))
    #expect(lines.last?.contains(/^global-mean  7x7, 64 +\d+\.\d +- +-  0\.5$/) == true)
    #expect(lines.count == 19)
    for line in lines { #expect(line.count <= 80, "\(line)") }
  }

  @Test func guidelinesAsJSON() throws {
    let text = try bench(["guidelines", "--guideline", "G4", "--seconds", "0.001", "--format", "json"])
    let answers = try objects(text)
    let channels = [32, 32, 32, 32, 64, 64, 64, 64, 128, 128, 128, 128]
    #expect(answers.map { $0["channels"] as? [Int] } == channels.map { [$0] })
    let blocks = answers.map { $0["blocks"] as? String }
    #expect(Array(blocks[..<4]) == ["ReLU and shortcut", "shortcut", "ReLU", "neither"])
    #expect(blocks == Array(blocks[..<4] + blocks[..<4] + blocks[..<4]))
    for (index, answer) in answers.enumerated() {
      #expect(answer["guideline"] as? String == "G4")
      #expect(answer["whole"] as? Bool == false)
      #expect(answer["count"] as? Int == 10)
      #expect(answer["size"] as? String == "56x56")
      #expect(answer["workers"] as? Int == 1)
      let channels = channels[index]
      #expect(answer["multiply_adds"] as? Int == 10 * 56 * 56 * channels * (2 * channels + 9))
      for key in ["p50_ms", "gmacs_per_second", "peak_share", "relative_cost"] {
        #expect(isPositive(answer[key]), "\(key)")
      }
      // Each width's first is what the others are compared with.
      if index % 4 == 0 { #expect(answer["relative_cost"] as? Double == 1) }
    }
  }

  /// The database is gone afterwards, and was where it was asked for.
  @Test func store() throws {
    let words = ["store", "--frames", "3000", "--batch", "100", "--top", "3", "--directory", "."]
    let answer = try #require(try objects(bench(words + ["--format", "json"])).first)
    #expect(answer["frames"] as? Int == 3_000)
    #expect(answer["batch"] as? Int == 100)
    #expect(answer["top"] as? Int == 3)
    #expect(answer["durability"] as? String == "normal")
    for key in ["seconds", "frames_per_second", "bytes_per_frame"] {
      #expect(isPositive(answer[key]), "\(key)")
    }
    let bytes = try #require(answer["bytes"] as? Int)
    #expect(bytes % 4_096 == 0)
    #expect(answer["bytes_per_frame"] as? Double == (Double(bytes) / 3).rounded() / 1_000)
    let text = try bench(words)
    let lines = text.split(separator: "\n")
    #expect(lines[0] == "3,000 frames with top 3, 100 a transaction, durability normal")
    #expect(lines[1].contains(/^  [\d,]+ frames\/s, \d+\.\d\d s$/))
    // The frames are the same in each call; so is what they take, but for how long commits took.
    #expect(lines[2].contains(/^  \d+\.\d\d bytes a frame, \d\d\d,\d\d\d bytes$/))
    #expect(lines.count == 3)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).allSatisfy { $0.hasPrefix(".call") })
    expectRefusal(
      try shuffled(["bench", "store", "--directory", "none"], in: folder), 74,
      "cannot make a database in 'none': no such file or directory (give another --directory)")
  }

  @Test func guidelinesAsText() throws {
    let text = try bench(
      ["guidelines", "-g", "G1", "--whole", "--isa", "portable", "-w", "2", "-s", "0.001"])
    let lines = text.split(separator: "\n")
    #expect(lines[0] == "portable, 2 workers, whole")
    #expect(lines[1] == "blocks                  channels   M MACs       ms   GMAC/s     peak   cost")
    #expect(lines[2] == "G1: equal channel width minimizes memory access cost")
    #expect(
      lines[3].contains(
        /^  1:1                   128, 128   1027\.6 +\d+\.\d{3} +\d+\.\d +\d+\.\d %   1\.00$/))
    #expect(lines[6].hasPrefix("  1:12                   37, 444   1030.4 "))
    #expect(lines.count == 7)
    for line in lines { #expect(line.count <= 80, "\(line)") }
  }

  @Test func preprocess() throws {
    try folder.encode(
      "a.mp4", source: "testsrc2=s=96x64:r=25:d=1",
      ["-frames:v", "3", "-c:v", "libx264", "-pix_fmt", "yuv420p"])
    let answer = try #require(
      try objects(
        bench(["preprocess", "--seconds", "0.01", "--isa", "portable", "--format", "json", "a.mp4"])
      ).first)
    #expect(answer["source"] as? String == "a.mp4")
    #expect(answer["size"] as? String == "96x64")
    #expect(answer["pixel_format"] as? String == "yuv420p")
    #expect(answer["input"] as? String == "224x224")
    #expect(answer["pictures"] as? Int == 3)
    #expect(isPositive(answer["p50_ms"]) && isPositive(answer["p99_ms"]))
    let text = try bench(["preprocess", "--seconds", "0.01", "--isa", "portable", "a.mp4"])
    #expect(
      text.contains(/^a\.mp4, 96x64 yuv420p to 224x224, portable: \d+\.\d{3} ms p50, \d+\.\d{3} ms p99\n$/))
    expectRefusal(
      try shuffled(["bench", "preprocess", "b.mp4"], in: folder), 66,
      "cannot open video 'b.mp4': no such file (check the path)")
  }
}
