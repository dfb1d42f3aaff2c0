import Decoding
import ShuffledCore
import TestSupport
import Testing

/// What a live source is asked for, and that it changes, against a real camera.
@Suite(
  .serialized, .disabled(if: RTSPCamera.unavailable != nil, Comment(rawValue: RTSPCamera.unavailable ?? "")))
struct LiveSelectionTests {
  private let folder: Folder
  private let camera: RTSPCamera
  /// What the camera can show: hashes of its 100 pictures, and those of its 4 keyframes among them.
  private let pictures: Set<UInt64>
  private let keyframes: Set<UInt64>

  init() throws {
    folder = try Folder()
    let path = try folder.encode(
      "camera.h264", source: "testsrc2=s=320x240:r=25:d=4,format=yuv420p",
      ["-c:v", "libx264", "-bf", "0", "-g", "25", "-x264-params", "aud=1:repeat-headers=1"])
    camera = try RTSPCamera(file: path)
    pictures = Set(try frames(open(path)).map { digest($0).samples })
    keyframes = Set(try frames(open(path, .keyframes)).map { digest($0).samples })
    try #require(keyframes.count == 4 && pictures.count == 100)
  }

  private func connect(_ selection: FrameSelection, region: RegionOfInterest = .whole) throws -> LiveSource {
    let url = "rtsp://127.0.0.1:\(camera.port)/cam1"
    return try LiveSource(
      LiveAddress(kind: .rtsp, url: url, shown: url), selection: selection, region: region,
      timeouts: LiveTimeouts(connect: .seconds(5), silence: .seconds(5)))
  }

  private func take(_ source: LiveSource, _ count: Int) throws -> [Frame] {
    try (0..<count).compactMap { _ in try source.next() }
  }

  private func samples(_ frames: [Frame]) -> [UInt64] { frames.map { digest($0).samples } }

  @Test func onlyKeyframesAreDecoded() throws {
    let source = try connect(.keyframes)
    let frames = try take(source, 3)
    #expect(keyframes.isSuperset(of: samples(frames)))
    #expect(zip(frames, frames.dropFirst()).allSatisfy { $1.sequence - $0.sequence == 25 })
    // Given when it came, not when the next one did.
    let times = frames.map { Double($0.wallTime.microseconds - ($0.mediaTime?.microseconds ?? 0)) / 1e6 }
    #expect((times.max() ?? 9) - (times.min() ?? 0) < 0.9, "\(times)")
    let statistics = source.statistics
    #expect(statistics.decoded == 3 && statistics.selected == 3)
    #expect(statistics.frames == frames[2].sequence + 1)
    #expect(statistics.damagedFrames == 0 && statistics.damagedPackets == 0)
  }

  @Test func whatIsAskedForChanges() throws {
    let source = try connect(.all)
    var given = try take(source, 5)
    source.select(.keyframes)
    let first = try take(source, 2)
    #expect(keyframes.isSuperset(of: samples(first)))
    source.select(.all)
    let resumed = try take(source, 5)
    #expect(keyframes.contains(samples(resumed)[0]))
    #expect(zip(resumed, resumed.dropFirst()).allSatisfy { $1.sequence - $0.sequence == 1 })
    source.select(.rate(5))
    let slow = try take(source, 4)
    #expect(zip(slow, slow.dropFirst()).allSatisfy { $1.sequence - $0.sequence == 5 })
    given += first + resumed + slow
    #expect(pictures.isSuperset(of: samples(given)))
    #expect(zip(given, given.dropFirst()).allSatisfy { $0.sequence < $1.sequence })
    #expect(source.statistics.damagedFrames == 0 && source.statistics.damagedPackets == 0)
    #expect(source.statistics.frames == given[given.count - 1].sequence + 1)
  }

  @Test func aRegionOfACamerasPictures() throws {
    let region = try #require(RegionOfInterest(x: 0.5, y: 0.5, width: 0.25, height: 0.5))
    let source = try connect(.all, region: region)
    #expect(
      try take(source, 2).map(\.picture.size) == [
        PixelSize(width: 80, height: 120), PixelSize(width: 80, height: 120),
      ])
    let tiny = try connect(.all, region: #require(RegionOfInterest(x: 0, y: 0, width: 0.01, height: 1)))
    let failure = #expect(throws: SourceFailure.self) { try tiny.next() }
    #expect(failure?.kind == .badData)
    #expect(
      failure?.description
        == "cannot read stream 'rtsp://127.0.0.1:\(camera.port)/cam1': "
        + "the region 0.0,0.0 0.01x1.0 of its pictures of 320x240 is smaller than 16x16")
  }
}
