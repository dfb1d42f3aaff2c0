import KernelInterface
import KernelProblems
import Kernels
import KernelsReference
import Testing

@Suite struct PointwiseTests {
  /// One less than, as many as and one more than every tile has pixels (1, 2, 4, 6, 8, 12), and several tiles.
  static let pixelCounts = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 15, 16, 17, 23, 24, 25, 49]
  /// The same for vectors of 4, 8 and 16 lanes, and for panels of up to four of them.
  static let outputCounts = [
    1, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 23, 24, 25, 31, 32, 33, 47, 48, 49, 58, 63, 64, 65, 80, 96, 112, 116,
    129,
  ]

  private static func activation(_ number: Int) -> Activation { [.none, .relu, .relu6][number % 3] }

  @Test(arguments: availableSets) func integersAreExact(set: InstructionSet) {
    for pixels in Self.pixelCounts {
      for outputs in Self.outputCounts {
        let problem = PointwiseProblem(
          pixels: pixels, inputs: 1 + (pixels * outputs) % 40, outputs: outputs,
          activation: Self.activation(pixels + outputs), values: .integers,
          seed: UInt64(pixels * 1000 + outputs))
        #expect(problem.fault(set.kernels) == nil, "\(set): \(problem)")
      }
    }
  }

  @Test(arguments: availableSets) func realsAreWithinRounding(set: InstructionSet) {
    for (inputs, outputs, pixels) in [(58, 58, 50), (232, 40, 9), (3, 100, 21), (464, 17, 7), (1024, 33, 1)] {
      let problem = PointwiseProblem(
        pixels: pixels, inputs: inputs, outputs: outputs, activation: .none, values: .reals, seed: 7)
      #expect(problem.fault(set.kernels) == nil, "\(set): \(problem)")
    }
  }

  /// One to fifteen output channels are left after the last vector, of input channels that fill fours or do not.
  @Test(arguments: availableSets.filter { $0.kernels.usesQuads })
  func quadsAreExact(set: InstructionSet) {
    for pixels in [1, 2, 5, 6, 7, 8, 11, 12, 13, 25] {
      for outputs in Array(1...15) + [17, 26, 58, 116] {
        for inputs in [1, 3, 4, 24, 58] {
          let problem = PointwiseProblem(
            pixels: pixels, inputs: inputs, outputs: outputs, activation: Self.activation(pixels + outputs),
            values: .integers, seed: UInt64(pixels * 1000 + outputs), usesQuads: true)
          #expect(problem.fault(set.kernels) == nil, "\(set): \(problem)")
        }
      }
    }
    let reals = PointwiseProblem(
      pixels: 49, inputs: 116, outputs: 58, activation: .none, values: .reals, seed: 8, usesQuads: true)
    #expect(reals.fault(set.kernels) == nil)
  }

  /// Sums, rectified or not: shortcuts, and branches that are joined.
  @Test(arguments: availableSets, [Activation.none, .relu])
  func residualsAreExact(set: InstructionSet, activation: Activation) {
    for pixels in Self.pixelCounts {
      for outputs in Self.outputCounts where (pixels + outputs) % 3 == 0 {
        let problem = PointwiseProblem(
          pixels: pixels, inputs: 1 + (pixels * outputs) % 40, outputs: outputs, activation: activation,
          values: .integers, seed: UInt64(pixels * 1000 + outputs), isResidual: true)
        #expect(problem.fault(set.kernels) == nil, "\(set): \(problem)")
      }
    }
    let reals = PointwiseProblem(
      pixels: 49, inputs: 60, outputs: 80, activation: activation, values: .reals, seed: 8, isResidual: true)
    #expect(reals.fault(set.kernels) == nil)
  }

  @Test(arguments: availableSets, [false, true]) func aWrongWeightShows(set: InstructionSet, quads: Bool) {
    var problem = PointwiseProblem(
      pixels: 15, inputs: 33, outputs: 29, activation: .none, values: .integers, seed: 5, usesQuads: quads)
    let expected = problem.results(referenceKernels)
    problem.weights[28 * 33 + 32] += 1
    let found = problem.results(set.kernels)
    let last = 28 * 15
    #expect(found[..<last] == expected[..<last])
    for p in 0..<15 { #expect(found[last + p] - expected[last + p] == problem.input[32][p]) }
    problem.bias[3] -= 1
    #expect(problem.results(set.kernels)[3 * 15] == expected[3 * 15] - 1)
  }

  @Test(arguments: availableSets, [false, true]) func nanStaysNaN(set: InstructionSet, quads: Bool) {
    for activation in [Activation.none, .relu, .relu6] {
      var problem = PointwiseProblem(
        pixels: 9, inputs: 5, outputs: 20, activation: activation, values: .integers, seed: 5,
        usesQuads: quads)
      problem.input[2][4] = .nan
      for (index, result) in problem.results(set.kernels).enumerated() {
        #expect(result.isNaN == (index % 9 == 4), "\(activation), result \(index)")
      }
    }
  }
}
