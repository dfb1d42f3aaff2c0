import Imaging
import Kernels
import ShuffledCore
import TestSupport
import Testing

@Suite struct PictureSignatureTests {
  private let size = PixelSize(width: 320, height: 240)

  private func signature(_ samples: [UInt8]) throws -> UInt64 {
    let preprocessor = Preprocessor(
      specification: plain(), kernels: InstructionSet.best.kernels)
    let input = UnsafeMutableBufferPointer<Float>.allocate(capacity: preprocessor.layout.count)
    defer { input.deallocate() }
    try preprocessor.prepare(rgbPicture(samples, size: size, like: fixture("tiny-up.png")), into: input)
    return preprocessor.signature(of: input)
  }

  @Test func equalPicturesHaveEqualOnes() throws {
    let samples = PreprocessorTests.pattern(size)
    #expect(try signature(samples) == signature(samples))
  }

  /// A camera's noise: a little more light in one place is another picture.
  @Test func aSmallChangeAnywhereIsSeen() throws {
    var samples = PreprocessorTests.pattern(size)
    var seen: Set<UInt64> = [try signature(samples)]
    var generator = SeededGenerator(seed: 3)
    for count in 1...100 {
      // Some pixels in the middle of the picture, which is not cropped away.
      let (x, y) = (60 + Int(generator.next() % 200), 20 + Int(generator.next() % 200))
      for dx in 0..<4 { samples[(y * size.width + x + dx) * 3 + 1] &+= 40 }
      seen.insert(try signature(samples))
      #expect(seen.count == count + 1)
    }
  }
}
