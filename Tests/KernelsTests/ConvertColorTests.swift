import KernelInterface
import Kernels
import KernelsReference
import ShuffledCore
import Testing

@Suite struct ConvertColorTests {
  @Test(arguments: availableSets) func colorsAreRoundedAndCut(set: InstructionSet) {
    var generator = SeededGenerator(seed: 3)
    for count in [16, 32, 112] {
      // Quarters, so that everything is exact, halves included.
      func component() -> [Float] {
        (0..<count).map { _ in Float(Int.random(in: -400...1400, using: &generator)) / 4 }
      }
      let (luma, cb, cr) = (component(), component(), component())
      let matrix = ConvertColorU8.Matrix(
        luma: 1, redCr: 1.5, greenCb: -0.25, greenCr: -0.5, blueCb: 2, redOffset: -192, greenOffset: 96,
        blueOffset: -256)
      func convert(_ kernels: KernelTable) -> [[UInt8]] {
        var (red, green, blue) = (
          [UInt8](repeating: 7, count: count + 1), [UInt8](repeating: 7, count: count + 1),
          [UInt8](repeating: 7, count: count + 1)
        )
        kernels.convertColorU8(
          ConvertColorU8(
            luma: luma, cb: cb, cr: cr, matrix: matrix, red: &red, green: &green, blue: &blue, count: count))
        return [red, green, blue]
      }
      let expected = convert(referenceKernels)
      #expect(convert(set.kernels) == expected)
      #expect(expected.allSatisfy { $0.last == 7 }, "written past the end")
      #expect(Set(expected[0]).isSuperset(of: count > 100 ? [0, 255] : []), "both ends are met")
    }
  }
}
