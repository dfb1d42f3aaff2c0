import KernelInterface
import ShuffledCore

/// The largest of 3x3 values over whole slabs, whose input rows lie in a shuffled order.
package struct MaxPoolProblem: KernelProblem {
  /// Of the input; all output rows are computed.
  package var size: PixelSize
  package var slabs: Int
  package var values: ProblemValues
  /// input[slab][row][column][lane]
  package var input: [Float]
  private let rowOrder: [Int]

  package var description: String { "max pool of \(size), \(slabs * slabLanes) channels" }
  package var multiplyAdds: Int { 0 }

  package init(size: PixelSize, slabs: Int, values: ProblemValues, seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    self.size = size
    self.slabs = slabs
    self.values = values
    input = values.make(slabs * size.pixels * slabLanes, &generator)
    rowOrder = (0..<size.height).shuffled(using: &generator)
  }

  /// A maximum is one of its values.
  package func tolerance(_ result: Int) -> Double { 0 }

  package func trial(_ kernels: KernelTable) -> KernelTrial {
    let outputSize = size.strided(by: 2)
    let field = SlabField(
      input: input, slabs: slabs, size: size, rowOrder: rowOrder, outputPixels: outputSize.pixels)
    let rows = field.windowRows(stride: 2, reach: 1, repeatingInside: true)
    return KernelTrial(
      field: field.memory, resultIndices: field.resultIndices, bytes: 4 * field.memory.count
    ) { [self] in
      kernels.maxPoolF32(
        MaxPoolF32(
          input: field.memory.pointer, inputOffsets: field.inputOffsets.pointer, rows: rows.pointer,
          output: field.memory.pointer, outputOffsets: field.outputOffsets.pointer, slabs: slabs,
          outputRows: outputSize.height, inputWidth: size.width))
    }
  }
}

/// The mean of each lane over all pixels.
package struct GlobalMeanProblem: KernelProblem {
  package var size: PixelSize
  package var slabs: Int
  package var values: ProblemValues
  /// input[slab][row][column][lane]
  package var input: [Float]

  package var description: String { "global mean of \(size), \(slabs * slabLanes) channels" }
  package var multiplyAdds: Int { 0 }

  package init(size: PixelSize, slabs: Int, values: ProblemValues, seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    self.size = size
    self.slabs = slabs
    self.values = values
    input = values.make(slabs * size.pixels * slabLanes, &generator)
  }

  /// Sums of values of at most 1, divided by their number: as many roundings as values, and one.
  package func tolerance(_ result: Int) -> Double { roundingBound(terms: size.pixels + 1, magnitude: 1) }

  package func trial(_ kernels: KernelTable) -> KernelTrial {
    let field = SlabField(
      input: input, slabs: slabs, size: size, rowOrder: Array(0..<size.height), outputPixels: 1)
    return KernelTrial(
      field: field.memory, resultIndices: field.resultIndices, bytes: 4 * field.memory.count
    ) { [self] in
      kernels.globalMeanF32(
        GlobalMeanF32(
          input: field.memory.pointer, inputOffsets: field.inputOffsets.pointer,
          output: field.memory.pointer, outputOffsets: field.outputOffsets.pointer, slabs: slabs,
          pixels: size.pixels))
    }
  }
}
