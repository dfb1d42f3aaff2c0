import KernelInterface
import ShuffledCore

/// A depthwise convolution of whole slabs, whose input rows lie in a shuffled order.
package struct DepthwiseProblem: KernelProblem {
  /// Of the input; all output rows are computed.
  package var size: PixelSize
  package var slabs: Int
  package var stride: Int
  package var dilation: Int
  package var activation: Activation
  package var values: ProblemValues
  /// input[slab][row][column][lane]
  package var input: [Float]
  /// weights[slab][tap][lane]
  package var weights: [Float]
  /// bias[slab][lane]
  package var bias: [Float]
  private let rowOrder: [Int]

  package var description: String {
    "depthwise of \(size), \(slabs * slabLanes) channels, stride \(stride), dilation \(dilation), \(activation)"
  }
  package var multiplyAdds: Int { size.strided(by: stride).pixels * slabs * slabLanes * 9 }

  package init(
    size: PixelSize, slabs: Int, stride: Int, dilation: Int, activation: Activation, values: ProblemValues,
    seed: UInt64
  ) {
    var generator = SeededGenerator(seed: seed)
    self.size = size
    self.slabs = slabs
    self.stride = stride
    self.dilation = dilation
    self.activation = activation
    self.values = values
    input = values.make(slabs * size.pixels * slabLanes, &generator)
    weights = values.make(slabs * 9 * slabLanes, &generator)
    bias = values.make(slabs * slabLanes, &generator)
    rowOrder = (0..<size.height).shuffled(using: &generator)
  }

  package func tolerance(_ result: Int) -> Double {
    // Nine products and a bias, each at most 1.
    roundingBound(terms: 9, magnitude: 10)
  }

  package func trial(_ kernels: KernelTable) -> KernelTrial {
    let outputSize = size.strided(by: stride)
    let field = SlabField(
      input: input, slabs: slabs, size: size, rowOrder: rowOrder, outputPixels: outputSize.pixels)
    let rows = field.windowRows(stride: stride, reach: dilation, repeatingInside: false)
    let (weightMemory, biasMemory) = (AlignedMemory(weights), AlignedMemory(bias))
    let zeros = AlignedMemory<Float>(count: size.width * slabLanes)
    return KernelTrial(
      field: field.memory, resultIndices: field.resultIndices, bytes: 4 * (field.memory.count + weights.count)
    ) { [self] in
      kernels.depthwiseF32(
        DepthwiseF32(
          input: field.memory.pointer, inputOffsets: field.inputOffsets.pointer, rows: rows.pointer,
          weights: weightMemory.pointer, bias: biasMemory.pointer, zeros: zeros.pointer,
          output: field.memory.pointer, outputOffsets: field.outputOffsets.pointer, slabs: slabs,
          outputRows: outputSize.height, inputWidth: size.width, stride: stride, dilation: dilation,
          activation: activation))
    }
  }
}
