import KernelInterface
import ShuffledCore

/// A depthwise convolution of whole slabs, whose input rows lie in a shuffled order.
package struct DepthwiseProblem: KernelProblem {
  /// All output rows are computed.
  package var input: SlabInput
  package var stride: Int
  package var dilation: Int
  package var activation: Activation
  package var values: ProblemValues
  /// weights[slab][tap][lane]
  package var weights: [Float]
  /// bias[slab][lane]
  package var bias: [Float]

  package var description: String {
    "depthwise of \(input.description), stride \(stride), dilation \(dilation), \(activation)"
  }
  package var multiplyAdds: Int { outputSize.pixels * input.slabs * slabLanes * 9 }

  private var outputSize: PixelSize { input.size.strided(by: stride) }

  package init(
    size: PixelSize, slabs: Int, stride: Int, dilation: Int, activation: Activation, values: ProblemValues,
    seed: UInt64
  ) {
    var generator = SeededGenerator(seed: seed)
    self.stride = stride
    self.dilation = dilation
    self.activation = activation
    self.values = values
    input = SlabInput(size, slabs: slabs, values, &generator)
    weights = values.make(slabs * 9 * slabLanes, &generator)
    bias = values.make(slabs * slabLanes, &generator)
  }

  package func tolerance(_ result: Int) -> Double {
    // Nine products and a bias, each at most 1.
    roundingBound(terms: 9, magnitude: 10)
  }

  package func trial(_ kernels: KernelTable) -> KernelTrial {
    let field = SlabField(input, outputPixels: outputSize.pixels)
    let rows = field.windowRows(stride: stride, reach: dilation, repeatingInside: false)
    let (weightMemory, biasMemory) = (AlignedMemory(weights), AlignedMemory(bias))
    let zeros = AlignedMemory<Float>(count: input.size.width * slabLanes)
    return KernelTrial(
      field: field.memory, resultIndices: field.resultIndices, bytes: 4 * (field.memory.count + weights.count)
    ) { [self] in
      kernels.depthwiseF32(
        DepthwiseF32(
          input: field.memory.pointer, inputOffsets: field.inputOffsets.pointer, rows: rows.pointer,
          weights: weightMemory.pointer, bias: biasMemory.pointer, zeros: zeros.pointer,
          output: field.memory.pointer, outputOffsets: field.outputOffsets.pointer, slabs: input.slabs,
          outputRows: outputSize.height, inputWidth: input.size.width, stride: stride, dilation: dilation,
          activation: activation))
    }
  }
}
