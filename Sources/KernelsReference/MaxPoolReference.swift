import KernelInterface

func referenceMaxPoolF32(_ a: borrowing MaxPoolF32) {
  for slab in 0..<a.slabs {
    for lane in 0..<slabLanes {
      let input = a.input + Int(a.inputOffsets[slab]) + lane
      for y in 0..<a.outputRows {
        for x in 0..<a.outputWidth {
          var largest = -Float.infinity
          for i in 0..<3 {
            for column in max(2 * x - 1, 0)...min(2 * x + 1, a.inputWidth - 1) {
              largest = max(largest, input[Int(a.rows[3 * y + i]) + column * slabLanes])
            }
          }
          a.output[Int(a.outputOffsets[slab]) + (y * a.outputWidth + x) * slabLanes + lane] = largest
        }
      }
    }
  }
}
