import KernelInterface

/// 3x3 maximum, stride 2, padding 1. Rows outside the picture are repeated ones of it (`MaxPoolF32.rows`), which
/// changes no maximum; at the left and right edge the window is cut.
@inline(never)
public func maxPoolF32(_ a: borrowing MaxPoolF32) {
  for slab in 0..<a.slabs {
    var lane = 0
    while lane < slabLanes {
      maxPoolLanes(
        a, a.input + Int(a.inputOffsets[slab]) + lane, a.output + Int(a.outputOffsets[slab]) + lane)
      lane += lanes
    }
  }
}

@inline(__always)
private func maxPoolLanes(
  _ a: borrowing MaxPoolF32, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>
) {
  let inputWidth = a.inputWidth
  var output = output
  for y in 0..<a.outputRows {
    let upper = input + Int(a.rows[3 * y])
    let middle = input + Int(a.rows[3 * y + 1])
    let lower = input + Int(a.rows[3 * y + 2])
    // The column left of this pixel's two; for the first pixel, its own.
    var before = columnMaximum(upper, middle, lower, at: 0)
    let pairs = inputWidth / 2
    for x in 0..<pairs {
      let column = columnMaximum(upper, middle, lower, at: 2 * x)
      let after = columnMaximum(upper, middle, lower, at: 2 * x + 1)
      write(larger(larger(before, column), after), output)
      before = after
      output += slabLanes
    }
    if 2 * pairs < inputWidth {
      write(larger(before, columnMaximum(upper, middle, lower, at: 2 * pairs)), output)
      output += slabLanes
    }
  }
}

@_transparent
private func columnMaximum(
  _ upper: UnsafePointer<Float>, _ middle: UnsafePointer<Float>, _ lower: UnsafePointer<Float>, at column: Int
) -> Vector {
  let offset = column * slabLanes
  return larger(larger(load(upper + offset), load(middle + offset)), load(lower + offset))
}
