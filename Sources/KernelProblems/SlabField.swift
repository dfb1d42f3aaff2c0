import KernelInterface
import ShuffledCore

/// What kernels that work lane by lane read: whole slabs of seeded values, whose rows lie in a shuffled order.
package struct SlabInput: Sendable {
  package let size: PixelSize
  package let slabs: Int
  /// values[slab][row][column][lane]
  package var values: [Float]
  /// The place of each row among a slab's rows.
  let rowOrder: [Int]

  init(_ size: PixelSize, slabs: Int, _ values: ProblemValues, _ generator: inout SeededGenerator) {
    self.size = size
    self.slabs = slabs
    self.values = values.make(slabs * size.pixels * slabLanes, &generator)
    rowOrder = (0..<size.height).shuffled(using: &generator)
  }

  package var description: String { "\(size), \(slabs * slabLanes) channels" }
}

/// The memory of kernels that work lane by lane on whole slabs: input slabs in reverse order, whose rows lie in an order
/// of their own, as in a ring; then the output slabs.
struct SlabField {
  let memory: AlignedMemory<Float>
  let inputOffsets: AlignedMemory<Int32>
  let outputOffsets: AlignedMemory<Int32>
  let resultIndices: [Int]
  /// Where each input row lies in a slab.
  private let rowOffsets: [Int]

  /// - outputSlabs: nil for as many as the input has.
  init(_ input: SlabInput, outputPixels: Int, outputSlabs: Int? = nil) {
    let (size, slabs) = (input.size, input.slabs)
    let outputSlabs = outputSlabs ?? slabs
    let (rowFloats, outputFloats) = (size.width * slabLanes, outputPixels * slabLanes)
    let slabFloats = rowFloats * size.height
    let outputStart = slabs * slabFloats
    rowOffsets = input.rowOrder.map { $0 * rowFloats }
    memory = .field(count: outputStart + outputSlabs * outputFloats + slabLanes)
    for slab in 0..<slabs {
      for row in 0..<size.height {
        let source = slab * slabFloats + row * rowFloats
        let target = (slabs - 1 - slab) * slabFloats + rowOffsets[row]
        for index in 0..<rowFloats { memory.pointer[target + index] = input.values[source + index] }
      }
    }
    inputOffsets = AlignedMemory((0..<slabs).map { Int32((slabs - 1 - $0) * slabFloats) })
    outputOffsets = AlignedMemory((0..<outputSlabs).map { Int32(outputStart + $0 * outputFloats) })
    resultIndices = Array(outputStart..<outputStart + outputSlabs * outputFloats)
  }

  /// The three rows of each output row's window. For rows outside: -1, or the window's middle row.
  func windowRows(stride: Int, reach: Int, repeatingInside: Bool) -> AlignedMemory<Int32> {
    let height = rowOffsets.count
    return AlignedMemory(
      (0...(height - 1) / stride).flatMap { y in
        (-1...1).map { i in
          let row = y * stride + i * reach
          if (0..<height).contains(row) { return Int32(rowOffsets[row]) }
          return repeatingInside ? Int32(rowOffsets[y * stride]) : -1
        }
      })
  }
}
