import Foundation
import Imaging
import Kernels
import ShuffledCore
import TestSupport
import Testing

@Suite struct PreprocessorTests {
  static let orientations = (0..<4).flatMap { turns in
    [false, true].map { Orientation(quarterTurns: turns, mirrored: $0) }
  }

  /// Smooth, with noise on it, and nowhere the same: a picture to make mistakes visible.
  static func pattern(_ size: PixelSize) -> [UInt8] {
    var generator = SeededGenerator(seed: UInt64(size.width * 65_537 + size.height))
    return (0..<size.height).flatMap { y in
      (0..<size.width).flatMap { x -> [UInt8] in
        let noise = Int(generator.next() % 32)
        return [
          UInt8(x * 200 / size.width + noise), UInt8(y * 200 / size.height + noise),
          UInt8((x + y) * 200 / (size.width + size.height) + noise),
        ]
      }
    }
  }

  /// What the orientation says, pixel by pixel: mirror, then turn clockwise.
  static func turn(_ samples: [UInt8], _ size: PixelSize, _ orientation: Orientation) -> ([UInt8], PixelSize)
  {
    var (pixels, size) = (samples, size)
    func rebuilt(_ new: PixelSize, from place: (Int, Int) -> (Int, Int)) -> [UInt8] {
      (0..<new.height).flatMap { y in
        (0..<new.width).flatMap { x -> [UInt8] in
          let (sx, sy) = place(x, y)
          return Array(pixels[(sy * size.width + sx) * 3..<(sy * size.width + sx) * 3 + 3])
        }
      }
    }
    if orientation.mirrored { pixels = rebuilt(size) { x, y in (size.width - 1 - x, y) } }
    for _ in 0..<orientation.quarterTurns {
      let turned = PixelSize(width: size.height, height: size.width)
      pixels = rebuilt(turned) { x, y in (y, size.height - 1 - x) }
      size = turned
    }
    return (pixels, size)
  }

  @Test(arguments: orientations) func isTurnedFirst(_ orientation: Orientation) throws {
    let template = try fixture("tiny-up.png")
    for size in [
      PixelSize(width: 451, height: 301), PixelSize(width: 300, height: 401),
      PixelSize(width: 40, height: 31),
    ] {
      let samples = Self.pattern(size)
      let (turned, turnedSize) = Self.turn(samples, size, orientation)
      for specification in [plain(), plain(resizeShorter: 200)] {
        let upright = try prepare(rgbPicture(turned, size: turnedSize, like: template), specification)
        let stored = try prepare(
          rgbPicture(samples, size: size, like: template, orientation: orientation), specification)
        let worst = zip(upright, stored).map { abs($0 - $1) }.max() ?? .infinity
        #expect(worst <= 2, "\(size), \(orientation), to \(specification.resizeShorter)")
      }
    }
  }

  /// Against the plain reference, for shapes at every edge: single rows and pixels, odd, wide, tall, the crop's size.
  @Test func isTheReferenceForEveryShape() throws {
    let template = try fixture("tiny-up.png")
    for (width, height) in [
      (1, 1), (4, 4), (4, 5), (7, 5), (16, 9), (17, 64), (63, 65), (64, 64), (65, 63), (97, 31), (31, 97),
      (255, 257), (320, 180), (333, 111), (5, 200), (200, 5), (1000, 40),
    ] {
      let size = PixelSize(width: width, height: height)
      for specification in [
        plain(size: 32, resizeShorter: 36), plain(size: 32, resizeShorter: 32),
        plain(size: 48, resizeShorter: 31),
      ] {
        let samples = Self.pattern(size)
        let geometry = CropGeometry(upright: size, specification: specification)
        let resized = triangleResize(samples, size, to: geometry.resized)
        let expected = centerCrop(
          resized, geometry.resized, left: geometry.left, top: geometry.top, to: specification.size.width)
        let input = try prepare(rgbPicture(samples, size: size, like: template), specification)
        let (mean, most) = difference(input, expected, size: specification.size.width)
        #expect(
          mean <= 0.75 && most <= 4,
          "\(size) to \(specification.resizeShorter), crop \(specification.size): mean \(mean), most \(most)")
      }
    }
  }

  /// libswscale's filter is never wider than the picture but two pixels: of less than four it takes the nearest.
  @Test func picturesOfAFewPixels() throws {
    let template = try fixture("tiny-up.png")
    let samples: [UInt8] = [10, 20, 30, 210, 220, 230]
    let input = try prepare(
      rgbPicture(samples, size: PixelSize(width: 2, height: 1), like: template),
      plain(size: 4, resizeShorter: 4))
    let layout = PlanarLayout(size: PixelSize(width: 4, height: 4))
    for (x, expected) in zip(0..<4, [10, 10, 210, 210] as [Float]) {
      #expect(input[layout.index(channel: 0, y: 3, x: x)] == expected, "column \(x)")
    }
  }

  @Test func writesNormalisedSamplesAndZeroBorders() throws {
    let golden = try fixture("chelsea.golden.png")
    var specification = InputSpecification.torchvision
    specification.resizeShorter = 224  // the picture as it is
    let layout = PlanarLayout(size: specification.size)
    let samples = samples(ofRGB: golden)
    for order in InputSpecification.ChannelOrder.allCases {
      specification.channelOrder = order
      let bytes = try prepare(golden, plain(resizeShorter: 224, order: order))
      #expect(difference(try prepare(golden, plain(resizeShorter: 224)), samples).mean <= 0.5)
      let input = try prepare(golden, specification)
      for channel in 0..<3 {
        for y in -1...224 {
          for x in -1...224 {
            let index = layout.index(channel: channel, y: y, x: x)
            let isBorder = y < 0 || x < 0 || y > 223 || x > 223
            let sample = Double(bytes[index])
            let expected =
              isBorder
              ? 0
              : Float(
                (sample * specification.scale - specification.mean[channel]) / specification.std[channel])
            if input[index] != expected || (isBorder && bytes[index] != 0) {
              Issue.record(
                "\(order), channel \(channel), row \(y), column \(x): \(input[index]), not \(expected)")
              return
            }
          }
        }
      }
    }
  }

  @Test func exchangesChannels() throws {
    let photo = try fixture("chelsea.png")
    let layout = PlanarLayout(size: PixelSize(width: 224, height: 224))
    let rgb = try prepare(photo)
    let bgr = try prepare(photo, plain(order: .bgr))
    let plane = layout.planeStride
    #expect(Array(rgb[0..<plane]) == Array(bgr[2 * plane..<3 * plane]))
    #expect(Array(rgb[plane..<2 * plane]) == Array(bgr[plane..<2 * plane]))
    #expect(Array(rgb[2 * plane..<3 * plane]) == Array(bgr[0..<plane]))
  }

  /// One preprocessor for many cameras: what it remembers of one does not reach another, nor what is dropped.
  @Test func geometriesMayAlternate() throws {
    let template = try fixture("tiny-up.png")
    let shared = Preprocessor(
      specification: plain(size: 32, resizeShorter: 36), kernels: InstructionSet.best.kernels)
    let pictures = (0..<12).map { index in
      let size = PixelSize(width: 40 + index, height: 50)
      return rgbPicture(Self.pattern(size), size: size, like: template)
    }
    for picture in pictures + pictures.reversed() + pictures {
      var input = [Float](repeating: .nan, count: shared.layout.count)
      try input.withUnsafeMutableBufferPointer { try shared.prepare(picture, into: $0) }
      #expect(try input == prepare(picture, plain(size: 32, resizeShorter: 36)), "\(picture.size)")
    }
  }

  @Test func reasonsNotTo() throws {
    let photo = try fixture("tiny-up.png")
    let unknown = Picture(
      size: PixelSize(width: 64, height: 64), pixelFormat: PixelFormat(number: 9999), color: photo.color,
      orientation: .upright, planes: photo.withPlanes { $0 }, release: { withExtendedLifetime(photo) {} })
    #expect {
      try prepare(unknown)
    } throws: {
      "\($0)" == "cannot resize picture of 64x64: libswscale cannot read pixel format 9999"
    }
  }

  /// 256 x 30 million pixels, of which the crop is a small part.
  @Test func absurdShapesTakeNoMemory() throws {
    let template = try fixture("tiny-up.png")
    let size = PixelSize(width: 1, height: 60_000)
    let samples = [UInt8](repeating: 77, count: 3 * 60_000)
    let input = try prepare(rgbPicture(samples, size: size, like: template))
    let layout = PlanarLayout(size: PixelSize(width: 224, height: 224))
    #expect(input[layout.index(channel: 1, y: 100, x: 100)] == 77)
  }
}
