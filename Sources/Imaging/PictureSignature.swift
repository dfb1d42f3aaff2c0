extension Preprocessor {
  /// A number that equal inputs share and others practically never do: of the green plane, which is most of the luma, as `prepare` wrote
  /// it. It takes some ten microseconds. Not for those who choose pictures to deceive it.
  public func signature(of input: UnsafeMutableBufferPointer<Float>) -> UInt64 {
    precondition(input.count == layout.count, "the input has \(input.count) floats, not \(layout.count)")
    let plane = UnsafeRawBufferPointer(
      rebasing: UnsafeRawBufferPointer(input)[
        layout.planeStride * MemoryLayout<Float>.stride..<2 * layout.planeStride * MemoryLayout<Float>.stride]
    )
    // Four at a time, so that one multiplication need not wait for another.
    var lanes = SIMD4<UInt64>(0x9E37_79B9_7F4A_7C15, 0xBF58_476D_1CE4_E5B9, 0x94D0_49BB_1331_11EB, 1)
    let step = MemoryLayout<SIMD4<UInt64>>.size
    var offset = 0
    while offset + step <= plane.count {
      lanes ^= plane.loadUnaligned(fromByteOffset: offset, as: SIMD4<UInt64>.self)
      lanes = lanes &* 0x9FB2_1C65_1E98_DF25
      lanes ^= lanes &>> 29
      offset += step
    }
    var rest: UInt64 = 0
    for byte in plane[offset...] { rest = rest &* 257 &+ UInt64(byte) }
    return (0..<4).reduce(rest) { ($0 ^ lanes[$1]) &* 0x9FB2_1C65_1E98_DF25 ^ ($0 &>> 32) }
  }
}
