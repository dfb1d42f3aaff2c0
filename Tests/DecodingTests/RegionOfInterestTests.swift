import Decoding
import ShuffledCore
import TestSupport
import Testing

@Suite struct RegionOfInterestTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  private func region(_ x: Double, _ y: Double, _ width: Double, _ height: Double) throws -> RegionOfInterest
  {
    try #require(RegionOfInterest(x: x, y: y, width: width, height: height))
  }

  @Test func mustLieWithinThePicture() throws {
    #expect(try region(0, 0, 1, 1) == .whole)
    #expect(try region(0.7, 0.1, 0.3, 0.9).description == "0.7,0.1 0.3x0.9")
    for (x, y, width, height) in [
      (-0.1, 0, 0.5, 0.5), (0, -0.1, 0.5, 0.5), (0, 0, 0, 0.5), (0, 0, 0.5, 0), (0.6, 0, 0.5, 0.5),
      (0, 0.6, 0.5, 0.5), (0, 0, 1.1, 1), (.nan, 0, 0.5, 0.5), (0, 0, .nan, 0.5), (0, 0, .infinity, 1),
      (0, 0, -0.5, 0.5),
    ] as [(Double, Double, Double, Double)] {
      #expect(
        RegionOfInterest(x: x, y: y, width: width, height: height) == nil, "\(x) \(y) \(width) \(height)")
    }
  }

  /// Every orientation, against a table of pixels that is turned upright and cut there.
  @Test func isOfTheUprightPicture() throws {
    let size = PixelSize(width: 40, height: 20)
    let stored = (0..<size.height).map { y in (0..<size.width).map { x in y * size.width + x } }
    for turns in 0..<4 {
      for mirrored in [false, true] {
        let orientation = Orientation(quarterTurns: turns, mirrored: mirrored)
        var upright = mirrored ? stored.map { $0.reversed() } : stored
        for _ in 0..<turns {
          let before = upright
          upright = before[0].indices.map { x in before.indices.reversed().map { before[$0][x] } }
        }
        for region in try [
          region(0, 0, 0.5, 0.5), region(0.1, 0.2, 0.3, 0.4), region(0.5, 0.2, 0.5, 0.8), region(0, 0, 1, 1),
        ] {
          let (width, height) = (Double(upright[0].count), Double(upright.count))
          let rows = upright[
            Int((region.y * height).rounded())..<Int(((region.y + region.height) * height).rounded())]
          let columns =
            Int((region.x * width).rounded())..<Int(((region.x + region.width) * width).rounded())
          let expected = Set(rows.flatMap { $0[columns] })
          let (x, y) = region.pixels(of: size, orientation, blocks: PixelSize(width: 1, height: 1))
          #expect(Set(y.flatMap { stored[$0][x] }) == expected, "\(region), \(turns) turns, \(mirrored)")
        }
      }
    }
  }

  @Test func beginsWhereAChromaSampleDoes() throws {
    let region = try region(0.3, 0.3, 0.7, 0.5)
    let odd = PixelSize(width: 191, height: 107)
    let (x, y) = region.pixels(of: odd, .upright, blocks: PixelSize(width: 2, height: 2))
    #expect(x == 58..<191)
    #expect(y == 32..<86)
    let (wide, _) = region.pixels(of: odd, .upright, blocks: PixelSize(width: 4, height: 1))
    #expect(wide == 56..<191)
  }

  /// The samples of a plane's rectangle.
  private func samples(_ picture: Picture, _ plane: Int, x: Range<Int>, y: Range<Int>, bytes: Int) -> [UInt8]
  {
    picture.withPlanes { planes in
      y.flatMap { row in
        (x.lowerBound * bytes..<x.upperBound * bytes).map {
          planes[plane].address[row * planes[plane].stride + $0]
        }
      }
    }
  }

  static let formats: [(format: String, chroma: (x: Int, y: Int), planes: Int, bytes: Int)] = [
    ("yuv420p", (1, 1), 3, 1), ("yuv422p", (1, 0), 3, 1), ("yuv444p", (0, 0), 3, 1), ("gray", (0, 0), 1, 1),
    ("yuv420p10le", (1, 1), 3, 2), ("bgr0", (0, 0), 1, 4), ("bgra", (0, 0), 1, 4),
  ]

  /// What is given is the same samples, at the same address where the decoder put them.
  @Test(arguments: formats) func nothingElseIsGiven(
    format: String, chroma: (x: Int, y: Int), planes: Int, bytes: Int
  ) throws {
    for size in ["192x108", "191x107"] {
      let path = try folder.encode(
        "a.mkv", source: "testsrc2=r=25:d=0.2", ["-s", size, "-c:v", "ffv1", "-pix_fmt", format])
      let region = try region(0.3, 0.25, 0.5, 0.75)
      let source = try VideoSource(path: path, media: .video, region: region)
      for whole in try frames(open(path)) {
        let part = try #require(try source.next())
        let blocks = PixelSize(width: 1 << chroma.x, height: 1 << chroma.y)
        let (x, y) = region.pixels(of: whole.picture.size, .upright, blocks: blocks)
        #expect(part.picture.size == PixelSize(width: x.count, height: y.count))
        #expect(part.picture.color == whole.picture.color)
        #expect((part.sequence, part.mediaTime) == (whole.sequence, whole.mediaTime))
        for plane in 0..<planes {
          let (sx, sy) = plane == 0 ? (0, 0) : chroma
          func cut(_ range: Range<Int>, _ shift: Int, from origin: Int) -> Range<Int> {
            let low = (range.lowerBound - origin) >> shift
            return low..<low + (range.count + (1 << shift) - 1) >> shift
          }
          #expect(
            samples(
              part.picture, plane, x: cut(x, sx, from: x.lowerBound), y: cut(y, sy, from: y.lowerBound),
              bytes: bytes)
              == samples(whole.picture, plane, x: cut(x, sx, from: 0), y: cut(y, sy, from: 0), bytes: bytes),
            "\(size), plane \(plane)")
        }
      }
      #expect(try source.next() == nil)
    }
  }

  /// A white corner of the upright picture is what a region there shows.
  @Test func ofARotatedVideo() throws {
    let plain = try folder.encode(
      "plain.mp4", source: "color=black:s=96x64:d=0.2,drawbox=w=48:h=32:color=white:t=fill",
      ["-c:v", "libx264", "-qp", "0"])
    let corners = try [
      region(0, 0, 0.5, 0.5), region(0.5, 0, 0.5, 0.5), region(0.5, 0.5, 0.5, 0.5), region(0, 0.5, 0.5, 0.5),
    ]
    for degrees in [0, 90, 180, 270] {
      let turned = folder.file("turned.mp4")
      try folder.ffmpeg(["-i", plain, "-c", "copy", "-metadata:s:v:0", "rotate=\(degrees)", "-y", turned])
      let orientation = try open(turned).information.orientation
      #expect(orientation.quarterTurns % 2 == (degrees / 90) % 2)
      for (index, corner) in corners.enumerated() {
        let picture = try #require(
          try VideoSource(path: turned, media: .video, region: corner).next()
        ).picture
        #expect(picture.size == PixelSize(width: 48, height: 32), "\(degrees) degrees, corner \(index)")
        #expect(picture.orientation == orientation)
        // The white corner is the top left one, turned clockwise.
        let expected: Set<UInt8> = index == orientation.quarterTurns ? [235] : [16]
        #expect(
          Set(samples(picture, 0, x: 0..<48, y: 0..<32, bytes: 1)) == expected,
          "\(degrees) degrees, corner \(index)")
      }
    }
  }

  @Test func tooLittleIsAFailure() throws {
    let path = try folder.encode("a.mkv", source: "testsrc2=s=64x48:r=25:d=0.2", ["-c:v", "ffv1"])
    let source = try VideoSource(path: path, media: .video, region: region(0.5, 0, 0.2, 1))
    let failure = #expect(throws: Failure.self) { try source.next() }
    #expect(
      failure?.description
        == "cannot decode video '\(path)': the region 0.5,0.0 0.2x1.0 of its pictures of 64x48 is smaller than 16x16"
    )
    #expect(failure?.kind == .badData)
    #expect(
      try VideoSource(path: path, media: .video, region: region(0.5, 0, 0.25, 0.34)).next()?.picture.size
        == PixelSize(width: 16, height: 16))
  }

  @Test func picturesOfLessThanAByteAPixel() throws {
    let path = try folder.encode(
      "a.nut", source: "testsrc2=s=64x48:r=25:d=0.2", ["-c:v", "rawvideo", "-pix_fmt", "monow"])
    let source = try VideoSource(path: path, media: .video, region: region(0.5, 0, 0.5, 1))
    let failure = #expect(throws: Failure.self) { try source.next() }
    #expect(
      failure?.description
        == "cannot decode video '\(path)': the region 0.5,0.0 0.5x1.0 cannot be cut out of pictures with less than a byte a pixel"
    )
  }
}
