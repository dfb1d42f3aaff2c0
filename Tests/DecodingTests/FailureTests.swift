import Decoding
import Foundation
import ShuffledCore
import TestSupport
import Testing

/// The exact text and kind of every failure.
@Suite struct FailureTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  /// - Parameter text: what follows the file's path.
  func expect(
    _ path: String, as media: VideoSource.Media = .video, _ kind: Failure.Kind, _ text: String,
    operation: String? = nil, at location: SourceLocation = #_sourceLocation
  ) {
    let operation = operation ?? (media == .video ? "open video" : "open image")
    let failure = failure(path, media)
    #expect(failure?.text == "cannot \(operation) '\(path)': \(text)", sourceLocation: location)
    #expect(failure?.kind == kind, sourceLocation: location)
  }

  @Test func thePath() throws {
    expect("gate.mp4", .noInput, "no such file (check the path)")
    expect("", .noInput, "no such file (check the path)")
    expect(folder.file("none/gate.mp4"), .noInput, "no such file (check the path)")
    expect(folder.path, .noInput, "it is a directory (name a file in it)")
    expect(folder.path, as: .image, .noInput, "it is a directory (name a file in it)")
    expect("https://user:secret@example.org/a.mp4", .noInput, "no such file (check the path)")
  }

  @Test func permission() throws {
    let path = try folder.write("x", to: "secret.mp4")
    chmod(path, 0)
    asNobody { expect(path, .noInput, "permission denied (make it readable)") }
  }

  @Test func theContent() throws {
    expect(try folder.write("", to: "empty.mp4"), .badData, "it is empty")
    expect(
      try folder.write("Dear diary, today I watched television.\n", to: "text.mp4"), .badData,
      "not a video that FFmpeg can read")
    expect(
      try folder.write("just text", to: "text.jpg"), as: .image, .badData, "not an image that FFmpeg can read"
    )
    var generator = SeededGenerator(seed: 47)
    let noise = Data((0..<100_000).map { _ in UInt8.random(in: 0...255, using: &generator) })
    #expect(failure(try folder.write(noise, to: "noise.mp4"))?.kind == .badData)
    let subtitles = "1\n00:00:01,000 --> 00:00:02,000\nHello\n\n2\n00:00:03,000 --> 00:00:04,000\nWorld\n"
    expect(try folder.write(subtitles, to: "subtitles.mp4"), .badData, "not a video that FFmpeg can read")
  }

  @Test func soundOnly() throws {
    for (name, options) in [
      ("a.wav", []), ("a.mp3", []), ("a.flac", []), ("a.m4a", ["-c:a", "aac"]), ("a.mp4", ["-c:a", "aac"]),
      ("a.mkv", []), ("a.ogg", ["-c:a", "libvorbis"]), ("a.ts", ["-c:a", "aac"]), ("a.aac", []),
    ] {
      expect(
        try folder.encode(name, source: "sine=d=1", options), .badData, "it has no video stream")
    }
    // The cover of an album is no video.
    let cover = try folder.encode("cover.png", ["-frames:v", "1"])
    let album = folder.file("album.m4a")
    try folder.ffmpeg([
      "-i", folder.file("a.m4a"), "-i", cover, "-map", "0", "-map", "1", "-c", "copy", "-disposition:v:0",
      "attached_pic", "-y", album,
    ])
    expect(album, .badData, "it has no video stream")
  }

  @Test func theIndexIsMissing() throws {
    _ = try folder.encode("whole.mp4", ["-c:v", "libx264"])
    let cut = try folder.write(folder.data("whole.mp4").prefix(10_000), to: "cut.mp4")
    expect(
      cut, .badData,
      "its index is missing or damaged, as when a recording is cut off (copy it again from its source)")
  }

  @Test func theCodecIsUnknown() throws {
    _ = try folder.encode("known.mp4", ["-c:v", "libx264"])
    var data = try folder.data("known.mp4")
    let place = try #require(data.range(of: Data("avc1".utf8), options: .backwards))
    data.replaceSubrange(place, with: Data("zzzz".utf8))
    expect(
      try folder.write(data, to: "unknown.mp4"), .badData,
      "FFmpeg has no decoder for its codec 'zzzz' (convert it to H.264)")
  }

  @Test func nothingDecodes() throws {
    let good = try folder.encode("good.mkv", ["-c:v", "libvpx", "-b:v", "100k"])
    var data = try folder.data("good.mkv")
    // Every packet's own bytes, found by their timestamps' order: the clusters begin after the header.
    let start = try #require(data.range(of: Data([0x1f, 0x43, 0xb6, 0x75]))).lowerBound
    var source = try open(good)
    #expect(try frames(source).count == 50)
    // Keyframes without their start code are refused, and so is what depends on them.
    while let place = data.range(of: Data([0x9d, 0x01, 0x2a]), in: start..<data.count) {
      data.replaceSubrange(place, with: Data([0, 0, 0]))
    }
    let path = try folder.write(data, to: "broken.mkv")
    source = try open(path)
    expect(path, .badData, "none of its 50 packets could be decoded", operation: "decode video")
    #expect(source.statistics.decoded == 0)
  }

  @Test(arguments: ["mp4", "mkv", "ts", "h264"]) func absurdDimensions(ending: String) throws {
    let path = try folder.encode(
      "big.\(ending)", source: "color=s=15360x8640:r=25:d=0.04", ["-c:v", "libx264", "-preset", "ultrafast"])
    expect(
      path, .badData, "its pictures of 15360x8640 exceed the limit of 67108864 pixels (scale it down)")
  }

  /// Where the container does not tell the size, decoding does.
  @Test func absurdImages() throws {
    _ = try folder.encode("small.png", ["-frames:v", "1"])
    var data = try folder.data("small.png")
    // The header's width and height are at 16 and 20: 12,000 each.
    data.replaceSubrange(16..<24, with: [0, 0, 0x2e, 0xe0, 0, 0, 0x2e, 0xe0])
    expect(
      try folder.write(data, to: "big.png"), as: .image, .badData,
      "its pictures of 12000x12000 exceed the limit of 67108864 pixels (scale it down)",
      operation: "decode image")
  }

  @Test func aVideoIsNoImage() throws {
    expect(
      try folder.encode("a.mp4", ["-c:v", "libx264"]), as: .image, .badData,
      "it is a video, not an image (use 'shuffled process')")
  }
}
