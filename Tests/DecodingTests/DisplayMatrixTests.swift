import Decoding
import Foundation
import ShuffledCore
import TestSupport
import Testing

@Suite struct DisplayMatrixTests {
  /// 16.16 fixed point, from a clockwise angle and a mirror before it.
  func matrix(degrees: Double, mirrored: Bool) -> [Int32] {
    let angle = degrees * .pi / 180
    let sign: Double = mirrored ? -1 : 1
    let values = [sign * cos(angle), sign * sin(angle), 0, -sin(angle), cos(angle), 0, 0, 0, 16384]
    return values.map { Int32($0 * 65536) }
  }

  @Test func snapsToRightAngles() {
    for turns in 0..<4 {
      for mirrored in [false, true] {
        for off in [-40.0, -1, 0, 3, 40] {
          let orientation = Orientation(
            displayMatrix: matrix(degrees: Double(turns) * 90 + off, mirrored: mirrored))
          #expect(
            orientation == Orientation(quarterTurns: turns, mirrored: mirrored),
            "\(turns), \(mirrored), \(off)")
        }
      }
    }
    #expect(Orientation(displayMatrix: [Int32](repeating: 0, count: 9)) == .upright)
  }

  /// The eight values of EXIF's Orientation tag, as its standard defines them.
  static let exif: [(value: UInt8, orientation: Orientation)] = [
    (1, .upright), (2, Orientation(mirrored: true)), (3, Orientation(quarterTurns: 2)),
    (4, Orientation(quarterTurns: 2, mirrored: true)), (5, Orientation(quarterTurns: 3, mirrored: true)),
    (6, Orientation(quarterTurns: 1)), (7, Orientation(quarterTurns: 1, mirrored: true)),
    (8, Orientation(quarterTurns: 3)),
  ]

  @Test(arguments: exif) func ofAnImagesEXIF(value: UInt8, orientation: Orientation) throws {
    let folder = try Folder()
    _ = try folder.encode("plain.jpg", ["-frames:v", "1", "-c:v", "mjpeg"])
    var data = try folder.data("plain.jpg")
    // After the start marker: an APP1 segment with one directory entry, 0x0112, of one short.
    let entry: [UInt8] = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, value, 0, 0]
    let tiff: [UInt8] = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1] + entry + [0, 0, 0, 0]
    let body: [UInt8] = Array("Exif".utf8) + [0, 0] + tiff
    data.insert(contentsOf: [0xff, 0xe1, 0, UInt8(body.count + 2)] + body, at: 2)
    let path = try folder.write(data, to: "turned.jpg")
    let source = try VideoSource(path: path, media: .image, selection: .all)
    #expect(try #require(try source.next()).picture.orientation == orientation)
    #expect(try source.next() == nil)
  }

  /// Against FFmpeg's own player's idea: its command turns what it decodes.
  @Test func ofAVideosTrack() throws {
    let folder = try Folder()
    // White in the top left corner.
    let plain = try folder.encode(
      "plain.mp4", source: "color=black:s=64x48:d=0.2,drawbox=w=16:h=12:color=white:t=fill",
      ["-c:v", "libx264"])
    for degrees in [0, 90, 180, 270] {
      let turned = folder.file("turned.mp4")
      try folder.ffmpeg(["-i", plain, "-c", "copy", "-metadata:s:v:0", "rotate=\(degrees)", "-y", turned])
      try folder.ffmpeg(["-i", turned, "-frames:v", "1", "-pix_fmt", "rgb24", "-y", folder.file("shown.png")])
      let shown = try #require(try open(folder.file("shown.png")).next()).picture
      let corners = shown.withPlanes { planes in
        // Clockwise from the top left.
        [
          (0, 0), (shown.size.width - 1, 0), (shown.size.width - 1, shown.size.height - 1),
          (0, shown.size.height - 1),
        ]
        .map { planes[0].address[$1 * planes[0].stride + $0 * 3] }
      }
      let orientation = Orientation(quarterTurns: try #require(corners.firstIndex { $0 > 128 }))
      let source = try open(turned)
      #expect(source.information.orientation == orientation, "\(degrees)")
      for frame in try frames(source) { #expect(frame.picture.orientation == orientation, "\(degrees)") }
    }
  }
}
