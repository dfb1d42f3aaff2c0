import KernelInterface
import KernelProblems
import Kernels
import KernelsReference
import ShuffledCore
import Testing

@Suite struct StemConvolutionTests {
  /// Output widths around every tile's: 1 to 13 pixels, and several tiles.
  static let widths = [1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 13, 15, 16, 17, 21, 23, 24, 25, 26, 31, 47, 49]

  @Test(arguments: availableSets) func integersAreExact(set: InstructionSet) {
    for width in Self.widths {
      for outputs in [1, 4, 8, 10, 16, 17, 24, 33] {
        let problem = StemConvolutionProblem(
          size: PixelSize(width: width, height: 1 + width % 6), outputs: outputs,
          activation: [.none, .relu, .relu6][(width + outputs) % 3], values: .integers,
          seed: UInt64(width * 100 + outputs))
        #expect(problem.fault(set.kernels) == nil, "\(set): \(problem)")
      }
    }
  }

  @Test(arguments: availableSets) func realsAreWithinRounding(set: InstructionSet) {
    let problem = StemConvolutionProblem(
      size: PixelSize(width: 61, height: 40), outputs: 24, activation: .relu, values: .reals, seed: 1)
    #expect(problem.fault(set.kernels) == nil)
  }

  /// A picture of ones under a filter of ones counts the taps that lie inside.
  @Test(arguments: availableSets) func bordersAreZero(set: InstructionSet) {
    var problem = StemConvolutionProblem(
      size: PixelSize(width: 4, height: 4), outputs: 1, activation: .none, values: .integers, seed: 1)
    problem.weights = [Float](repeating: 1, count: 27)
    problem.bias = [0]
    let layout = PlanarLayout(size: problem.size)
    for channel in 0..<3 {
      for y in 0..<4 { for x in 0..<4 { problem.input[layout.index(channel: channel, y: y, x: x)] = 1 } }
    }
    #expect(problem.results(set.kernels) == [12, 18, 18, 27])
  }

  @Test(arguments: availableSets) func aWrongWeightShows(set: InstructionSet) {
    var problem = StemConvolutionProblem(
      size: PixelSize(width: 14, height: 6), outputs: 20, activation: .none, values: .integers, seed: 3)
    let expected = problem.results(referenceKernels)
    // The center tap of the last channel: every output sees an input there.
    problem.weights[19 * 27 + 2 * 9 + 4] += 1
    let found = problem.results(set.kernels)
    #expect(found[..<(19 * 21)] == expected[..<(19 * 21)])
    let layout = PlanarLayout(size: problem.size)
    for y in 0..<3 {
      for x in 0..<7 {
        let index = 19 * 21 + y * 7 + x
        #expect(found[index] - expected[index] == problem.input[layout.index(channel: 2, y: 2 * y, x: 2 * x)])
      }
    }
  }
}
