import KernelInterface
import ShuffledCore

/// A 3x3 convolution of some of the channels of a few slabs, in a shuffled order, whose rows lie in another.
package struct ConvolutionProblem: KernelProblem {
  /// All output rows are computed.
  package var input: SlabInput
  package var outputs: Int
  package var stride: Int
  package var dilation: Int
  package var activation: Activation
  package var values: ProblemValues
  /// weights[output][input][tap]
  package var weights: [Float]
  package var bias: [Float]
  /// By input channel: its slab times 16, and its lane.
  package let channels: [Int]

  package var description: String {
    "3x3 convolution of \(input.size), \(channels.count) to \(outputs) channels, stride \(stride), "
      + "dilation \(dilation), \(activation)"
  }
  package var multiplyAdds: Int { outputSize.pixels * channels.count * outputs * 9 }

  private var outputSize: PixelSize { input.size.strided(by: stride) }

  package init(
    size: PixelSize, inputs: Int, outputs: Int, stride: Int, dilation: Int, activation: Activation,
    values: ProblemValues, seed: UInt64
  ) {
    var generator = SeededGenerator(seed: seed)
    self.outputs = outputs
    self.stride = stride
    self.dilation = dilation
    self.activation = activation
    self.values = values
    // Some lanes stay free.
    let slabs = (inputs + inputs / 4) / slabLanes + 1
    input = SlabInput(size, slabs: slabs, values, &generator)
    channels = Array((0..<slabs * slabLanes).shuffled(using: &generator).prefix(inputs))
    weights = values.make(outputs * inputs * 9, &generator)
    bias = values.make(outputs, &generator)
  }

  package func tolerance(_ result: Int) -> Double {
    // Products of values of at most 1.
    roundingBound(terms: 9 * channels.count, magnitude: Double(9 * channels.count + 1))
  }

  package func trial(_ kernels: KernelTable) -> KernelTrial {
    let lanes = kernels.vectorLanes
    let vectors = kernels.vectors(for: outputs)
    let pixels = outputSize.pixels
    let outputSlabs = (outputs + slabLanes - 1) / slabLanes
    let field = SlabField(input, outputPixels: pixels, outputSlabs: outputSlabs)
    let rows = field.windowRows(stride: stride, reach: dilation, repeatingInside: false)
    let packed = PackedWeights(
      pointwise: weights, bias: bias, outputOrder: Array(0..<outputs), taps: 9, kernels: kernels)
    let (weightMemory, biasMemory) = (AlignedMemory(packed.weights), AlignedMemory(packed.bias))
    let inputOffsets = AlignedMemory(
      channels.map { field.inputOffsets.pointer[$0 / slabLanes] + Int32($0 % slabLanes) })
    func outputOffset(_ lane: Int) -> Int {
      Int(field.outputOffsets.pointer[lane / slabLanes]) + lane % slabLanes
    }
    let outputOffsets = AlignedMemory((0..<vectors).map { Int32(outputOffset($0 * lanes)) })
    let results = (0..<outputs).flatMap { n in (0..<pixels).map { outputOffset(n) + $0 * slabLanes } }
    let padding = Set(
      (outputs..<vectors * lanes).flatMap { n in (0..<pixels).map { outputOffset(n) + $0 * slabLanes } })
    return KernelTrial(
      field: field.memory, resultIndices: results, isPadding: padding.contains,
      bytes: 4 * (field.memory.count + weights.count)
    ) { [self] in
      kernels.convolutionF32(
        ConvolutionF32(
          input: field.memory.pointer, inputOffsets: inputOffsets.pointer, inputChannels: channels.count,
          rows: rows.pointer, weights: weightMemory.pointer, bias: biasMemory.pointer,
          output: field.memory.pointer, outputOffsets: outputOffsets.pointer, outputVectors: vectors,
          outputRows: outputSize.height, inputWidth: input.size.width, stride: stride, dilation: dilation,
          activation: activation))
    }
  }
}
