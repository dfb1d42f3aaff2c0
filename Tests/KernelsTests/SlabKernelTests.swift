import KernelInterface
import Kernels
import KernelsReference
import ShuffledCore
import TestSupport
import Testing

/// Depthwise convolution and poolings: kernels that work lane by lane on whole slabs.
@Suite struct SlabKernelTests {
  /// Slabs of `height` x `width` in memory that is NaN elsewhere; inputs first, in reverse order.
  private struct Slabs {
    var memory: [Float]
    let inputOffsets: [Int32]
    let outputOffsets: [Int32]
    let outputStart: Int

    init(_ slabs: Int, pixels: Int, outputPixels: Int, _ values: Values, _ generator: inout SeededGenerator) {
      let (inputFloats, outputFloats) = (pixels * slabLanes, outputPixels * slabLanes)
      outputStart = slabs * inputFloats
      inputOffsets = (0..<slabs).map { Int32((slabs - 1 - $0) * inputFloats) }
      outputOffsets = (0..<slabs).map { Int32(slabs * inputFloats + $0 * outputFloats) }
      memory = values.make(outputStart, &generator)
      memory += [Float](repeating: .nan, count: slabs * outputFloats + slabLanes)
    }

    /// What was written, after checking that nothing was written behind the end.
    func outputs(_ memory: [Float]) -> [Float] {
      #expect(memory[(memory.count - slabLanes)...].allSatisfy { $0.isNaN }, "written past the end")
      return Array(memory[outputStart..<memory.count - slabLanes])
    }
  }

  /// The rows of each output row's window, as a plan makes them.
  private func windowRows(_ height: Int, _ width: Int, stride: Int, reach: Int, outside: Int?) -> [Int32] {
    (0...(height - 1) / stride).flatMap { y in
      (0..<3).map { i in
        let row = y * stride + (i - 1) * reach
        if (0..<height).contains(row) { return Int32(row * width * slabLanes) }
        return outside == nil ? -1 : Int32(y * stride * width * slabLanes)
      }
    }
  }

  private func depthwise(
    _ kernels: KernelTable, _ height: Int, _ width: Int, stride: Int, dilation: Int, slabs: Int,
    _ values: Values,
    _ activation: Activation
  ) -> [Float] {
    var generator = SeededGenerator(seed: UInt64(height * 100 + width))
    let outputPixels = ((height - 1) / stride + 1) * ((width - 1) / stride + 1)
    var field = Slabs(slabs, pixels: height * width, outputPixels: outputPixels, values, &generator)
    let weights = values.make(slabs * 9 * slabLanes, &generator)
    let rows = windowRows(height, width, stride: stride, reach: dilation, outside: nil)
    let bias = values.make(slabs * slabLanes, &generator)
    field.memory.withUnsafeMutableBufferPointer { memory in
      let base = memory.baseAddress!
      kernels.depthwiseF32(
        DepthwiseF32(
          input: base, inputOffsets: field.inputOffsets, rows: rows, weights: weights, bias: bias,
          zeros: [Float](repeating: 0, count: width * slabLanes), output: base,
          outputOffsets: field.outputOffsets, slabs: slabs, outputRows: rows.count / 3,
          inputWidth: width, stride: stride, dilation: dilation, activation: activation))
    }
    return field.outputs(field.memory)
  }

  @Test(arguments: availableSets) func depthwiseIntegersAreExact(set: InstructionSet) {
    for (height, width) in [(1, 1), (1, 5), (2, 2), (3, 3), (4, 7), (5, 4), (7, 7), (8, 9), (14, 13)] {
      for stride in 1...3 {
        for dilation in 1...3 {
          let activation: Activation = [.none, .relu, .relu6][(height + stride + dilation) % 3]
          let found = depthwise(
            set.kernels, height, width, stride: stride, dilation: dilation, slabs: 2, .integers, activation)
          let expected = depthwise(
            referenceKernels, height, width, stride: stride, dilation: dilation, slabs: 2, .integers,
            activation)
          #expect(found == expected, "\(set) \(height)x\(width), stride \(stride), dilation \(dilation)")
        }
      }
    }
  }

  @Test(arguments: availableSets) func depthwiseRealsAreWithinRounding(set: InstructionSet) {
    let found = depthwise(set.kernels, 28, 28, stride: 1, dilation: 1, slabs: 4, .reals, .none)
    let expected = depthwise(referenceKernels, 28, 28, stride: 1, dilation: 1, slabs: 4, .reals, .none)
    // Nine products and a bias, each at most 1.
    let tolerance = bound(terms: 9, magnitude: 10)
    for (a, b) in zip(found, expected) { #expect(abs(Double(a) - Double(b)) <= tolerance) }
  }

  private func pool(_ kernels: KernelTable, _ height: Int, _ width: Int, mean: Bool) -> [Float] {
    var generator = SeededGenerator(seed: UInt64(height * 100 + width))
    let outputPixels = mean ? 1 : ((height - 1) / 2 + 1) * ((width - 1) / 2 + 1)
    let rows = windowRows(height, width, stride: 2, reach: 1, outside: 1)
    var field = Slabs(3, pixels: height * width, outputPixels: outputPixels, .reals, &generator)
    field.memory.withUnsafeMutableBufferPointer { memory in
      let base = memory.baseAddress!
      if mean {
        kernels.globalMeanF32(
          GlobalMeanF32(
            input: base, inputOffsets: field.inputOffsets, output: base, outputOffsets: field.outputOffsets,
            slabs: 3, pixels: height * width))
      } else {
        kernels.maxPoolF32(
          MaxPoolF32(
            input: base, inputOffsets: field.inputOffsets, rows: rows, output: base,
            outputOffsets: field.outputOffsets, slabs: 3, outputRows: rows.count / 3, inputWidth: width))
      }
    }
    return field.outputs(field.memory)
  }

  static let poolSizes = [(1, 1), (1, 2), (2, 1), (2, 2), (3, 3), (4, 5), (7, 7), (12, 9), (112, 16)]

  @Test(arguments: availableSets) func maxPoolIsExact(set: InstructionSet) {
    for (height, width) in Self.poolSizes {
      let found = pool(set.kernels, height, width, mean: false)
      #expect(found == pool(referenceKernels, height, width, mean: false), "\(set) \(height)x\(width)")
    }
  }

  @Test(arguments: availableSets) func globalMeanIsWithinRounding(set: InstructionSet) {
    for (height, width) in Self.poolSizes {
      let found = pool(set.kernels, height, width, mean: true)
      let expected = pool(referenceKernels, height, width, mean: true)
      let tolerance = bound(terms: height * width + 1, magnitude: 1)
      for (a, b) in zip(found, expected) {
        #expect(abs(Double(a) - Double(b)) <= tolerance, "\(set) \(height)x\(width)")
      }
    }
  }
}
