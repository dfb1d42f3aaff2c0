import KernelInterface

/// 3x3 depthwise convolution, slab by slab. Nine weights stay in registers while a slab's rows pass by. Rows of the
/// window that lie outside the picture are read from a row of zeros, so that every output row is computed alike; only
/// the few pixels whose window reaches past the left or right edge are computed one by one.
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
  let (stride, dilation) = (a.stride, a.dilation)
  let isDense = stride == 1 && dilation == 1
  for slab in 0..<a.slabs {
    var lane = 0
    while lane < slabLanes {
      let input = a.input + Int(a.inputOffsets[slab]) + lane
      let weights = a.weights + slab * 9 * slabLanes + lane
      let bias = a.bias + slab * slabLanes + lane
      let output = a.output + Int(a.outputOffsets[slab]) + lane
      if isDense {
        depthwiseLanes(a, DenseColumns.self, A.self, input, weights, bias, output, zeros: a.zeros + lane)
      } else {
        depthwiseLanes(a, SpreadColumns.self, A.self, input, weights, bias, output, zeros: a.zeros + lane)
      }
      lane += lanes
    }
  }
}

/// Whether neighbouring outputs share input columns. Known to the compiler, because offsets are then constants.
protocol ColumnKind { static var isDense: Bool { get } }
/// Stride 1, dilation 1.
enum DenseColumns: ColumnKind { @inline(__always) static var isDense: Bool { true } }
enum SpreadColumns: ColumnKind { @inline(__always) static var isDense: Bool { false } }

/// The filter of one vector of lanes.
struct DepthwiseFilter {
  let bias: Vector
  let w0: Vector, w1: Vector, w2: Vector
  let w3: Vector, w4: Vector, w5: Vector
  let w6: Vector, w7: Vector, w8: Vector

  @inline(__always) init(_ weights: UnsafePointer<Float>, bias: UnsafePointer<Float>) {
    self.bias = load(bias)
    (w0, w1, w2) = (load(weights), load(weights + slabLanes), load(weights + 2 * slabLanes))
    let second = weights + 3 * slabLanes
    (w3, w4, w5) = (load(second), load(second + slabLanes), load(second + 2 * slabLanes))
    let third = weights + 6 * slabLanes
    (w6, w7, w8) = (load(third), load(third + slabLanes), load(third + 2 * slabLanes))
  }

  // What a column of the window adds: `at` is the column's offset into the rows.
  @inline(__always) func addLeft(_ sum: inout Vector, _ rows: DepthwiseRows, at offset: Int) {
    multiplyAdd(&sum, load(rows.upper + offset), w0)
    multiplyAdd(&sum, load(rows.middle + offset), w3)
    multiplyAdd(&sum, load(rows.lower + offset), w6)
  }
  @inline(__always) func addCenter(_ sum: inout Vector, _ rows: DepthwiseRows, at offset: Int) {
    multiplyAdd(&sum, load(rows.upper + offset), w1)
    multiplyAdd(&sum, load(rows.middle + offset), w4)
    multiplyAdd(&sum, load(rows.lower + offset), w7)
  }
  @inline(__always) func addRight(_ sum: inout Vector, _ rows: DepthwiseRows, at offset: Int) {
    multiplyAdd(&sum, load(rows.upper + offset), w2)
    multiplyAdd(&sum, load(rows.middle + offset), w5)
    multiplyAdd(&sum, load(rows.lower + offset), w8)
  }
}

/// The three input rows under one output row.
struct DepthwiseRows {
  let upper: UnsafePointer<Float>
  let middle: UnsafePointer<Float>
  let lower: UnsafePointer<Float>
}

/// One vector of lanes of one slab.
@inline(never)
func depthwiseLanes<C: ColumnKind, A: ActivationKind>(
  _ a: borrowing DepthwiseF32, _: C.Type, _: A.Type, _ input: UnsafePointer<Float>,
  _ weights: UnsafePointer<Float>, _ bias: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>,
  zeros: UnsafePointer<Float>
) {
  let filter = DepthwiseFilter(weights, bias: bias)
  let (stride, dilation) = C.isDense ? (1, 1) : (a.stride, a.dilation)
  let (width, outputWidth) = (a.inputWidth, a.outputWidth)
  // Output columns whose three input columns all lie inside.
  let insideFirst = min((dilation + stride - 1) / stride, outputWidth)
  let insideEnd = max(insideFirst, (width - dilation + stride - 1) / stride)
  var output = output
  var row = a.rows
  for _ in 0..<a.outputRows {
    let rows = DepthwiseRows(
      upper: row[0] < 0 ? zeros : input + Int(row[0]), middle: row[1] < 0 ? zeros : input + Int(row[1]),
      lower: row[2] < 0 ? zeros : input + Int(row[2]))
    row += 3
    for x in 0..<insideFirst {
      edgePixel(filter, rows, A.self, x: x, output, stride: stride, dilation: dilation, width: width)
    }
    insidePixels(
      filter, rows, C.self, A.self, from: insideFirst, to: insideEnd, output, stride: stride,
      dilation: dilation)
    for x in insideEnd..<max(insideEnd, outputWidth) {
      edgePixel(filter, rows, A.self, x: x, output, stride: stride, dilation: dilation, width: width)
    }
    output += outputWidth * slabLanes
  }
}

/// Pixels whose windows lie inside their rows.
@inline(__always)
private func insidePixels<C: ColumnKind, A: ActivationKind>(
  _ filter: DepthwiseFilter, _ rows: DepthwiseRows, _: C.Type, _: A.Type, from first: Int, to end: Int,
  _ output: UnsafeMutablePointer<Float>, stride: Int, dilation: Int
) {
  let step = dilation * slabLanes
  var offset = (first * stride - dilation) * slabLanes
  var output = output + first * slabLanes
  var left = end - first
  if C.isDense {
    // Four pixels at a time need eighteen loads instead of thirty-six.
    while left >= 4 {
      var (a, b, c, d) = (filter.bias, filter.bias, filter.bias, filter.bias)
      filter.addLeft(&a, rows, at: offset)
      filter.addCenter(&a, rows, at: offset + slabLanes)
      filter.addLeft(&b, rows, at: offset + slabLanes)
      filter.addRight(&a, rows, at: offset + 2 * slabLanes)
      filter.addCenter(&b, rows, at: offset + 2 * slabLanes)
      filter.addLeft(&c, rows, at: offset + 2 * slabLanes)
      filter.addRight(&b, rows, at: offset + 3 * slabLanes)
      filter.addCenter(&c, rows, at: offset + 3 * slabLanes)
      filter.addLeft(&d, rows, at: offset + 3 * slabLanes)
      filter.addRight(&c, rows, at: offset + 4 * slabLanes)
      filter.addCenter(&d, rows, at: offset + 4 * slabLanes)
      filter.addRight(&d, rows, at: offset + 5 * slabLanes)
      write(A.apply(a), output)
      write(A.apply(b), output + slabLanes)
      write(A.apply(c), output + 2 * slabLanes)
      write(A.apply(d), output + 3 * slabLanes)
      offset += 4 * slabLanes
      output += 4 * slabLanes
      left -= 4
    }
  }
  while left > 0 {
    // Three sums, because nine products one after the other would wait for each other.
    var (sum, center, right) = (filter.bias, Vector(repeating: 0), Vector(repeating: 0))
    filter.addLeft(&sum, rows, at: offset)
    filter.addCenter(&center, rows, at: offset + step)
    filter.addRight(&right, rows, at: offset + 2 * step)
    write(A.apply(sum + center + right), output)
    offset += stride * slabLanes
    output += slabLanes
    left -= 1
  }
}

/// A pixel whose window may reach past the left or right edge.
@inline(__always)
private func edgePixel<A: ActivationKind>(
  _ filter: DepthwiseFilter, _ rows: DepthwiseRows, _: A.Type, x: Int, _ output: UnsafeMutablePointer<Float>,
  stride: Int, dilation: Int, width: Int
) {
  let column = x * stride
  var sum = filter.bias
  if column >= dilation { filter.addLeft(&sum, rows, at: (column - dilation) * slabLanes) }
  filter.addCenter(&sum, rows, at: column * slabLanes)
  if column + dilation < width { filter.addRight(&sum, rows, at: (column + dilation) * slabLanes) }
  write(A.apply(sum), output + x * slabLanes)
}
