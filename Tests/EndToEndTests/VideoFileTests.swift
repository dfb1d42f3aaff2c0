import Foundation
import Glibc
import TestSupport
import Testing

/// Files that are no videos, or not whole: one line says what is wrong, and what can be had of them is kept.
@Suite struct VideoFileTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  private func runs() throws -> String {
    try sqlite("SELECT id, state, frames_decoded, frames_classified, frames_failed FROM runs", in: folder)
  }

  /// No run is begun for a file that cannot be opened.
  @Test func filesThatAreNoVideos() throws {
    let none = "no such file (check the path)"
    try folder.write("", to: "empty.mp4")
    try folder.write("Dear diary, today I watched television.\n", to: "text.mp4")
    try folder.write(
      Data((0..<50_000).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 31 >> 3) }), to: "bytes.mp4")
    try folder.encode("audio.mp4", source: "sine=d=1", ["-c:a", "aac"])
    try folder.encode("audio.mp3", source: "sine=d=1", [])
    try folder.encode(
      "giant.mp4", source: "color=s=15360x8640:r=25:d=0.04", ["-c:v", "libx264", "-preset", "ultrafast"])
    try folder.encode("whole.mp4", ["-c:v", "libx264"])
    try folder.write(folder.data("whole.mp4").prefix(10_000), to: "cut.mp4")
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("loop.mp4"), withDestinationPath: "loop.mp4")
    let long = String(repeating: "x", count: 300) + ".mp4"
    let cases: [(name: String, code: Int32, cause: String)] = [
      ("none.mp4", 66, none), ("none/a.mp4", 66, none), ("text.mp4/a.mp4", 66, none), ("", 66, none),
      ("concat:empty.mp4|text.mp4", 66, none), ("http://127.0.0.1:9/a.mp4", 66, none),
      ("file:text.mp4", 66, none), (".", 66, "it is a directory (name a file in it)"),
      ("loop.mp4", 66, "too many levels of symbolic links"), (long, 66, "file name too long"),
      ("empty.mp4", 65, "it is empty"), ("text.mp4", 65, "not a video that FFmpeg can read"),
      ("bytes.mp4", 65, "not a video that FFmpeg can read"), ("audio.mp4", 65, "it has no video stream"),
      ("audio.mp3", 65, "it has no video stream"),
      (
        "giant.mp4", 65,
        "its pictures of 15360x8640 exceed the limit of 67108864 pixels (scale it down)"
      ),
      (
        "cut.mp4", 65,
        "its index is missing or damaged, as when a recording is cut off (copy it again from its source)"
      ),
    ]
    for (name, code, cause) in cases {
      expectRefusal(try process([name], in: folder), code, "cannot open video '\(name)': \(cause)")
    }
    #expect(try runs() == "")
  }

  @Test func aTruncatedVideoKeepsWhatCouldBeDecoded() throws {
    try folder.encode(
      "fast.mp4", source: "testsrc2=s=192x108:r=25:d=4",
      ["-c:v", "libx264", "-g", "25", "-movflags", "faststart"])
    let whole = try folder.data("fast.mp4")
    let cut = try folder.write(whole.prefix(whole.count / 2), to: "cut.mp4")
    let count = try probedCount(cut)
    #expect((25..<75).contains(count))
    let ending = try process(["--format", "json", "cut.mp4"], in: folder)
    let report = try #require(try objects(ending.output).first)
    let damaged = try #require(report["damaged_packets"] as? Int)
    let packets = damaged == 0 ? "" : ", \(damaged) damaged packet\(damaged == 1 ? "" : "s")"
    let line =
      "cannot decode all of 'cut.mp4': the file ends early\(packets) (the \(count) frames that could be decoded are stored)"
    #expect(ending.errors == "shuffled: \(line)\n")
    #expect(ending.code == 65)
    #expect(report["state"] as? String == "partial")
    #expect(report["error"] as? String == line)
    #expect(try runs() == "1|partial|\(count)|\(count)|0")
    #expect(try sqlite("SELECT error FROM run_overview", in: folder) == line)
    #expect(try sqlite("SELECT count(*) FROM results", in: folder) == "\(count)")
  }

  @Test func corruptPacketsAreCountedAndPassedOver() throws {
    try folder.encode(
      "good.mp4", source: "testsrc2=s=320x240:r=25:d=4", ["-c:v", "libx264", "-g", "25"])
    try folder.ffmpeg([
      "-i", folder.file("good.mp4"), "-c", "copy", "-bsf:v", "noise=amount=50", "-y",
      folder.file("noise.mp4"),
    ])
    let count = try probedCount(folder.file("noise.mp4"))
    let ending = try process(["-f", "json", "noise.mp4"], in: folder)
    #expect(ending.code == 65)
    let report = try #require(try objects(ending.output).first)
    let frames = try #require(report["frames"] as? [String: Int])
    #expect(frames["decoded"] == count && frames["classified"] == count && frames["failed"] == 0)
    #expect(
      ending.errors.range(
        of:
          "^shuffled: cannot decode all of 'noise.mp4': [0-9, a-z]*damaged [a-z]+ \\(the \(count) frames that could be decoded are stored\\)\n$",
        options: .regularExpression) != nil, "\(ending.errors)")
    #expect(try runs() == "1|partial|\(count)|\(count)|0")
  }

  @Test func aVideoOfWhichNothingCanBeDecoded() throws {
    try folder.encode("good.mkv", ["-c:v", "libvpx", "-b:v", "100k"])
    var data = try folder.data("good.mkv")
    let start = try #require(data.range(of: Data([0x1f, 0x43, 0xb6, 0x75]))).lowerBound
    while let place = data.range(of: Data([0x9d, 0x01, 0x2a]), in: start..<data.count) {
      data.replaceSubrange(place, with: Data([0, 0, 0]))
    }
    try folder.write(data, to: "broken.mkv")
    let line = "cannot decode video 'broken.mkv': none of its 50 packets could be decoded"
    let ending = try process(["broken.mkv"], in: folder)
    #expect(ending.code == 65)
    #expect(ending.errors == "shuffled: \(line)\n")
    #expect(
      masked(ending.output)
        == "broken.mkv: partial\n  frames   0 decoded, 0 classified, 0 failed\n  speed # frames/s, # s\n  stored   run 1 in x.db\n"
    )
    #expect(try runs() == "1|partial|0|0|0")
  }

  /// A file that fails is reported, the others go on, and the exit code tells.
  @Test func oneBadFileAmongSeveral() throws {
    try folder.encode("good.mp4", source: "testsrc2=s=192x108:r=25:d=1", ["-c:v", "libx264"])
    try folder.write("", to: "empty.mp4")
    func good(_ run: Int) -> String {
      report(
        "good.mp4", frames: "25 decoded, 25 classified, 0 failed", run: run,
        labels: [("cloud", 25, "100.0 %")])
    }
    let missing = "shuffled: cannot open video 'none.mp4': no such file (check the path)\n"
    let empty = "shuffled: cannot open video 'empty.mp4': it is empty\n"
    var ending = try process(["none.mp4", "good.mp4", "none.mp4"], in: folder)
    #expect(ending.code == 66)
    #expect(ending.errors == missing + missing)
    #expect(masked(ending.output) == masked(good(1)))
    ending = try process(["empty.mp4", "good.mp4"], in: folder)
    #expect(ending.code == 65 && ending.errors == empty)
    ending = try process(["good.mp4", "empty.mp4", "good.mp4", "none.mp4"], in: folder)
    #expect(ending.code == 1, "two different failures")
    #expect(ending.errors == empty + missing)
    #expect(masked(ending.output) == masked(good(3) + good(4)))
    #expect(try runs() == "1|complete|25|25|0\n2|complete|25|25|0\n3|complete|25|25|0\n4|complete|25|25|0")
  }

  /// Reading the first file fails as it does on a broken disk.
  @Test(.enabled(if: canTrace, "strace cannot be used here")) func aBrokenDiskUnderOneFile() throws {
    try folder.encode("good.mp4", source: "testsrc2=s=96x64:r=25:d=1", ["-c:v", "libx264"])
    try FileManager.default.copyItem(atPath: folder.file("good.mp4"), toPath: folder.file("bad.mp4"))
    let ending = try process(
      ["-f", "json", "bad.mp4", "good.mp4"], in: folder,
      shell: "exec strace -f -qq -o /dev/null -P \"$PWD/bad.mp4\" -e inject=read:error=EIO \"$@\"")
    #expect(ending.code == 74)
    #expect(ending.errors == "shuffled: cannot open video 'bad.mp4': input/output error\n")
    #expect(try runs() == "1|complete|25|25|0")
  }

  /// Names that FFmpeg, a shell or getopt would take for something else.
  @Test func namesAreNames() throws {
    try folder.encode("seen.ts", source: "testsrc2=s=96x64:r=25:d=0.4", ["-c:v", "libx264"])
    let data = try folder.data("seen.ts")
    let names = [
      "concat:a|b", "a:b.mp4", "file:c.mp4", "subfile,,start,0,end,9,,:x.ts", "pipe:0", "%03d.ts", "-x.mp4",
      "-",
      "e?f#g.ts", " h i.ts", "ü猫.ts", "'q\"; DROP TABLE runs --.ts",
    ]
    for name in names { try folder.write(data, to: name) }
    let ending = try process(["-f", "json", "--"] + names, in: folder)
    #expect(ending.code == 0 && ending.errors == "")
    let reports = try objects(ending.output)
    #expect(reports.map { $0["source"] as? String } == names)
    #expect(reports.allSatisfy { ($0["frames"] as? [String: Int])?["classified"] == 10 })
    let streams = try sqlite(
      "SELECT s.name || '=' || s.source FROM runs r JOIN streams s ON s.id = stream_id", in: folder)
    #expect(streams.split(separator: "\n").map(String.init) == names.map { "\($0)=\(folder.file($0))" })
  }
}

/// Whether this system lets strace watch and disturb a program.
let canTrace: Bool = {
  guard let folder = try? Folder(),
    let call = try? Call(["/usr/bin/env", "strace", "-f", "-qq", "-o", "/dev/null", "true"], in: folder)
  else { return false }
  return (try? call.end())?.code == 0
}()
