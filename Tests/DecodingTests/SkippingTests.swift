import Decoding
import ShuffledCore
import TestSupport
import Testing

/// What is left out undecoded changes nothing of what is given: not the choice, not the numbers, not a bit of the pictures.
@Suite struct SkippingTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  /// 8-bit 4:2:0 all of them, 4 seconds of 25 frames; whether some of their frames need not be decoded for a slower rate.
  static let encodings: [(name: String, encoder: String, options: [String], skips: Bool)] = [
    ("b.mp4", "libx264", ["-bf", "3", "-g", "20"], true),
    ("b.mkv", "libx264", ["-bf", "3", "-g", "20"], true),
    ("b.ts", "libx264", ["-bf", "3", "-g", "20"], true),
    ("b.flv", "libx264", ["-bf", "3", "-g", "20"], true),
    ("many-b.mp4", "libx264", ["-bf", "8", "-b_strategy", "0", "-x264-params", "b-pyramid=2"], true),
    ("flat-b.mp4", "libx264", ["-bf", "2", "-x264-params", "b-pyramid=0"], true),
    ("open-gop.mp4", "libx264", ["-bf", "3", "-x264-params", "open-gop=1:keyint=10"], true),
    ("open-gop.ts", "libx264", ["-bf", "3", "-x264-params", "open-gop=1:keyint=10"], true),
    ("no-b.mp4", "libx264", ["-bf", "0", "-g", "20"], false),
    ("interlaced.ts", "libx264", ["-flags", "+ildct+ilme", "-x264-params", "interlaced=1"], false),
    ("raw.h264", "libx264", ["-bf", "2"], false),
    (
      "variable.mp4", "libx264",
      ["-vf", "select='lt(n,10)+not(mod(n,3))+not(mod(n,7))'", "-vsync", "vfr", "-bf", "3"], true
    ),
    ("hevc.mp4", "libx265", ["-x265-params", "log-level=none:keyint=20"], true),
    ("hevc.ts", "libx265", ["-x265-params", "log-level=none:keyint=20"], false),
    ("hevc-open.mkv", "libx265", ["-x265-params", "log-level=none:keyint=10:open-gop=1"], false),
    ("motion.avi", "mjpeg", ["-pix_fmt", "yuvj420p"], true),
    ("motion.mkv", "mjpeg", ["-pix_fmt", "yuvj420p"], true),
    ("prores.mov", "prores_ks", [], true),
    ("huffman.avi", "ffvhuff", [], true),
    ("plain.y4m", "wrapped_avframe", [], true),
    ("mpeg2.ts", "mpeg2video", ["-bf", "2", "-g", "10"], false),
    ("mpeg4.avi", "mpeg4", ["-bf", "2", "-g", "10"], false),
    ("vp9.webm", "libvpx-vp9", ["-b:v", "200k", "-cpu-used", "8", "-g", "20"], false),
    ("av1.mkv", "libsvtav1", ["-preset", "12", "-g", "20"], false),
  ]

  private func encode(_ name: String, _ encoder: String, _ options: [String]) throws -> String? {
    guard try hasEncoder(encoder) else {
      print("skipped \(name): this FFmpeg has no encoder \(encoder)")
      return nil
    }
    return try folder.encode(
      name, source: "testsrc2=s=160x96:r=25:d=4,format=yuv420p", ["-c:v", encoder] + options)
  }

  @Test(arguments: encodings) func theSameFramesAreGiven(
    name: String, encoder: String, options: [String], skips: Bool
  ) throws {
    guard let path = try encode(name, encoder, options) else { return }
    let all = try frames(open(path))
    let whole = all.map { digest($0) }
    let information = try open(path).information
    for selection in [FrameSelection.rate(1), .rate(5), .rate(7.5), .every(2), .every(3), .every(10)] {
      for threads in [1, 3] {
        var selector = FrameSelector(
          selection, frameRate: information.frameRate,
          timestampUnit: .microseconds(name.hasSuffix("mkv") ? 1000 : 1))
        let expected = whole.filter { selector.selects(sequence: $0.sequence, at: $0.mediaTime) }
        let source = try open(path, selection, threads: threads)
        let given = try frames(source).map { digest($0) }
        #expect(given == expected, "\(selection), \(threads) threads")
        let statistics = source.statistics
        #expect(statistics.frames == Int64(all.count), "\(selection), \(threads) threads: \(statistics)")
        #expect(statistics.selected == Int64(given.count))
        #expect(statistics.damagedPackets == 0 && statistics.damagedFrames == 0)
        if selection == .rate(1) {
          #expect((statistics.skipped > 10) == skips, "\(statistics)")
        }
      }
    }
  }

  @Test(arguments: encodings) func keyframesOnly(
    name: String, encoder: String, options: [String], skips: Bool
  )
    throws
  {
    guard let path = try encode(name, encoder, options) else { return }
    let all = try frames(open(path)).map { digest($0) }
    let keys = try run(
      "ffprobe",
      ["-select_streams", "v:0", "-show_entries", "packet=flags", "-of", "csv=p=0", "file:" + path]
    ).split(separator: "\n").filter { $0.hasPrefix("K") }.count
    for threads in [1, 3] {
      let source = try open(path, .keyframes, threads: threads)
      let given = try frames(source).map { digest($0) }
      #expect(given.count == keys, "\(threads) threads")
      // Without timestamps only the order of packets is known.
      let hasTimes = name != "mpeg4.avi"
      #expect(
        hasTimes
          ? Set(given).isSubset(of: all) : Set(given.map(\.samples)).isSubset(of: Set(all.map(\.samples))),
        "\(threads) threads")
      #expect(given.map(\.sequence) == given.map(\.sequence).sorted())
      #expect(source.statistics.frames == Int64(all.count), "\(source.statistics)")
      // Interlaced ones may consist of fields: all of them are decoded.
      if name != "interlaced.ts" { #expect(source.statistics.decoded == Int64(keys)) }
    }
  }

  /// Cut off at the front in the middle of a group: nothing before the first keyframe is a frame.
  @Test func whatComesBeforeTheFirstKeyframeIsNotCounted() throws {
    let path = try #require(
      try encode("cut.ts", "libx264", ["-bf", "3", "-x264-params", "open-gop=1:keyint=30:repeat-headers=1"]))
    let data = try folder.data("cut.ts")
    let cut = try folder.write(data.dropFirst(188 * (data.count / 188 / 5)), to: "front.ts")
    let all = try frames(open(cut)).map { digest($0) }
    let count = try frames(open(path)).count
    #expect((50..<99).contains(all.count), "\(all.count) of \(count)")
    let source = try open(cut, .keyframes)
    let given = try frames(source).map { digest($0) }
    #expect(given.count >= 2)
    #expect(Set(given).isSubset(of: all), "\(given.map(\.sequence))")
    #expect(source.statistics.frames == Int64(all.count))
  }

  /// A recording joined to another: timestamps begin again, and no frame of the second is taken for one of the first.
  @Test func recordingsThatWereJoined() throws {
    _ = try encode("a.ts", "libx264", ["-bf", "2", "-g", "20"])
    let path = try folder.write(folder.data("a.ts") + folder.data("a.ts"), to: "joined.ts")
    let all = try frames(open(path)).map { digest($0) }
    for selection in [FrameSelection.rate(2), .every(4)] {
      var selector = FrameSelector(selection, frameRate: 25, timestampUnit: .microseconds(11))
      let expected = all.filter { selector.selects(sequence: $0.sequence, at: $0.mediaTime) }
      let source = try open(path, selection)
      #expect(try frames(source).map { digest($0) } == expected, "\(selection)")
      #expect(source.statistics.frames == Int64(all.count))
    }
    let keys = try frames(open(path, .keyframes)).map { digest($0) }
    #expect(Set(keys).isSubset(of: all), "\(keys.map(\.sequence))")
    #expect(keys.count == 10)
  }

  @Test func aDamagedPictureAmongThoseThatAreNotSkipped() throws {
    _ = try encode("a.avi", "mjpeg", ["-pix_fmt", "yuvj420p"])
    var data = try folder.data("a.avi")
    // The eleventh picture's start.
    var starts: [Int] = []
    for index in data.indices.dropLast(2)
    where data[index] == 0xff && data[index + 1] == 0xd8 && data[index + 2] == 0xff {
      starts.append(index)
    }
    try #require(starts.count == 100)
    for index in starts[10]..<starts[11] - 16 { data[index] = 0 }
    let path = try folder.write(data, to: "damaged.avi")
    let all = try frames(open(path)).map { digest($0) }
    #expect(all.count == 99)
    let source = try open(path, .every(5))
    let given = try frames(source).map { digest($0) }
    #expect(given == all.filter { $0.sequence % 5 == 0 }, "\(given.map(\.sequence))")
    #expect(source.statistics.frames == 99)
    #expect(source.statistics.damagedPackets == 1)
  }
}
