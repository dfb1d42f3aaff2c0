import KernelInterface
import KernelProblems
import Kernels
import KernelsReference
import ShuffledCore
import Testing

@Suite struct PoolingTests {
  static let sizes: [PixelSize] = [
    (1, 1), (2, 1), (1, 2), (2, 2), (3, 3), (5, 4), (7, 7), (9, 12), (16, 112), (17, 3), (112, 5),
  ].map { PixelSize(width: $0.0, height: $0.1) }

  @Test(arguments: availableSets) func maximaAreExact(set: InstructionSet) {
    for size in Self.sizes {
      let problem = MaxPoolProblem(size: size, slabs: 3, values: .reals, seed: UInt64(size.pixels))
      #expect(problem.fault(set.kernels) == nil, "\(set): \(problem)")
    }
  }

  @Test(arguments: availableSets) func meansAreWithinRounding(set: InstructionSet) {
    for size in Self.sizes {
      let problem = GlobalMeanProblem(size: size, slabs: 3, values: .reals, seed: UInt64(size.pixels))
      #expect(problem.fault(set.kernels) == nil, "\(set): \(problem)")
    }
  }

  @Test(arguments: availableSets) func aLargerValueShows(set: InstructionSet) {
    let size = PixelSize(width: 8, height: 8)
    var pool = MaxPoolProblem(size: size, slabs: 1, values: .integers, seed: 1)
    var mean = GlobalMeanProblem(size: size, slabs: 1, values: .integers, seed: 1)
    let (maxima, means) = (pool.results(referenceKernels), mean.results(referenceKernels))
    // Row 3, column 4 is in the windows of output rows 1 and 2, output column 2.
    pool.input.values[(3 * 8 + 4) * slabLanes + 7] = 100
    mean.input.values[(3 * 8 + 4) * slabLanes + 7] += 64
    for (index, (a, b)) in zip(pool.results(set.kernels), maxima).enumerated() {
      let (pixel, lane) = (index / slabLanes, index % slabLanes)
      let isTouched = lane == 7 && (pixel == 6 || pixel == 10)
      #expect(a == (isTouched ? 100 : b), "pixel \(pixel), lane \(lane)")
    }
    for (lane, (a, b)) in zip(mean.results(set.kernels), means).enumerated() {
      #expect(a == (lane == 7 ? b + 1 : b), "lane \(lane)")
    }
  }
}
