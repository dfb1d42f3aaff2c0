import Decoding
import Foundation
import Imaging
import KernelInterface
import Kernels
import ShuffledCore
import Testing

/// The folder of pictures, videos and goldens that `generate.py` there made.
let fixtures = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures/preprocessing")

/// The first picture of a file.
func picture(at path: String) throws -> Picture {
  let source = try VideoSource(path: path, media: .video, selection: .all)
  return try #require(try source.next()).picture
}

func fixture(_ name: String) throws -> Picture {
  try picture(at: fixtures.appendingPathComponent(name).path)
}

/// Samples of a packed 8-bit RGB picture, row by row.
func samples(ofRGB picture: Picture) -> [UInt8] {
  picture.withPlanes { planes in
    (0..<picture.size.height).flatMap { y in
      (0..<picture.size.width * 3).map { planes[0].address[y * planes[0].stride + $0] }
    }
  }
}

/// A packed 8-bit RGB picture of `like`'s pixel format.
func rgbPicture(
  _ samples: [UInt8], size: PixelSize, like picture: Picture, orientation: Orientation = .upright
)
  -> Picture
{
  precondition(samples.count == size.width * size.height * 3)
  let storage = UnsafeMutablePointer<UInt8>.allocate(capacity: samples.count + 64)
  storage.initialize(from: samples, count: samples.count)
  let address = UInt(bitPattern: storage)
  return Picture(
    size: size, pixelFormat: picture.pixelFormat, color: picture.color, orientation: orientation,
    planes: [.init(address: UnsafePointer(storage), stride: size.width * 3)],
    release: { UnsafeMutablePointer<UInt8>(bitPattern: address)?.deallocate() })
}

/// The same pixels, to be turned.
func turning(_ picture: Picture, _ orientation: Orientation) -> Picture {
  Picture(
    size: picture.size, pixelFormat: picture.pixelFormat, color: picture.color, orientation: orientation,
    planes: picture.withPlanes { $0 }, release: { withExtendedLifetime(picture) {} })
}

/// Leaves the samples as they are, 0...255.
func plain(
  size: Int = 224, resizeShorter: Int = 256, order: InputSpecification.ChannelOrder = .rgb
) -> InputSpecification {
  InputSpecification(
    size: PixelSize(width: size, height: size), resizeShorter: resizeShorter, channelOrder: order, scale: 1,
    mean: [0, 0, 0], std: [1, 1, 1])
}

func prepare(
  _ picture: Picture, _ specification: InputSpecification = plain(),
  _ kernels: KernelTable = InstructionSet.best.kernels
) throws -> [Float] {
  let preprocessor = Preprocessor(specification: specification, kernels: kernels)
  var input = [Float](repeating: .nan, count: preprocessor.layout.count)
  try input.withUnsafeMutableBufferPointer { try preprocessor.prepare(picture, into: $0) }
  return input
}

/// How far an input is from a golden, over all pixels and channels, in steps of 1/255.
func difference(_ input: [Float], _ golden: [UInt8], size: Int = 224) -> (mean: Double, most: Double) {
  let layout = PlanarLayout(size: PixelSize(width: size, height: size))
  var (sum, most) = (0.0, 0.0)
  for y in 0..<size {
    for x in 0..<size {
      for channel in 0..<3 {
        let distance = abs(
          Double(input[layout.index(channel: channel, y: y, x: x)])
            - Double(golden[(y * size + x) * 3 + channel]))
        sum += distance
        most = max(most, distance)
      }
    }
  }
  return (sum / Double(3 * size * size), most)
}

/// Compares a picture with `name.golden.png`, and says what was measured.
@discardableResult
func compare(
  _ picture: Picture, toGolden name: String, _ label: String, _ specification: InputSpecification = plain()
)
  throws -> Double
{
  let golden = samples(ofRGB: try fixture("\(name).golden.png"))
  let (mean, most) = difference(try prepare(picture, specification), golden)
  print(
    "preprocessing \(label): mean difference \(String(format: "%.3f", mean))/255, largest \(Int(most))/255")
  return mean
}
