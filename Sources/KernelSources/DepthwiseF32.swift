import KernelInterface

/// 3x3 depthwise convolution, slab by slab and row by row. A row's pixels are cut in three: those whose window
/// reaches past the left edge, those inside, those past the right edge; rows of the window that lie outside
/// the picture are left out.
@inline(never)
public func depthwiseF32(_ a: borrowing DepthwiseF32) {
  let (outputHeight, outputWidth) = (a.outputHeight, a.outputWidth)
  // Output columns whose three input columns all lie inside.
  let insideFirst = min((a.dilation + a.stride - 1) / a.stride, outputWidth)
  let insideEnd = max(insideFirst, (a.inputWidth - a.dilation + a.stride - 1) / a.stride)
  let clamp = Clamp(a.activation)
  for slab in 0..<a.slabs {
    let input = a.input + Int(a.inputOffsets[slab])
    let output = a.output + Int(a.outputOffsets[slab])
    for lane in stride(from: 0, to: slabLanes, by: lanes) {
      let weights = a.weights + slab * 9 * slabLanes + lane
      let bias = load(a.bias + slab * slabLanes + lane)
      for y in 0..<outputHeight {
        let row = DepthwiseRow(
          input: input + lane, width: a.inputWidth, height: a.inputHeight, top: y * a.stride - a.dilation,
          dilation: a.dilation)
        let out = output + y * outputWidth * slabLanes + lane
        for x in 0..<insideFirst {
          row.edge(x * a.stride, weights, bias, out + x * slabLanes, clamp)
        }
        if row.isInside {
          row.inside(insideFirst..<insideEnd, a.stride, weights, bias, out, clamp)
        } else {
          for x in insideFirst..<insideEnd {
            row.edge(x * a.stride, weights, bias, out + x * slabLanes, clamp)
          }
        }
        for x in insideEnd..<outputWidth {
          row.edge(x * a.stride, weights, bias, out + x * slabLanes, clamp)
        }
      }
    }
  }
}

/// The three input rows under one output row of one slab.
private struct DepthwiseRow {
  var input: UnsafePointer<Float>
  var width: Int
  var height: Int
  /// The window's first input row; may lie above the picture.
  var top: Int
  var dilation: Int

  @inline(__always) var isInside: Bool { top >= 0 && top + 2 * dilation < height }

  /// One pixel whose window may reach past any edge. `center`: the window's middle column.
  @inline(__always)
  func edge(
    _ center: Int, _ weights: UnsafePointer<Float>, _ bias: Vector, _ output: UnsafeMutablePointer<Float>,
    _ clamp: Clamp
  ) {
    var sum = bias
    for i in 0..<3 {
      let y = top + i * dilation
      if y < 0 || y >= height { continue }
      for j in 0..<3 {
        let x = center + (j - 1) * dilation
        if x < 0 || x >= width { continue }
        multiplyAdd(
          &sum, load(input + (y * width + x) * slabLanes), load(weights + (3 * i + j) * slabLanes))
      }
    }
    write(clamped(sum, clamp), output)
  }

  /// The pixels `columns`, whose windows lie wholly inside: nine weights stay in registers.
  @inline(__always)
  func inside(
    _ columns: Range<Int>, _ stride: Int, _ weights: UnsafePointer<Float>, _ bias: Vector,
    _ output: UnsafeMutablePointer<Float>, _ clamp: Clamp
  ) {
    let w0 = load(weights)
    let w1 = load(weights + slabLanes)
    let w2 = load(weights + 2 * slabLanes)
    let w3 = load(weights + 3 * slabLanes)
    let w4 = load(weights + 4 * slabLanes)
    let w5 = load(weights + 5 * slabLanes)
    let w6 = load(weights + 6 * slabLanes)
    let w7 = load(weights + 7 * slabLanes)
    let w8 = load(weights + 8 * slabLanes)
    let step = dilation * slabLanes
    var upper = input + (top * width + columns.lowerBound * stride - dilation) * slabLanes
    var out = output + columns.lowerBound * slabLanes
    for _ in columns {
      let middle = upper + dilation * width * slabLanes
      let lower = middle + dilation * width * slabLanes
      var sum = bias
      multiplyAdd(&sum, load(upper), w0)
      multiplyAdd(&sum, load(upper + step), w1)
      multiplyAdd(&sum, load(upper + 2 * step), w2)
      multiplyAdd(&sum, load(middle), w3)
      multiplyAdd(&sum, load(middle + step), w4)
      multiplyAdd(&sum, load(middle + 2 * step), w5)
      multiplyAdd(&sum, load(lower), w6)
      multiplyAdd(&sum, load(lower + step), w7)
      multiplyAdd(&sum, load(lower + 2 * step), w8)
      write(clamped(sum, clamp), out)
      upper += stride * slabLanes
      out += slabLanes
    }
  }
}
