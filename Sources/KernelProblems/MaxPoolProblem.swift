import KernelInterface
import ShuffledCore

/// The largest of 3x3 values over whole slabs.
package struct MaxPoolProblem: KernelProblem {
  /// All output rows are computed.
  package var input: SlabInput
  package var values: ProblemValues

  package var description: String { "max pool of \(input.description)" }
  package var multiplyAdds: Int { 0 }

  package init(size: PixelSize, slabs: Int, values: ProblemValues, seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    self.values = values
    input = SlabInput(size, slabs: slabs, values, &generator)
  }

  /// A maximum is one of its values.
  package func tolerance(_ result: Int) -> Double { 0 }

  package func trial(_ kernels: KernelTable) -> KernelTrial {
    let outputSize = input.size.strided(by: 2)
    let field = SlabField(input, outputPixels: outputSize.pixels)
    let rows = field.windowRows(stride: 2, reach: 1, repeatingInside: true)
    return KernelTrial(
      field: field.memory, resultIndices: field.resultIndices, bytes: 4 * field.memory.count
    ) { [input] in
      kernels.maxPoolF32(
        MaxPoolF32(
          input: field.memory.pointer, inputOffsets: field.inputOffsets.pointer, rows: rows.pointer,
          output: field.memory.pointer, outputOffsets: field.outputOffsets.pointer, slabs: input.slabs,
          outputRows: outputSize.height, inputWidth: input.size.width))
    }
  }
}
