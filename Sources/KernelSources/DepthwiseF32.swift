import KernelInterface

/// 3x3 depthwise convolution, slab by slab and row by row. Rows of the window above and below the picture are read
/// from a row of zeros, so that every output row is computed alike; only the few pixels whose window reaches past
/// the left or right edge are computed one by one.
@inline(never)
public func depthwiseF32(_ a: borrowing DepthwiseF32) {
  switch a.activation {
  case .none: depthwiseF32(a, Identity.self)
  case .relu: depthwiseF32(a, ReLU.self)
  case .relu6: depthwiseF32(a, ReLU6.self)
  }
}

@inline(__always)
private func depthwiseF32<A: ActivationKind>(_ a: borrowing DepthwiseF32, _: A.Type) {
  let rowFloats = a.inputWidth * slabLanes
  for slab in 0..<a.slabs {
    let input = a.input + Int(a.inputOffsets[slab])
    let weights = a.weights + slab * 9 * slabLanes
    let bias = a.bias + slab * slabLanes
    var output = a.output + Int(a.outputOffsets[slab])
    for y in 0..<a.outputHeight {
      let middle = y * a.stride
      let (upper, lower) = (middle - a.dilation, middle + a.dilation)
      let window = DepthwiseWindow(
        upper: upper >= 0 ? input + upper * rowFloats : a.zeros, middle: input + middle * rowFloats,
        lower: lower < a.inputHeight ? input + lower * rowFloats : a.zeros, width: a.inputWidth,
        stride: a.stride, dilation: a.dilation)
      var lane = 0
      while lane < slabLanes {
        depthwiseRow(window, lane, weights + lane, load(bias + lane), output + lane, a.outputWidth, A.self)
        lane += lanes
      }
      output += a.outputWidth * slabLanes
    }
  }
}

/// The three input rows under one output row.
struct DepthwiseWindow {
  var upper: UnsafePointer<Float>
  var middle: UnsafePointer<Float>
  var lower: UnsafePointer<Float>
  var width: Int
  var stride: Int
  var dilation: Int
}

/// One output row of one vector of lanes. Nine weights stay in registers.
@inline(never)
func depthwiseRow<A: ActivationKind>(
  _ window: DepthwiseWindow, _ lane: Int, _ weights: UnsafePointer<Float>, _ bias: Vector,
  _ output: UnsafeMutablePointer<Float>, _ outputWidth: Int, _: A.Type
) {
  let (stride, dilation) = (window.stride, window.dilation)
  // Output columns whose three input columns all lie inside.
  let insideFirst = min((dilation + stride - 1) / stride, outputWidth)
  let insideEnd = max(insideFirst, (window.width - dilation + stride - 1) / stride)
  let upper = window.upper + lane
  let middle = window.middle + lane
  let lower = window.lower + lane
  let w0 = load(weights)
  let w1 = load(weights + slabLanes)
  let w2 = load(weights + 2 * slabLanes)
  let w3 = load(weights + 3 * slabLanes)
  let w4 = load(weights + 4 * slabLanes)
  let w5 = load(weights + 5 * slabLanes)
  let w6 = load(weights + 6 * slabLanes)
  let w7 = load(weights + 7 * slabLanes)
  let w8 = load(weights + 8 * slabLanes)
  var x = 0
  while x < outputWidth {
    if x == insideFirst {
      let step = dilation * slabLanes
      var offset = (x * stride - dilation) * slabLanes
      while x < insideEnd {
        var left = bias
        multiplyAdd(&left, load(upper + offset), w0)
        multiplyAdd(&left, load(middle + offset), w3)
        multiplyAdd(&left, load(lower + offset), w6)
        var center = load(upper + offset + step) * w1
        multiplyAdd(&center, load(middle + offset + step), w4)
        multiplyAdd(&center, load(lower + offset + step), w7)
        var right = load(upper + offset + 2 * step) * w2
        multiplyAdd(&right, load(middle + offset + 2 * step), w5)
        multiplyAdd(&right, load(lower + offset + 2 * step), w8)
        write(A.apply(left + center + right), output + x * slabLanes)
        offset += stride * slabLanes
        x += 1
      }
      if x == outputWidth { return }
    }
    var sum = bias
    let offset = x * stride * slabLanes
    multiplyAdd(&sum, load(upper + offset), w1)
    multiplyAdd(&sum, load(middle + offset), w4)
    multiplyAdd(&sum, load(lower + offset), w7)
    if x * stride >= dilation {
      let left = offset - dilation * slabLanes
      multiplyAdd(&sum, load(upper + left), w0)
      multiplyAdd(&sum, load(middle + left), w3)
      multiplyAdd(&sum, load(lower + left), w6)
    }
    if x * stride + dilation < window.width {
      let right = offset + dilation * slabLanes
      multiplyAdd(&sum, load(upper + right), w2)
      multiplyAdd(&sum, load(middle + right), w5)
      multiplyAdd(&sum, load(lower + right), w8)
    }
    write(A.apply(sum), output + x * slabLanes)
    x += 1
  }
}
