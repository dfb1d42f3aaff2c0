import KernelInterface
import KernelProblems
import Kernels
import KernelsReference
import Testing

@Suite struct ResizePlaneTests {
  /// Widths around one vector and around the four that are taken at a time, of every instruction set.
  private static let widths = [16, 32, 48, 64, 80, 96, 128, 144, 272]

  @Test(arguments: availableSets) func integersAreExact(set: InstructionSet) {
    for inputWidth in Self.widths {
      for (outputWidth, columnTaps, rowTaps) in [
        (4, 4, 1), (8, 8, 2), (20, 12, 9), (224, 4, 3), (12, 16, 10),
      ] {
        let problem = ResizePlaneProblem(
          inputWidth: inputWidth, inputHeight: 11, outputWidth: outputWidth, outputHeight: 3,
          rowTaps: rowTaps, columnTaps: columnTaps, values: .integers, seed: UInt64(inputWidth + outputWidth))
        #expect(problem.fault(set.kernels) == nil, "\(set): \(problem)")
      }
    }
  }

  @Test(arguments: availableSets) func realsAreWithinRounding(set: InstructionSet) {
    let problem = ResizePlaneProblem(
      inputWidth: 144, inputHeight: 40, outputWidth: 36, outputHeight: 9, rowTaps: 9, columnTaps: 12,
      values: .reals, seed: 1)
    #expect(problem.fault(set.kernels) == nil)
  }

  @Test(arguments: availableSets) func aWrongWeightShows(set: InstructionSet) {
    var problem = ResizePlaneProblem(
      inputWidth: 48, inputHeight: 8, outputWidth: 12, outputHeight: 2, rowTaps: 4, columnTaps: 8,
      values: .integers, seed: 2)
    // So that every sum of a column is more than nothing.
    problem.rowWeights = problem.rowWeights.map { abs($0) + 1 }
    let expected = problem.results(referenceKernels)
    problem.columnWeights[5 * 8 + 3] += 1
    for (index, (a, b)) in zip(problem.results(set.kernels), expected).enumerated() {
      #expect((a != b) == (index % 12 == 5), "result \(index)")
    }
  }
}
