import KernelInterface

func referenceDepthwiseF32(_ a: borrowing DepthwiseF32) {
  for slab in 0..<a.slabs {
    for lane in 0..<slabLanes {
      let input = a.input + Int(a.inputOffsets[slab]) + lane
      for y in 0..<a.outputRows {
        for x in 0..<a.outputWidth {
          var sum = Double(a.bias[slab * slabLanes + lane])
          for i in 0..<3 where a.rows[3 * y + i] >= 0 {
            for j in 0..<3 {
              let column = x * a.stride + (j - 1) * a.dilation
              guard (0..<a.inputWidth).contains(column) else { continue }
              let value = input[Int(a.rows[3 * y + i]) + column * slabLanes]
              sum += Double(value) * Double(a.weights[(slab * 9 + 3 * i + j) * slabLanes + lane])
            }
          }
          a.output[Int(a.outputOffsets[slab]) + (y * a.outputWidth + x) * slabLanes + lane] =
            referenceActivation(sum, a.activation)
        }
      }
    }
  }
}
