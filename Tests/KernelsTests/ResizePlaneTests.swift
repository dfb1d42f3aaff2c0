import KernelInterface
import KernelProblems
import Kernels
import KernelsReference
import ShuffledCore
import TestSupport
import Testing

/// Preprocessing's kernels against the same in Double.
@Suite struct ResizePlaneTests {
  /// One plane of noise and filters that reach every sample of it.
  private struct Problem {
    var input: [UInt8] = []
    var rowFirst: [Int32] = []
    var rowWeights: [Float] = []
    var columnFirst: [Int32] = []
    var columnWeights: [Float] = []
    let inputWidth: Int
    let inputStride: Int
    let rowTaps: Int
    let columnTaps: Int
    let outputWidth: Int
    let outputHeight: Int

    init(
      inputWidth: Int, inputHeight: Int, outputWidth: Int, outputHeight: Int, rowTaps: Int, columnTaps: Int,
      _ weight: (inout SeededGenerator) -> Float
    ) {
      var generator = SeededGenerator(seed: UInt64(inputWidth * 1000 + outputWidth * 10 + columnTaps))
      (self.inputWidth, self.outputWidth, self.outputHeight) = (inputWidth, outputWidth, outputHeight)
      (self.rowTaps, self.columnTaps) = (rowTaps, columnTaps)
      inputStride = inputWidth + 5
      input = (0..<inputStride * inputHeight).map { _ in UInt8.random(in: 0...255, using: &generator) }
      for y in 0..<outputHeight {
        rowFirst.append(Int32(y * (inputHeight - rowTaps) / max(outputHeight - 1, 1)))
        rowWeights += (0..<rowTaps).map { _ in weight(&generator) }
      }
      for x in 0..<outputWidth {
        // The last ones reach past the columns, with weights of zero there.
        columnFirst.append(Int32(x * (inputWidth - 1) / max(outputWidth - 1, 1)))
        columnWeights += (0..<columnTaps).map {
          Int(columnFirst[x]) + $0 < inputWidth ? weight(&generator) : 0
        }
      }
    }

    /// Rows of `outputWidth`; what lies between them must stay as it was.
    func run(_ kernels: KernelTable) -> [Float] {
      let outputStride = outputWidth + 3
      var output = [Float](repeating: .nan, count: outputStride * outputHeight)
      var scratch = [Float](repeating: 0, count: inputWidth + columnTaps)
      kernels.resizePlaneU8(
        ResizePlaneU8(
          input: input, inputStride: inputStride, inputWidth: inputWidth, rowFirst: rowFirst,
          rowWeights: rowWeights, rowTaps: rowTaps, columnFirst: columnFirst, columnWeights: columnWeights,
          columnTaps: columnTaps, scratch: &scratch, output: &output, outputStride: outputStride,
          outputWidth: outputWidth, outputHeight: outputHeight))
      return (0..<outputHeight).flatMap { y -> [Float] in
        let row = output[y * outputStride..<(y + 1) * outputStride]
        #expect(row.dropFirst(outputWidth).allSatisfy { $0.isNaN }, "written past row \(y)")
        return Array(row.prefix(outputWidth))
      }
    }
  }

  /// Widths around one vector and around the four that are taken at a time, of every instruction set.
  private static let widths = [16, 32, 48, 64, 80, 96, 128, 144, 272]

  @Test(arguments: availableSets) func integersAreExact(set: InstructionSet) {
    for inputWidth in Self.widths {
      for (outputWidth, columnTaps, rowTaps) in [
        (4, 4, 1), (8, 8, 2), (20, 12, 9), (224, 4, 3), (12, 16, 10),
      ] {
        let problem = Problem(
          inputWidth: inputWidth, inputHeight: 11, outputWidth: outputWidth, outputHeight: 3,
          rowTaps: rowTaps, columnTaps: columnTaps
        ) { Float(Int.random(in: -3...3, using: &$0)) }
        #expect(
          problem.run(set.kernels) == problem.run(referenceKernels),
          "\(set): \(inputWidth) to \(outputWidth), \(columnTaps) and \(rowTaps) taps")
      }
    }
  }

  @Test(arguments: availableSets) func realsAreWithinRounding(set: InstructionSet) {
    let problem = Problem(
      inputWidth: 144, inputHeight: 40, outputWidth: 36, outputHeight: 9, rowTaps: 9, columnTaps: 12
    ) { Float.random(in: 0...0.2, using: &$0) }
    let (found, expected) = (problem.run(set.kernels), problem.run(referenceKernels))
    // Twelve sums of nine products: each path takes at most 9 + 12 roundings of what is at most this large.
    let tolerance = roundingBound(terms: 21, magnitude: 12 * 0.2 * 9 * 0.2 * 255)
    for (a, b) in zip(found, expected) { #expect(abs(Double(a) - Double(b)) <= tolerance) }
  }

  @Test(arguments: availableSets) func aWrongWeightShows(set: InstructionSet) {
    var problem = Problem(
      inputWidth: 48, inputHeight: 8, outputWidth: 12, outputHeight: 2, rowTaps: 4, columnTaps: 8
    ) { Float(Int.random(in: 1...3, using: &$0)) }
    let expected = problem.run(referenceKernels)
    problem.columnWeights[5 * 8 + 3] += 1
    let found = problem.run(set.kernels)
    for (index, (a, b)) in zip(found, expected).enumerated() { #expect((a != b) == (index % 12 == 5)) }
  }

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
