import KernelInterface

func referenceStemConvolutionF32(_ a: borrowing StemConvolutionF32) {
  for n in 0..<a.outputVectors {
    for y in 0..<a.outputRows {
      for x in 0..<a.outputWidth {
        var sum = Double(a.bias[n])
        for k in 0..<a.taps {
          let value = a.input[Int(a.inputOffsets[k]) + y * a.inputRowStep + 2 * x]
          sum += Double(value) * Double(a.weights[n * a.taps + k])
        }
        a.output[Int(a.outputOffsets[n]) + (y * a.outputWidth + x) * slabLanes] =
          referenceActivation(sum, a.activation)
      }
    }
  }
}
