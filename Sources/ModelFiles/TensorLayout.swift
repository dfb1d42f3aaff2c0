/// A tensor's shape and where its values lie among those that are stored, counted in values: row by row as safetensors
/// has them, or any view that PyTorch can make: transposed, sliced, repeated by a stride of 0.
struct TensorLayout: Equatable, Sendable {
  /// As many as PyTorch's own limit.
  static let mostDimensions = 64

  let shape: [Int]
  let strides: [Int]
  /// How many values it has.
  let count: Int
  /// How many stored values it spans, from its first to its last; 0 where it has none.
  let span: Int

  /// Row-major. nil where the shape is impossible.
  init?(shape: [Int]) {
    guard Self.count(shape) != nil else { return nil }
    var strides = shape
    var stride = 1
    for index in shape.indices.reversed() {
      strides[index] = stride
      // No overflow: the product of all but the zeros was checked.
      stride *= max(1, shape[index])
    }
    self.init(shape: shape, strides: strides)
  }

  /// nil where a number is negative, there are too many of them or too few, or what they add up to is beyond counting.
  init?(shape: [Int], strides: [Int]) {
    guard shape.count == strides.count, strides.allSatisfy({ $0 >= 0 }), let count = Self.count(shape) else {
      return nil
    }
    var last = 0
    for (dimension, stride) in zip(shape, strides) where dimension > 0 {
      let (steps, overflow) = (dimension - 1).multipliedReportingOverflow(by: stride)
      let (sum, overflowToo) = last.addingReportingOverflow(steps)
      guard !overflow, !overflowToo, sum < Int.max else { return nil }
      last = sum
    }
    self.shape = shape
    self.strides = strides
    self.count = count
    span = count == 0 ? 0 : last + 1
  }

  /// nil where a dimension is negative or there are too many. Overflow counts also where another dimension is 0, so
  /// that nobody who multiplies in another order meets it.
  private static func count(_ shape: [Int]) -> Int? {
    guard shape.count <= mostDimensions else { return nil }
    var product = 1
    for dimension in shape where dimension != 0 {
      let (next, overflow) = product.multipliedReportingOverflow(by: dimension)
      guard dimension > 0, !overflow else { return nil }
      product = next
    }
    return shape.contains(0) ? 0 : product
  }

  /// The values in row-major order.
  /// - Parameter raw: starts with the tensor's first value and has at least its `span`.
  func floats(_ raw: UnsafeRawBufferPointer, _ type: ElementType) -> [Float] {
    precondition(span <= raw.count / type.size, "a reader has checked that the tensor is in the file")
    guard count > 0 else { return [] }
    return [Float](unsafeUninitializedCapacity: count) { output, initialized in
      // Runs are rows of the last dimension, or everything where it lies in a row.
      let isPlain = self == TensorLayout(shape: shape)
      let (run, step) = isPlain ? (count, 1) : (shape.last ?? 1, strides.last ?? 1)
      var position = [Int](repeating: 0, count: shape.count)
      var first = 0
      for start in stride(from: 0, to: count, by: run) {
        let row = UnsafeMutableBufferPointer(rebasing: output[start..<start + run])
        type.convert(raw, first: first, stride: step, to: row)
        guard !isPlain else { break }
        for index in shape.indices.dropLast().reversed() {
          position[index] += 1
          first += strides[index]
          guard position[index] == shape[index] else { break }
          first -= position[index] * strides[index]
          position[index] = 0
        }
      }
      initialized = count
    }
  }
}
