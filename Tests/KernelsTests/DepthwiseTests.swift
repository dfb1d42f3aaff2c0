import KernelInterface
import KernelProblems
import Kernels
import KernelsReference
import ShuffledCore
import Testing

@Suite struct DepthwiseTests {
  /// Widths around the four pixels that are taken at a time, and windows wider than the picture.
  @Test(arguments: availableSets, 1...3) func integersAreExact(set: InstructionSet, stride: Int) {
    for dilation in 1...3 {
      for width in Array(1...19) {
        for height in [1, 2, 3, 4, 7] {
          let problem = DepthwiseProblem(
            size: PixelSize(width: width, height: height), slabs: 1 + width % 2, stride: stride,
            dilation: dilation, activation: [.none, .relu, .relu6][(width + height) % 3], values: .integers,
            seed: UInt64(width * 100 + height))
          #expect(problem.fault(set.kernels) == nil, "\(set): \(problem)")
        }
      }
    }
  }

  @Test(arguments: availableSets) func realsAreWithinRounding(set: InstructionSet) {
    for (stride, dilation) in [(1, 1), (2, 1), (1, 2), (3, 3)] {
      let problem = DepthwiseProblem(
        size: PixelSize(width: 28, height: 28), slabs: 4, stride: stride, dilation: dilation,
        activation: .none,
        values: .reals, seed: 2)
      #expect(problem.fault(set.kernels) == nil, "\(set): \(problem)")
    }
  }

  @Test(arguments: availableSets) func aWrongWeightShows(set: InstructionSet) {
    var problem = DepthwiseProblem(
      size: PixelSize(width: 9, height: 5), slabs: 2, stride: 1, dilation: 1, activation: .none,
      values: .integers, seed: 4)
    let expected = problem.results(referenceKernels)
    // The center tap of lane 5 of the second slab.
    problem.weights[(9 + 4) * slabLanes + 5] += 1
    let found = problem.results(set.kernels)
    for (index, (a, b)) in zip(found, expected).enumerated() {
      let isTouched = index >= 45 * slabLanes && index % slabLanes == 5
      #expect(a - b == (isTouched ? problem.input.values[index] : 0), "result \(index)")
    }
  }

  @Test(arguments: availableSets) func nanStaysInItsWindow(set: InstructionSet) {
    for activation in [Activation.none, .relu, .relu6] {
      var problem = DepthwiseProblem(
        size: PixelSize(width: 12, height: 7), slabs: 1, stride: 1, dilation: 1, activation: activation,
        values: .integers, seed: 4)
      problem.input.values[(3 * 12 + 6) * slabLanes + 2] = .nan
      for (index, result) in problem.results(set.kernels).enumerated() {
        let (pixel, lane) = (index / slabLanes, index % slabLanes)
        let isNear = abs(pixel / 12 - 3) <= 1 && abs(pixel % 12 - 6) <= 1
        #expect(result.isNaN == (isNear && lane == 2), "\(activation), pixel \(pixel), lane \(lane)")
      }
    }
  }
}
