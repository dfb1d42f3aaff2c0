import KernelInterface

func referenceMaxPoolF32(_ a: borrowing MaxPoolF32) {
  for slab in 0..<a.slabs {
    for lane in 0..<slabLanes {
      for y in 0..<a.outputHeight {
        for x in 0..<a.outputWidth {
          var largest = -Float.infinity
          for row in max(2 * y - 1, 0)...min(2 * y + 1, a.inputHeight - 1) {
            for column in max(2 * x - 1, 0)...min(2 * x + 1, a.inputWidth - 1) {
              largest = max(
                largest,
                a.input[Int(a.inputOffsets[slab]) + (row * a.inputWidth + column) * slabLanes + lane])
            }
          }
          a.output[Int(a.outputOffsets[slab]) + (y * a.outputWidth + x) * slabLanes + lane] = largest
        }
      }
    }
  }
}

func referenceGlobalMeanF32(_ a: borrowing GlobalMeanF32) {
  for slab in 0..<a.slabs {
    for lane in 0..<slabLanes {
      var sum = 0.0
      for p in 0..<a.pixels { sum += Double(a.input[Int(a.inputOffsets[slab]) + p * slabLanes + lane]) }
      a.output[Int(a.outputOffsets[slab]) + lane] = Float(sum / Double(a.pixels))
    }
  }
}
