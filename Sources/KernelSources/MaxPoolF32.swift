import KernelInterface

/// 3x3 maximum, stride 2, padding 1: a window is cut at the picture's edges.
@inline(never)
public func maxPoolF32(_ a: borrowing MaxPoolF32) {
  let (outputHeight, outputWidth) = (a.outputHeight, a.outputWidth)
  for slab in 0..<a.slabs {
    for lane in stride(from: 0, to: slabLanes, by: lanes) {
      let input = a.input + Int(a.inputOffsets[slab]) + lane
      var output = a.output + Int(a.outputOffsets[slab]) + lane
      for y in 0..<outputHeight {
        let firstRow = max(2 * y - 1, 0)
        let lastRow = min(2 * y + 1, a.inputHeight - 1)
        for x in 0..<outputWidth {
          let firstColumn = max(2 * x - 1, 0)
          let lastColumn = min(2 * x + 1, a.inputWidth - 1)
          var result = load(input + (firstRow * a.inputWidth + firstColumn) * slabLanes)
          for row in firstRow...lastRow {
            for column in firstColumn...lastColumn {
              result = larger(result, load(input + (row * a.inputWidth + column) * slabLanes))
            }
          }
          write(result, output)
          output += slabLanes
        }
      }
    }
  }
}
