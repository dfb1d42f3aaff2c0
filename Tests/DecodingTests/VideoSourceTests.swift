import Decoding
import Foundation
import ShuffledCore
import TestSupport
import Testing

@Suite struct VideoSourceTests {
  /// A file's name and how it is encoded. Sources are 2 seconds of 25 frames.
  static let encodings: [(name: String, encoder: String, options: [String])] = [
    ("b-frames.mp4", "libx264", ["-bf", "3", "-g", "12"]),
    ("no-b-frames.mp4", "libx264", ["-bf", "0"]),
    ("open-gop.mkv", "libx264", ["-bf", "3", "-x264-params", "open-gop=1:keyint=10"]),
    ("interlaced.ts", "libx264", ["-flags", "+ildct+ilme", "-x264-params", "interlaced=1"]),
    ("ten-bit.mkv", "libx264", ["-pix_fmt", "yuv420p10le"]),
    ("full-chroma.mp4", "libx264", ["-pix_fmt", "yuv444p"]),
    ("lossless-rgb.mkv", "libx264rgb", ["-qp", "0"]),
    ("raw.h264", "libx264", ["-bf", "2"]),
    ("fragmented.mp4", "libx264", ["-movflags", "frag_keyframe+empty_moov", "-g", "10"]),
    ("flash.flv", "libx264", []),
    ("hevc.mp4", "libx265", ["-x265-params", "log-level=none"]),
    ("hevc.ts", "libx265", ["-x265-params", "log-level=none:bframes=4"]),
    ("raw.hevc", "libx265", ["-x265-params", "log-level=none", "-f", "hevc"]),
    ("vp8.webm", "libvpx", ["-b:v", "300k"]),
    ("vp9.webm", "libvpx-vp9", ["-b:v", "300k", "-auto-alt-ref", "1", "-lag-in-frames", "16"]),
    ("vp9.ivf", "libvpx-vp9", ["-b:v", "300k"]),
    ("av1.mkv", "libsvtav1", ["-preset", "12"]),
    ("av1.mp4", "libaom-av1", ["-cpu-used", "8", "-row-mt", "1"]),
    ("motion.avi", "mjpeg", ["-q:v", "5"]),
    ("motion.mjpeg", "mjpeg", ["-q:v", "5", "-f", "mjpeg"]),
    ("mpeg2.ts", "mpeg2video", ["-bf", "2"]),
    ("mpeg2.mpg", "mpeg2video", ["-bf", "2", "-f", "mpeg"]),
    ("mpeg2.m2v", "mpeg2video", ["-bf", "2", "-f", "mpeg2video"]),
    ("mpeg4.avi", "mpeg4", ["-bf", "2"]),
    ("prores.mov", "prores_ks", []),
    ("dnx.mxf", "dnxhd", ["-s", "1280x720", "-b:v", "60M", "-pix_fmt", "yuv422p"]),
    ("theora.ogv", "libtheora", []),
    ("windows.asf", "wmv2", []),
    ("lossless.mkv", "ffv1", []),
    ("plain.y4m", "wrapped_avframe", ["-pix_fmt", "yuv420p"]),
    ("moving.gif", "gif", []),
    ("moving.apng", "apng", ["-f", "apng"]),
    ("odd.mkv", "ffv1", ["-s", "191x107"]),
  ]

  @Test(arguments: encodings)
  func everyFrameOnceInOrderWithItsTimestamp(name: String, encoder: String, options: [String]) throws {
    guard try hasEncoder(encoder) else {
      print("skipped \(name): this FFmpeg has no encoder \(encoder)")
      return
    }
    let folder = try Folder()
    let path = try folder.encode(name, ["-c:v", encoder] + options)
    let source = try open(path)
    let frames = try frames(source)
    #expect(frames.count == (try probedCount(path)))
    #expect(frames.map { $0.mediaTime?.microseconds } == (try probedTimes(path)))
    #expect(frames.map(\.sequence) == Array(0..<Int64(frames.count)))
    #expect(frames.allSatisfy { $0.decode >= .zero })
    #expect(Set(frames.map(\.picture.size)).count == 1)
    let statistics = source.statistics
    #expect(statistics.decoded == Int64(frames.count))
    #expect(statistics.selected == Int64(frames.count))
    #expect(statistics.damagedPackets == 0)
    #expect(statistics.damagedFrames == 0)
    #expect(statistics.ended)
    #expect(!statistics.endedEarly)
    #expect(try source.next() == nil)
  }

  @Test func information() throws {
    let folder = try Folder()
    let path = try folder.encode("b.mp4", ["-c:v", "libx264", "-bf", "2"])
    #expect(
      try open(path).information
        == VideoInformation(
          container: "mov", codec: "h264", size: PixelSize(width: 192, height: 108), orientation: .upright,
          duration: .seconds(2), frameRate: 25, expectedFrames: .exact(50),
          startTime: MediaTime(microseconds: 0)))
    let stream = try folder.encode("b.ts", ["-c:v", "libx264", "-bf", "2"])
    let information = try open(stream).information
    #expect(information.container == "mpegts")
    #expect(
      information.startTime == MediaTime(microseconds: try #require(try probedTimes(stream).first ?? nil)))
    #expect(information.expectedFrames == .estimated(50))
  }

  @Test func variableFrameRate() throws {
    let folder = try Folder()
    let path = try folder.encode(
      "variable.mp4",
      ["-vf", "select='lt(n,10)+not(mod(n,3))+not(mod(n,7))'", "-vsync", "vfr", "-c:v", "libx264"])
    let times = try frames(open(path)).map { $0.mediaTime?.microseconds }
    #expect(times == (try probedTimes(path)))
    #expect(times.count == (try probedCount(path)))
    let gaps = Set(zip(times, times.dropFirst()).map { ($1 ?? 0) - ($0 ?? 0) })
    #expect(gaps.count > 2, "the test's own video has a variable rate")
  }

  @Test func selectsByNumberAndByTime() throws {
    let folder = try Folder()
    let path = try folder.encode("b.mkv", ["-c:v", "libx264", "-bf", "2"])
    let third = try open(path, .every(3))
    #expect(try frames(third).map(\.sequence) == Array(stride(from: 0, to: 50, by: 3)))
    #expect(third.statistics.frames == 50)
    #expect(third.statistics.selected == 17)
    let slow = try open(path, .rate(5))
    #expect(try frames(slow).map(\.sequence) == Array(stride(from: 0, to: 50, by: 5)))
  }

  /// Two transport streams joined, as a camera that is set anew writes them.
  @Test func changesOfSizeAndFormat() throws {
    let folder = try Folder()
    let small = try folder.encode("small.ts", ["-c:v", "libx264", "-pix_fmt", "yuv420p"])
    let large = try folder.encode(
      "large.ts", source: "testsrc2=s=320x240:r=25:d=1", ["-c:v", "libx264", "-pix_fmt", "yuv444p"])
    let joined = try folder.write(folder.data("small.ts") + folder.data("large.ts"), to: "joined.ts")
    let alone = try (frames(open(small)) + frames(open(large)))
    let frames = try frames(open(joined))
    #expect(frames.count == (try probedCount(joined)))
    #expect(frames.count == 75)
    #expect(frames.map(\.picture.size) == alone.map(\.picture.size))
    #expect(frames.map(\.picture.pixelFormat) == alone.map(\.picture.pixelFormat))
    #expect(Set(frames.map(\.picture.size)).count == 2)
    #expect(Set(frames.map(\.picture.pixelFormat)).count == 2)
  }

  @Test func colorsAreAsTold() throws {
    let folder = try Folder()
    for (space, range, matrix, expected) in [
      ("bt709", "tv", ColorDescription.Matrix.bt709, ColorDescription.Range.limited),
      ("bt709", "pc", .bt709, .full), ("smpte170m", "tv", .bt601, .limited), ("bt470bg", "pc", .bt601, .full),
      ("bt2020nc", "tv", .bt2020, .limited), ("smpte240m", "tv", .smpte240m, .limited),
    ] {
      let path = try folder.encode(
        "color.mp4", source: "testsrc2=s=64x48:d=0.1",
        ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-colorspace", space, "-color_range", range])
      let color = try #require(try open(path).next()).picture.color
      #expect(color.matrix == matrix, "\(space) \(range)")
      #expect(color.range == expected, "\(space) \(range)")
      #expect(color.chromaLocation == .left, "\(space) \(range)")
    }
  }

  @Test func colorsThatAreNotTold() throws {
    let folder = try Folder()
    for (size, matrix) in [
      ("640x576", ColorDescription.Matrix.bt601), ("1278x718", .bt601), ("1280x544", .bt709),
      ("960x720", .bt709),
    ] {
      let path = try folder.encode(
        "size.mkv", source: "color=s=\(size):d=0.04", ["-pix_fmt", "yuv420p", "-c:v", "libx264"])
      #expect(
        try #require(try open(path).next()).picture.color
          == ColorDescription(matrix: matrix, range: .limited), "\(size)")
    }
    let jpeg = try folder.encode("picture.jpg", ["-frames:v", "1", "-pix_fmt", "yuvj420p"])
    #expect(
      try #require(try open(jpeg).next()).picture.color
        == ColorDescription(matrix: .bt601, range: .full, chromaLocation: .center))
    let gray = try folder.encode("gray.png", ["-frames:v", "1", "-pix_fmt", "gray"])
    #expect(try #require(try open(gray).next()).picture.color.range == .full)
  }

  @Test func picturesOutliveTheDecoder() throws {
    let folder = try Folder()
    let path = try folder.encode("kept.mkv", ["-c:v", "ffv1", "-pix_fmt", "rgb24"])
    func sum(_ picture: Picture) -> Int {
      picture.withPlanes { planes in
        (0..<picture.size.height).reduce(0) { sum, y in
          (0..<picture.size.width).reduce(sum) {
            $0 &* 31 &+ Int(planes[0].address[y * planes[0].stride + $1])
          }
        }
      }
    }
    var kept: [Picture] = []
    var sums: [Int] = []
    do {
      let source = try open(path)
      while let frame = try source.next() {
        kept.append(frame.picture)
        sums.append(sum(frame.picture))
      }
    }
    #expect(kept.map(sum) == sums)
    #expect(Set(sums).count == 50)
  }

  @Test(arguments: [1, 2, 4]) func threadsChangeNothing(threads: Int) throws {
    let folder = try Folder()
    let path = try folder.encode("t.mp4", ["-c:v", "libx264", "-bf", "3"])
    let one = try frames(open(path, threads: 1))
    let some = try frames(open(path, threads: threads))
    #expect(some.map(\.mediaTime) == one.map(\.mediaTime))
  }

  @Test func statisticsAreReadableMeanwhile() throws {
    let folder = try Folder()
    let source = try open(folder.encode("s.mp4", ["-c:v", "libx264"]))
    #expect(source.statistics == DecodingStatistics())
    let first = try #require(try source.next())
    #expect(source.statistics.decoded == 1)
    #expect(source.statistics.lastMediaTime == first.mediaTime)
    #expect(!source.statistics.ended)
  }

  // MARK: Images

  @Test func imagesHaveOneFrame() throws {
    let folder = try Folder()
    for name in ["a.png", "a.jpg", "a.bmp", "a.tiff", "a.webp", "a.gif", "a.ppm"] {
      let path = try folder.encode(name, ["-frames:v", "1"])
      for media in [VideoSource.Media.image, .video] {
        let source = try VideoSource(path: path, media: media, selection: .all)
        let frames = try frames(source)
        #expect(frames.map(\.picture.size) == [PixelSize(width: 192, height: 108)], "\(name)")
        #expect(!source.statistics.endedEarly, "\(name)")
      }
    }
  }

  @Test func theFirstOfAnAnimation() throws {
    let folder = try Folder()
    let path = try folder.encode("a.gif", [])
    #expect(try frames(VideoSource(path: path, media: .image, selection: .all)).count == 1)
    #expect(try frames(open(path)).count == 50)
  }
}
