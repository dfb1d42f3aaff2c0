/// How values are stored; all become 32-bit floats.
enum ElementType: Sendable {
  case float16, bfloat16, float32, float64

  /// In bytes.
  var size: Int {
    switch self {
    case .float16, .bfloat16: 2
    case .float32: 4
    case .float64: 8
    }
  }

  /// Fills `output` with the values at `first`, `first + stride` and so on, counted in values. The caller has checked
  /// that they are in `raw`.
  func convert(
    _ raw: UnsafeRawBufferPointer, first: Int, stride: Int, to output: UnsafeMutableBufferPointer<Float>
  ) {
    func bits<T: FixedWidthInteger>(_ i: Int, as type: T.Type) -> T {
      let offset = (first + i * stride) * MemoryLayout<T>.size
      return T(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: T.self))
    }
    switch self {
    case .float32:
      for i in 0..<output.count { output[i] = Float(bitPattern: bits(i, as: UInt32.self)) }
    case .float64:
      for i in 0..<output.count { output[i] = Float(Double(bitPattern: bits(i, as: UInt64.self))) }
    case .bfloat16:
      for i in 0..<output.count { output[i] = Float(bitPattern: UInt32(bits(i, as: UInt16.self)) << 16) }
    case .float16:
      for i in 0..<output.count { output[i] = Self.floatFromHalf(bits(i, as: UInt16.self)) }
    }
  }

  /// IEEE 754 binary16, without the conversion that Swift lacks on x86-64 Linux.
  private static func floatFromHalf(_ bits: UInt16) -> Float {
    let sign: Float = bits & 0x8000 == 0 ? 1 : -1
    let exponent = Int(bits >> 10 & 0x1f)
    let fraction = Float(bits & 0x3ff)
    switch exponent {
    case 0: return sign * fraction * 0x1p-24
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default: return sign * Float(sign: .plus, exponent: exponent - 15, significand: 1 + fraction / 1024)
    }
  }
}
