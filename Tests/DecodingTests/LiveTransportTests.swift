import Decoding
import Foundation
import ShuffledCore
import TestSupport
import Testing

/// HLS over HTTP, MJPEG over HTTP and transport streams over SRT, from real servers on loopback.
@Suite(.serialized) struct LiveTransportTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func open(
    _ kind: LiveAddress.Kind, _ url: String, _ selection: FrameSelection = .all
  ) throws -> LiveSource {
    try LiveSource(
      LiveAddress(kind: kind, url: url, shown: url), selection: selection,
      timeouts: LiveTimeouts(connect: .seconds(10), silence: .seconds(5)))
  }

  private func failure(_ source: LiveSource, _ frames: inout [Frame]) throws -> SourceFailure {
    do {
      while let frame = try source.next() { frames.append(frame) }
    } catch let failure as SourceFailure {
      return failure
    }
    throw CommandFailure(description: "the source ended without a failure")
  }

  /// Segments of 25 frames each: `part0.ts` ...
  private func segments(_ count: Int) throws {
    try folder.ffmpeg([
      "-f", "lavfi", "-i", "testsrc2=s=320x240:r=25:d=\(count)", "-c:v", "libx264", "-g", "25", "-bf", "2",
      "-f", "hls", "-hls_time", "1", "-hls_list_size", "0", "-hls_segment_filename",
      folder.file("part%d.ts"), folder.file("whole.m3u8"),
    ])
  }

  private func writePlaylist(_ parts: Range<Int>) throws {
    var text =
      "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:\(parts.lowerBound)\n"
    for part in parts { text += "#EXTINF:1.0,\npart\(part).ts\n" }
    try folder.write(text, to: "next.m3u8")
    // At once: whoever reads sees the old one or the new one.
    guard rename(folder.file("next.m3u8"), folder.file("live.m3u8")) == 0 else {
      throw CommandFailure(description: "rename: errno \(errno)")
    }
  }

  @Test func aRecordingComesOverHLS() throws {
    try segments(3)
    let server = try FileServer(folder)
    let source = try open(.http, server.url("whole.m3u8"))
    #expect(source.information.container == "hls")
    var frames: [Frame] = []
    let failure = try failure(source, &frames)
    #expect(failure.kind == .ended)
    #expect(frames.map(\.sequence) == Array(0..<75))
    let times = frames.compactMap(\.mediaTime?.microseconds)
    #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 == 40_000 })
  }

  /// A playlist that goes on: parts are read as they come, old ones go.
  @Test func aLivePlaylistIsFollowed() throws {
    try segments(6)
    try writePlaylist(0..<4)
    let server = try FileServer(folder)
    let source = try open(.http, server.url("live.m3u8"))
    // It begins with the third part from the end.
    var frames = try (0..<40).compactMap { _ in try source.next() }
    try writePlaylist(2..<6)
    frames += try (0..<80).compactMap { _ in try source.next() }
    #expect(frames.map(\.sequence) == Array(0..<120))
    let times = frames.compactMap(\.mediaTime?.microseconds)
    #expect(zip(times, times.dropFirst()).allSatisfy { $1 - $0 == 40_000 })
    let failure = try failure(source, &frames)
    #expect(failure.kind == .silent)
    #expect(failure.description == "cannot read stream '\(server.url("live.m3u8"))': no frame for 5 s")
    #expect(frames.count <= 125)
  }

  @Test func keyframesOfAPlaylist() throws {
    try segments(3)
    let server = try FileServer(folder)
    let source = try open(.http, server.url("whole.m3u8"), .keyframes)
    var frames: [Frame] = []
    #expect(try failure(source, &frames).kind == .ended)
    #expect(frames.map(\.sequence) == [0, 25, 50])
    #expect(source.statistics.decoded == 3)
  }

  @Test func aStreamWithoutKeyframesIsGivenUp() throws {
    let path = try folder.encode(
      "rare.ts", source: "testsrc2=s=320x240:r=25:d=2", ["-c:v", "libx264", "-g", "1000", "-bf", "0"])
    let server = try LoopbackServer(.whole(Data(contentsOf: URL(fileURLWithPath: path))))
    let url = server.url("/rare.ts")
    let source = try LiveSource(
      LiveAddress(kind: .http, url: url, shown: url), selection: .keyframes,
      timeouts: LiveTimeouts(connect: .seconds(10), silence: .seconds(5), keyframe: .zero))
    #expect(try source.next()?.sequence == 0)
    let failure = #expect(throws: SourceFailure.self) { try source.next() }
    #expect(failure?.kind == .silent)
    #expect(failure?.description == "cannot read stream '\(url)': no keyframe for 0 s")
  }

  /// As cameras send it: JPEGs with a boundary between them. Those between two that are asked for are not decoded.
  @Test func picturesOverHTTP() throws {
    try folder.ffmpeg([
      "-f", "lavfi", "-i", "testsrc2=s=320x240:r=25:d=2", "-c:v", "mjpeg", "-f", "mpjpeg",
      folder.file("body"),
    ])
    let server = LoopbackServer(
      .whole(try folder.data("body"), ["Content-Type: multipart/x-mixed-replace;boundary=ffmpeg"]))
    let source = try open(.http, server.url("/video"), .every(5))
    var frames: [Frame] = []
    let failure = try failure(source, &frames)
    #expect(failure.kind == .ended, "\(failure)")
    #expect(frames.map(\.sequence) == Array(stride(from: 0, to: 50, by: 5)))
    #expect(source.statistics.frames == 50)
    #expect(source.statistics.selected == 10)
  }

  private static let lacksSRT =
    (try? run("ffmpeg", ["-hide_banner", "-protocols"]))?.contains("srt\n") != true

  @Test(.disabled(if: lacksSRT, "this FFmpeg has no SRT")) func aTransportStreamComesOverSRT() throws {
    let port = RTSPCamera.freePort()
    let sender = try Sender([
      "-re", "-f", "lavfi", "-i", "testsrc2=s=320x240:r=25", "-c:v", "libx264", "-g", "10", "-tune",
      "zerolatency", "-f", "mpegts", "srt://127.0.0.1:\(port)?mode=listener",
    ])
    // The caller knocks until the listener is there.
    let url = "srt://127.0.0.1:\(port)?mode=caller"
    let source = try open(.srt, url)
    #expect(source.information.container == "mpegts")
    var frames = try (0..<20).compactMap { _ in try source.next() }
    #expect(frames.map(\.sequence) == Array(0..<20))
    #expect(frames.allSatisfy { $0.picture.size == PixelSize(width: 320, height: 240) })
    sender.kill()
    let failure = try failure(source, &frames)
    #expect([.ended, .reset, .silent].contains(failure.kind), "\(failure)")
  }

  @Test(.disabled(if: lacksSRT, "this FFmpeg has no SRT")) func nobodyListensForSRT() throws {
    let port = RTSPCamera.freePort()
    let url = "srt://127.0.0.1:\(port)?mode=caller"
    let failure = #expect(throws: SourceFailure.self) {
      try LiveSource(
        LiveAddress(kind: .srt, url: url, shown: url),
        timeouts: LiveTimeouts(connect: .milliseconds(500), silence: .seconds(2)))
    }
    #expect([.timedOut, .refused].contains(failure?.kind), "\(String(describing: failure))")
  }
}
