import Decoding
import Foundation
import ShuffledCore
import TestSupport
import Testing

/// Files that claim to be longer than time can be counted.
@Suite struct DeclaredDurationTests {
  /// The boxes of an MP4 with the media header's duration replaced, which makes it a header of 64-bit numbers.
  private func claiming(_ duration: UInt64, _ boxes: Data) -> Data {
    var result = Data()
    var rest = boxes[...]
    while rest.count >= 8 {
      let size = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
      let kind = String(decoding: rest.dropFirst(4).prefix(4), as: UTF8.self)
      var body = Data(rest.dropFirst(8).prefix(size - 8))
      if ["moov", "trak", "mdia"].contains(kind) {
        body = claiming(duration, body)
      } else if kind == "mdhd" {
        let timescale = body[12..<16]
        let big = (0..<8).map { UInt8(truncatingIfNeeded: duration >> (56 - 8 * UInt64($0))) }
        body = Data([1, 0, 0, 0]) + Data(count: 16) + timescale + Data(big) + body[20...]
      }
      result += (0..<4).map { UInt8(truncatingIfNeeded: (body.count + 8) >> (24 - 8 * $0)) }
      result += Data(kind.utf8) + body
      rest = rest.dropFirst(size)
    }
    return result
  }

  @Test(arguments: [1 << 62, 1 << 63, UInt64.max - 1, 1 << 52])
  func givesItsFramesAndNoSuchNumber(duration: UInt64) throws {
    let folder = try Folder()
    try folder.encode(
      "a.mp4", ["-c:v", "libx264", "-movflags", "frag_keyframe+empty_moov+default_base_moof"])
    let path = try folder.write(claiming(duration, try folder.data("a.mp4")), to: "long.mp4")
    let source = try VideoSource(path: path, media: .video)
    var count = 0
    while try source.next() != nil { count += 1 }
    #expect(count == 50)
    #expect(source.statistics.decoded == 50)
    // A negative one FFmpeg passes over itself, and measures.
    let isNegative = duration >> 63 == 1
    #expect(source.information.duration == (isNegative ? .seconds(2) : nil))
    #expect(source.information.expectedFrames == (isNegative ? .estimated(50) : nil))
    #expect(!source.statistics.endedEarly)
  }
}
