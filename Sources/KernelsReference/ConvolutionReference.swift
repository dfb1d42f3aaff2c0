import KernelInterface

func referenceConvolutionF32(_ a: borrowing ConvolutionF32) {
  for n in 0..<a.outputVectors {
    for y in 0..<a.outputRows {
      for x in 0..<a.outputWidth {
        var sum = Double(a.bias[n])
        for tap in 0..<9 where a.rows[3 * y + tap / 3] >= 0 {
          let column = x * a.stride + (tap % 3 - 1) * a.dilation
          guard (0..<a.inputWidth).contains(column) else { continue }
          let window = a.input + Int(a.rows[3 * y + tap / 3]) + column * slabLanes
          for k in 0..<a.inputChannels {
            let weight = a.weights[(n * 9 + tap) * a.inputChannels + k]
            sum += Double(window[Int(a.inputOffsets[k])]) * Double(weight)
          }
        }
        a.output[Int(a.outputOffsets[n]) + (y * a.outputWidth + x) * slabLanes] =
          referenceActivation(sum, a.activation)
      }
    }
  }
}
