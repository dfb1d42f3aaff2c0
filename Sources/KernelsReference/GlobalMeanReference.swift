import KernelInterface

func referenceGlobalMeanF32(_ a: borrowing GlobalMeanF32) {
  for slab in 0..<a.slabs {
    for lane in 0..<slabLanes {
      var sum = 0.0
      for p in 0..<a.pixels { sum += Double(a.input[Int(a.inputOffsets[slab]) + p * slabLanes + lane]) }
      a.output[Int(a.outputOffsets[slab]) + lane] = Float(sum / Double(a.pixels))
    }
  }
}
