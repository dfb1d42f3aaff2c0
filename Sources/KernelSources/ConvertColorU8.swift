import KernelInterface

/// Luma and chroma to red, green and blue, a vector of samples at a time.
@inline(never)
public func convertColorU8(_ a: borrowing ConvertColorU8) {
  let m = a.matrix
  for i in stride(from: 0, to: a.count, by: lanes) {
    let (luma, cb, cr) = (load(a.luma + i), load(a.cb + i), load(a.cr + i))
    var red = Vector(repeating: m.redOffset)
    multiplyAdd(&red, luma, Vector(repeating: m.luma))
    multiplyAdd(&red, cr, Vector(repeating: m.redCr))
    var green = Vector(repeating: m.greenOffset)
    multiplyAdd(&green, luma, Vector(repeating: m.luma))
    multiplyAdd(&green, cb, Vector(repeating: m.greenCb))
    multiplyAdd(&green, cr, Vector(repeating: m.greenCr))
    var blue = Vector(repeating: m.blueOffset)
    multiplyAdd(&blue, luma, Vector(repeating: m.luma))
    multiplyAdd(&blue, cb, Vector(repeating: m.blueCb))
    writeRounded(red, a.red + i)
    writeRounded(green, a.green + i)
    writeRounded(blue, a.blue + i)
  }
}

/// Halves are rounded up; what lies outside 0...255 is cut.
@_transparent
private func writeRounded(_ vector: Vector, _ address: UnsafeMutablePointer<UInt8>) {
  let (zero, most) = (Vector(repeating: 0), Vector(repeating: 255))
  let rounded = larger(vector + Vector(repeating: 0.5), zero)
  writeBytes(rounded.replacing(with: most, where: rounded .> most), address)
}
