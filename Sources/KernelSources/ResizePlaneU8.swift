import CInstructions
import KernelInterface

/// Resizes a plane, one row of the output at a time: first the input rows it is made of are added up, column by
/// column, to one row of floats, which stays in the first-level cache; then each output sample is made of a few
/// neighbours in it. Down first, because that is the direction in which all columns have the same weights.
@inline(never)
public func resizePlaneU8(_ a: borrowing ResizePlaneU8) {
  for y in 0..<a.outputHeight {
    let rows = a.input + Int(a.rowFirst[y]) * a.inputStride
    // The rows that the next one needs and this one does not.
    let newRows = y + 1 < a.outputHeight ? Int(a.rowFirst[y + 1] - a.rowFirst[y]) : 0
    addRows(
      rows, stride: a.inputStride, weights: a.rowWeights + y * a.rowTaps, taps: a.rowTaps, fetching: newRows,
      to: a.scratch, width: a.inputWidth)
    addColumns(a, to: a.output + y * a.outputStride)
  }
}

/// output[x] = sum over i of weights[i] * rows[i * stride + x]
/// - fetching: how many of the rows after these to bring nearer meanwhile. A picture comes from the decoder's caches,
///   or from memory; without this, waiting for it is most of the work (measured).
@inline(__always)
private func addRows(
  _ rows: UnsafePointer<UInt8>, stride: Int, weights: UnsafePointer<Float>, taps: Int, fetching newRows: Int,
  to output: UnsafeMutablePointer<Float>, width: Int
) {
  let zero = Vector(repeating: 0)
  var x = 0
  // Four sums at a time, because one waits for itself.
  while x + 4 * lanes <= width {
    var (a, b, c, d) = (zero, zero, zero, zero)
    var row = rows + x
    for i in 0..<newRows { shuffled_prefetch(row + (taps + i) * stride) }
    for i in 0..<taps {
      let weight = Vector(repeating: weights[i])
      multiplyAdd(&a, floats(row), weight)
      multiplyAdd(&b, floats(row + lanes), weight)
      multiplyAdd(&c, floats(row + 2 * lanes), weight)
      multiplyAdd(&d, floats(row + 3 * lanes), weight)
      row += stride
    }
    write(a, output + x)
    write(b, output + x + lanes)
    write(c, output + x + 2 * lanes)
    write(d, output + x + 3 * lanes)
    x += 4 * lanes
  }
  while x < width {
    var sum = zero
    var row = rows + x
    for i in 0..<taps {
      multiplyAdd(&sum, floats(row), Vector(repeating: weights[i]))
      row += stride
    }
    write(sum, output + x)
    x += lanes
  }
}

/// Each output sample is a product of a few neighbours with its own weights: four of them in a vector, whatever the
/// instruction set, because there are seldom more than twelve; then the lanes of four such vectors are added up.
@inline(__always)
private func addColumns(_ a: borrowing ResizePlaneU8, to output: UnsafeMutablePointer<Float>) {
  let (row, taps) = (UnsafePointer(a.scratch), a.columnTaps)
  let zero = SIMD4<Float>(repeating: 0)
  var (first, weights) = (a.columnFirst, a.columnWeights)
  for x in stride(from: 0, to: a.outputWidth, by: 4) {
    var (s0, s1, s2, s3) = (zero, zero, zero, zero)
    let (r0, r1) = (row + Int(first[0]), row + Int(first[1]))
    let (r2, r3) = (row + Int(first[2]), row + Int(first[3]))
    var tap = 0
    while tap < taps {
      addFour(&s0, r0 + tap, weights + tap)
      addFour(&s1, r1 + tap, weights + taps + tap)
      addFour(&s2, r2 + tap, weights + 2 * taps + tap)
      addFour(&s3, r3 + tap, weights + 3 * taps + tap)
      tap += 4
    }
    UnsafeMutableRawPointer(output + x).storeBytes(
      of: shuffled_sums_of_vectors(s0, s1, s2, s3), as: SIMD4<Float>.self)
    first += 4
    weights += 4 * taps
  }
}

@_transparent
private func addFour(_ sum: inout SIMD4<Float>, _ x: UnsafePointer<Float>, _ weights: UnsafePointer<Float>) {
  let x = UnsafeRawPointer(x).loadUnaligned(as: SIMD4<Float>.self)
  let w = UnsafeRawPointer(weights).loadUnaligned(as: SIMD4<Float>.self)
  #if KERNELS_AVX512 || KERNELS_AVX2 || arch(arm64)
    sum.addProduct(x, w)
  #else
    sum += x * w
  #endif
}
