import KernelInterface
import ShuffledCore

/// The mean of each lane over all pixels of whole slabs, which do not care for the order of their rows.
package struct GlobalMeanProblem: KernelProblem {
  package var input: SlabInput
  package var values: ProblemValues

  package var description: String { "global mean of \(input.description)" }
  package var multiplyAdds: Int { 0 }

  package init(size: PixelSize, slabs: Int, values: ProblemValues, seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    self.values = values
    input = SlabInput(size, slabs: slabs, values, &generator)
  }

  /// Sums of values of at most 1, divided by their number: as many roundings as values, and one.
  package func tolerance(_ result: Int) -> Double {
    roundingBound(terms: input.size.pixels + 1, magnitude: 1)
  }

  package func trial(_ kernels: KernelTable) -> KernelTrial {
    let field = SlabField(input, outputPixels: 1)
    return KernelTrial(
      field: field.memory, resultIndices: field.resultIndices, bytes: 4 * field.memory.count
    ) { [input] in
      kernels.globalMeanF32(
        GlobalMeanF32(
          input: field.memory.pointer, inputOffsets: field.inputOffsets.pointer,
          output: field.memory.pointer, outputOffsets: field.outputOffsets.pointer, slabs: input.slabs,
          pixels: input.size.pixels))
    }
  }
}
