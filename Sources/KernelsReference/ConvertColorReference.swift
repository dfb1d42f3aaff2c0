import KernelInterface

func referenceConvertColorU8(_ a: borrowing ConvertColorU8) {
  let m = a.matrix
  func rounded(_ value: Double) -> UInt8 { UInt8(min(max((value + 0.5).rounded(.down), 0), 255)) }
  for i in 0..<a.count {
    let (cb, cr) = (Double(a.cb[i]), Double(a.cr[i]))
    let luma = Double(m.luma) * Double(a.luma[i])
    a.red[i] = rounded(luma + Double(m.redCr) * cr + Double(m.redOffset))
    a.green[i] = rounded(luma + Double(m.greenCb) * cb + Double(m.greenCr) * cr + Double(m.greenOffset))
    a.blue[i] = rounded(luma + Double(m.blueCb) * cb + Double(m.blueOffset))
  }
}
