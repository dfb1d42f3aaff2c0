import Foundation
import Imaging
import ShuffledCore
import TestSupport
import Testing

/// JPEGs of pictures, decoded again by FFmpeg.
@Suite struct JPEGEncoderTests {
  private func decoded(_ jpeg: [UInt8]) throws -> Picture {
    let folder = try Folder()
    let path = try folder.write(Data(jpeg), to: "x.jpg")
    // As packed samples, by another program.
    try folder.ffmpeg(["-i", path, "-pix_fmt", "rgb24", folder.file("x.png")])
    return try picture(at: folder.file("x.png"))
  }

  /// The mean distance of two pictures' samples, 0 to 255.
  private func distance(_ one: Picture, _ other: Picture) throws -> Double {
    try #require(one.size == other.size)
    let (a, b) = (samples(ofRGB: one), samples(ofRGB: other))
    return zip(a, b).reduce(0.0) { $0 + abs(Double($1.0) - Double($1.1)) } / Double(a.count)
  }

  @Test func isThePictureInItsSizeAndColors() throws {
    let original = try fixture("chelsea.png")
    let result = try decoded(JPEGEncoder.encode(original))
    #expect(result.size == original.size)
    #expect(try distance(result, original) < 4)
  }

  @Test(arguments: [16, 100, 451, 4_000]) func isNoWiderThanAsked(width: Int) throws {
    let original = try fixture("chelsea.png")
    let result = try decoded(JPEGEncoder.encode(original, width: width))
    let expected = min(width, original.size.width)
    #expect(result.size.width == expected)
    let ratio = Double(original.size.height) / Double(original.size.width)
    #expect(abs(Double(result.size.height) - ratio * Double(expected)) <= 1)
  }

  /// A red square in the corner that is the upper left before the picture is turned.
  @Test(arguments: [
    (Orientation(quarterTurns: 0), 0, 0), (Orientation(quarterTurns: 1), 1, 0),
    (Orientation(quarterTurns: 2), 1, 1), (Orientation(quarterTurns: 3), 0, 1),
    (Orientation(quarterTurns: 0, mirrored: true), 1, 0),
    (Orientation(quarterTurns: 1, mirrored: true), 1, 1),
    (Orientation(quarterTurns: 2, mirrored: true), 0, 1),
    (Orientation(quarterTurns: 3, mirrored: true), 0, 0),
  ])
  func isUpright(orientation: Orientation, right: Int, bottom: Int) throws {
    let size = PixelSize(width: 64, height: 48)
    var values = [UInt8](repeating: 0, count: size.width * size.height * 3)
    for y in 0..<16 { for x in 0..<16 { values[(y * size.width + x) * 3] = 255 } }
    let turned = rgbPicture(values, size: size, like: try fixture("chelsea.png"), orientation: orientation)
    let result = try decoded(JPEGEncoder.encode(turned))
    let shown = orientation.isTransposed ? PixelSize(width: 48, height: 64) : size
    #expect(result.size == shown)
    let found = samples(ofRGB: result)
    for (column, row) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
      let (x, y) = (column == 0 ? 4 : shown.width - 5, row == 0 ? 4 : shown.height - 5)
      let red = found[(y * shown.width + x) * 3]
      #expect((red > 128) == ((column, row) == (right, bottom)), "\(column) \(row): \(red)")
    }
  }

  @Test func oddSizes() throws {
    let size = PixelSize(width: 17, height: 9)
    let grey = [UInt8](repeating: 128, count: size.width * size.height * 3)
    let picture = rgbPicture(
      grey, size: size, like: try fixture("chelsea.png"), orientation: Orientation(quarterTurns: 1))
    let result = try decoded(JPEGEncoder.encode(picture))
    #expect(result.size == PixelSize(width: 9, height: 17))
    #expect(samples(ofRGB: result).allSatisfy { (126...130).contains($0) })
  }
}
