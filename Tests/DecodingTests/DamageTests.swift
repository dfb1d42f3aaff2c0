import Decoding
import Foundation
import ShuffledCore
import TestSupport
import Testing

/// What is cut off or broken gives what can still be had of it, and says so.
@Suite struct DamageTests {
  /// 4 seconds of 25 frames: a name, the encoding, and whether the container declares how long it should be.
  static let cuts: [(name: String, options: [String], declares: Bool)] = [
    ("fast.mp4", ["-c:v", "libx264", "-g", "25", "-movflags", "faststart"], true),
    ("full.mkv", ["-c:v", "libx264", "-g", "25"], true),
    ("full.flv", ["-c:v", "libx264", "-g", "25"], true),
    ("full.avi", ["-c:v", "mpeg4"], true),
    ("full.webm", ["-c:v", "libvpx", "-b:v", "500k"], true),
    ("full.ts", ["-c:v", "libx264", "-g", "25"], false),
    ("full.h264", ["-c:v", "libx264", "-g", "25"], false),
  ]

  @Test(arguments: cuts) func cutInHalf(name: String, options: [String], declares: Bool) throws {
    let folder = try Folder()
    _ = try folder.encode(name, source: "testsrc2=s=320x240:r=25:d=4", options)
    let whole = try folder.data(name)
    let path = try folder.write(whole.prefix(whole.count / 2), to: "cut-\(name)")
    let source = try open(path)
    let count = try frames(source).count
    #expect(count == (try probedCount(path)))
    #expect((25..<75).contains(count), "half of it, more or less: \(count)")
    #expect(source.statistics.decoded == Int64(count))
    #expect(source.statistics.damagedPackets <= 1)
    #expect(source.statistics.endedEarly == declares)
    #expect(try source.next() == nil)
  }

  @Test(arguments: ["noise.ts", "noise.mkv", "noise.mp4"]) func brokenPacketsArePassedOver(name: String)
    throws
  {
    let folder = try Folder()
    let good = try folder.encode(
      "good-\(name)", source: "testsrc2=s=320x240:r=25:d=4", ["-c:v", "libx264", "-g", "25"])
    let path = folder.file(name)
    try folder.ffmpeg(["-i", good, "-c", "copy", "-bsf:v", "noise=amount=50", "-y", path])
    let source = try open(path)
    let count = try frames(source).count
    #expect(count == (try probedCount(path)))
    #expect(count > 10)
    #expect(source.statistics.damagedPackets + source.statistics.damagedFrames > 0)
    #expect(source.statistics.damagedPackets < 100)
    #expect(!source.statistics.endedEarly)
  }

  @Test func soundThatLastsLongerIsNoEarlyEnd() throws {
    let folder = try Folder()
    for name in ["a.mkv", "a.mp4", "a.ts", "a.flv"] {
      let path = folder.file(name)
      try folder.ffmpeg([
        "-f", "lavfi", "-i", "testsrc2=s=64x48:d=1", "-f", "lavfi", "-i", "sine=d=6", "-c:v", "libx264",
        "-c:a",
        "aac", "-y", path,
      ])
      let source = try open(path)
      #expect(try frames(source).count == 25, "\(name)")
      #expect(!source.statistics.endedEarly, "\(name)")
    }
  }

  /// A frame shown for long at the end, and a cut by an edit list.
  @Test func editedVideosAreNoEarlyEnd() throws {
    let folder = try Folder()
    let long = try folder.encode(
      "long.mp4", source: "testsrc2=s=64x48:r=25:d=4", ["-c:v", "libx264", "-g", "50", "-bf", "2"])
    let path = folder.file("cut.mp4")
    try folder.ffmpeg(["-ss", "1.5", "-i", long, "-t", "1", "-c", "copy", "-y", path])
    let source = try open(path)
    #expect(try frames(source).count == (try probedCount(path)))
    #expect(!source.statistics.endedEarly)
    let slow = try folder.encode(
      "slow.mp4", source: "testsrc2=s=64x48:r=25:d=1",
      ["-vf", "setpts='if(gte(N,24),N+100,N)/25/TB'", "-vsync", "vfr", "-c:v", "libx264"])
    let still = try open(slow)
    #expect(try frames(still).count == 25)
    #expect(!still.statistics.endedEarly)
  }

  /// Bytes changed anywhere, from a fixed seed: there are frames or there is a failure, and an end.
  @Test(arguments: ["a.mp4", "a.mkv", "a.ts", "a.avi", "a.webm", "a.png", "a.gif"])
  func changedBytesNeverCrash(name: String) throws {
    let folder = try Folder()
    _ = try folder.encode(
      name, source: "testsrc2=s=96x64:r=25:d=0.4", name == "a.png" ? ["-frames:v", "1"] : [])
    let good = try folder.data(name)
    var state: UInt64 = 0x5eed
    func random(below bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    for round in 0..<40 {
      var data = good
      // The header in one half of the rounds, anywhere in the other.
      let reach = round % 2 == 0 ? min(400, data.count) : data.count
      for _ in 0..<(1 + random(below: 12)) { data[random(below: reach)] = UInt8(random(below: 256)) }
      let path = try folder.write(data, to: "changed")
      do {
        let source = try open(path)
        let count = try frames(source).count
        #expect(source.statistics.decoded == Int64(count), "\(name), round \(round)")
        #expect(count > 0 && count < 1000, "\(name), round \(round)")
      } catch let failure as Failure {
        #expect([.badData, .noInput].contains(failure.kind), "\(name), round \(round): \(failure)")
      }
    }
  }

  /// The same, where most is left out undecoded: numbers increase, and nobody counts frames that were given twice.
  @Test(arguments: ["a.mp4", "a.mkv", "a.ts", "a.avi", "a.flv", "b.avi"])
  func changedBytesWhileSkipping(name: String) throws {
    let folder = try Folder()
    _ = try folder.encode(
      name, source: "testsrc2=s=96x64:r=25:d=1",
      ["-c:v", name == "b.avi" ? "mjpeg" : name == "a.avi" ? "mpeg4" : "libx264", "-g", "8"])
    let good = try folder.data(name)
    var random = SeededGenerator(seed: 0x5eed)
    for round in 0..<30 {
      var data = good
      for _ in 0..<Int.random(in: 1...12, using: &random) {
        data[Int.random(in: 0..<data.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      let path = try folder.write(data, to: "changed")
      for selection in [FrameSelection.keyframes, .rate(4), .every(3)] {
        do {
          let source = try open(path, selection, threads: 1 + round % 2)
          let numbers = try frames(source).map(\.sequence)
          let statistics = source.statistics
          #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }, "\(name), round \(round)")
          #expect(statistics.selected == Int64(numbers.count), "\(name), round \(round)")
          #expect(statistics.frames > numbers.last ?? -1, "\(name), round \(round)")
          #expect(statistics.frames < 1000, "\(name), round \(round)")
        } catch let failure as Failure {
          #expect([.badData, .noInput].contains(failure.kind), "\(name), round \(round): \(failure)")
        }
      }
    }
  }

  /// Nothing of FFmpeg's own log reaches standard error.
  @Test func isQuiet() throws {
    let folder = try Folder()
    let good = try folder.encode("good.mp4", ["-c:v", "libx264", "-g", "25"])
    try folder.ffmpeg(["-i", good, "-c", "copy", "-bsf:v", "noise=amount=20", "-y", folder.file("noise.mp4")])
    let captured = folder.file("stderr")
    let file = creat(captured, 0o600)
    let saved = dup(2)
    dup2(file, 2)
    let source = try open(folder.file("noise.mp4"))
    let count = try frames(source).count
    dup2(saved, 2)
    close(saved)
    close(file)
    #expect(source.statistics.damagedPackets + source.statistics.damagedFrames > 0, "\(count)")
    let text = try String(contentsOfFile: captured, encoding: .utf8)
    #expect(!text.contains("[h264") && !text.contains("[mov"), "\(text)")
  }
}
