import KernelInterface
import ShuffledCore

/// Rows of the first convolution over a picture with its border.
package struct StemConvolutionProblem: KernelProblem {
  /// Of the input; all output rows are computed.
  package var size: PixelSize
  package var outputs: Int
  package var activation: Activation
  package var values: ProblemValues
  /// weights[output][channel][row][column]
  package var weights: [Float]
  package var bias: [Float]
  /// The planes, borders included.
  package var input: [Float]

  private static let taps = 27
  private var outputSize: PixelSize {
    PixelSize(width: (size.width - 1) / 2 + 1, height: (size.height - 1) / 2 + 1)
  }
  private var layout: PlanarLayout { PlanarLayout(size: size) }
  private var pixels: Int { outputSize.width * outputSize.height }

  package var description: String { "stem of \(size), \(outputs) channels, \(activation)" }
  package var multiplyAdds: Int { pixels * Self.taps * outputs }

  package init(
    size: PixelSize, outputs: Int, activation: Activation, values: ProblemValues, seed: UInt64
  ) {
    var generator = SeededGenerator(seed: seed)
    self.size = size
    self.outputs = outputs
    self.activation = activation
    self.values = values
    weights = values.make(outputs * Self.taps, &generator)
    bias = values.make(outputs, &generator)
    let layout = PlanarLayout(size: size)
    input = [Float](repeating: 0, count: layout.count)
    for channel in 0..<3 {
      for y in 0..<size.height {
        let row = values.make(size.width, &generator)
        for x in 0..<size.width { input[layout.index(channel: channel, y: y, x: x)] = row[x] }
      }
    }
  }

  package func tolerance(_ result: Int) -> Double {
    // Every value is at most 1.
    roundingBound(terms: Self.taps, magnitude: Double(Self.taps + 1))
  }

  package func trial(_ kernels: KernelTable) -> KernelTrial {
    let slabFloats = pixels * slabLanes
    let inputCount = (layout.count + slabLanes - 1) / slabLanes * slabLanes
    let slabs = (outputs + slabLanes - 1) / slabLanes
    let field = AlignedMemory<Float>.field(count: inputCount + (slabs + 1) * slabFloats)
    for (index, x) in input.enumerated() { field.pointer[index] = x }
    let packed = PackedWeights(
      pointwise: weights, bias: bias, outputOrder: Array(0..<outputs), kernels: kernels)
    let vectors = kernels.vectors(for: outputs)
    func outputOffset(_ lane: Int) -> Int { inputCount + lane / slabLanes * slabFloats + lane % slabLanes }
    let taps = AlignedMemory(
      (0..<Self.taps).map { Int32(layout.index(channel: $0 / 9, y: $0 % 9 / 3 - 1, x: $0 % 3 - 1)) })
    let outputTable = AlignedMemory((0..<vectors).map { Int32(outputOffset($0 * kernels.vectorLanes)) })
    let (weightMemory, biasMemory) = (AlignedMemory(packed.weights), AlignedMemory(packed.bias))
    let written = vectors * kernels.vectorLanes
    return KernelTrial(
      field: field,
      resultIndices: (0..<outputs).flatMap { n in (0..<pixels).map { outputOffset(n) + $0 * slabLanes } },
      isPadding: { index in
        index >= inputCount && (index - inputCount) / slabFloats * slabLanes + index % slabLanes < written
      },
      bytes: 4 * (field.count + packed.weights.count)
    ) { [self] in
      kernels.stemConvolutionF32(
        StemConvolutionF32(
          input: field.pointer, inputOffsets: taps.pointer, taps: Self.taps,
          inputRowStep: 2 * layout.rowStride, weights: weightMemory.pointer, bias: biasMemory.pointer,
          output: field.pointer, outputOffsets: outputTable.pointer, outputVectors: vectors,
          outputRows: outputSize.height, outputWidth: outputSize.width, activation: activation))
    }
  }
}
