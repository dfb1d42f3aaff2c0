import KernelInterface
import ShuffledCore

/// The memory of kernels that work lane by lane on whole slabs: input slabs in reverse order, whose rows lie in an order
/// of their own, as in a ring; then the output slabs.
struct SlabField {
  let memory: AlignedMemory<Float>
  let inputOffsets: AlignedMemory<Int32>
  let outputOffsets: AlignedMemory<Int32>
  let resultIndices: [Int]
  /// Where each input row lies in a slab.
  private let rowOffsets: [Int]

  /// - Parameters:
  ///   - input: input[slab][row][column][lane]
  ///   - rowOrder: the place of each row among a slab's rows.
  init(input: [Float], slabs: Int, size: PixelSize, rowOrder: [Int], outputPixels: Int) {
    let (rowFloats, outputFloats) = (size.width * slabLanes, outputPixels * slabLanes)
    let slabFloats = rowFloats * size.height
    let outputStart = slabs * slabFloats
    rowOffsets = rowOrder.map { $0 * rowFloats }
    memory = .field(count: outputStart + slabs * outputFloats + slabLanes)
    for slab in 0..<slabs {
      for row in 0..<size.height {
        let source = slab * slabFloats + row * rowFloats
        let target = (slabs - 1 - slab) * slabFloats + rowOffsets[row]
        for index in 0..<rowFloats { memory.pointer[target + index] = input[source + index] }
      }
    }
    inputOffsets = AlignedMemory((0..<slabs).map { Int32((slabs - 1 - $0) * slabFloats) })
    outputOffsets = AlignedMemory((0..<slabs).map { Int32(outputStart + $0 * outputFloats) })
    resultIndices = Array(outputStart..<outputStart + slabs * outputFloats)
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

extension PixelSize {
  /// What a 3x3 window of this stride leaves, padding equal to its dilation.
  func strided(by stride: Int) -> PixelSize {
    PixelSize(width: (width - 1) / stride + 1, height: (height - 1) / stride + 1)
  }

  var pixels: Int { width * height }
}
