import KernelInterface
import Kernels
import KernelsReference
import ShuffledCore
import TestSupport
import Testing

@Suite struct StemConvolutionTests {
  /// Runs the first convolution on integers: outputs x pixels.
  private func run(_ kernels: KernelTable, size: PixelSize, outputs: Int, seed: UInt64) -> [[Float]] {
    var generator = SeededGenerator(seed: seed)
    let layout = PlanarLayout(size: size)
    let weights = Values.integers.make(outputs * 27, &generator)
    let bias = Values.integers.make(outputs, &generator)
    var input = [Float](repeating: 0, count: layout.count)
    for c in 0..<3 {
      for y in 0..<size.height {
        for x in 0..<size.width {
          input[layout.index(channel: c, y: y, x: x)] = Float(Int.random(in: -3...3, using: &generator))
        }
      }
    }
    let (height, width) = ((size.height - 1) / 2 + 1, (size.width - 1) / 2 + 1)
    let vectors = kernels.vectors(for: outputs)
    let slabFloats = height * width * slabLanes
    var output = [Float](repeating: .nan, count: (outputs + slabLanes - 1) / slabLanes * slabFloats)
    let packed = PackedWeights(
      pointwise: weights, bias: bias, outputOrder: Array(0..<outputs), kernels: kernels)
    let taps = (0..<27).map { Int32(layout.index(channel: $0 / 9, y: $0 % 9 / 3 - 1, x: $0 % 3 - 1)) }
    let outputOffsets = (0..<vectors).map { vector in
      let lane = vector * kernels.vectorLanes
      return Int32(lane / slabLanes * slabFloats + lane % slabLanes)
    }
    kernels.stemConvolutionF32(
      StemConvolutionF32(
        input: input, inputOffsets: taps, taps: 27, inputRowStep: 2 * layout.rowStride,
        weights: packed.weights,
        bias: packed.bias, output: &output, outputOffsets: outputOffsets, outputVectors: vectors,
        outputRows: height, outputWidth: width, activation: .relu))
    return (0..<outputs).map { n in
      (0..<height * width).map { output[n / slabLanes * slabFloats + $0 * slabLanes + n % slabLanes] }
    }
  }

  @Test(arguments: availableSets) func integersAreExact(set: InstructionSet) {
    for (width, height) in [(1, 1), (2, 3), (7, 5), (8, 8), (13, 2), (14, 9), (15, 4), (27, 6), (30, 7)] {
      for outputs in [1, 8, 10, 16, 24, 33] {
        let size = PixelSize(width: width, height: height)
        let seed = UInt64(width * 100 + height)
        let found = run(set.kernels, size: size, outputs: outputs, seed: seed)
        #expect(found == run(referenceKernels, size: size, outputs: outputs, seed: seed), "\(set) \(size)")
      }
    }
  }

  /// A picture of ones under a filter of ones counts the taps that lie inside.
  @Test(arguments: availableSets) func bordersAreZero(set: InstructionSet) {
    let size = PixelSize(width: 4, height: 4)
    let layout = PlanarLayout(size: size)
    var input = [Float](repeating: 0, count: layout.count)
    for c in 0..<3 {
      for y in 0..<4 { for x in 0..<4 { input[layout.index(channel: c, y: y, x: x)] = 1 } }
    }
    let packed = PackedWeights(
      pointwise: [Float](repeating: 1, count: 27), bias: [0], outputOrder: [0], kernels: set.kernels)
    let taps = (0..<27).map { Int32(layout.index(channel: $0 / 9, y: $0 % 9 / 3 - 1, x: $0 % 3 - 1)) }
    var output = [Float](repeating: .nan, count: 4 * slabLanes)
    set.kernels.stemConvolutionF32(
      StemConvolutionF32(
        input: input, inputOffsets: taps, taps: 27, inputRowStep: 2 * layout.rowStride,
        weights: packed.weights,
        bias: packed.bias, output: &output, outputOffsets: [0], outputVectors: 1, outputRows: 2,
        outputWidth: 2, activation: .none))
    #expect((0..<4).map { output[$0 * slabLanes] } == [12, 18, 18, 27])
  }
}
