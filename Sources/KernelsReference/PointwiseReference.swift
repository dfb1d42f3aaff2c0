import KernelInterface

func referencePointwiseF32(_ a: borrowing PointwiseF32) {
  for n in 0..<a.outputVectors {
    for p in 0..<a.pixels {
      var sum = Double(a.bias[n])
      for k in 0..<a.inputChannels {
        let x = a.input[Int(a.inputOffsets[k]) + p * slabLanes]
        sum += Double(x) * Double(a.weights[n * a.inputChannels + k])
      }
      let output = a.output + Int(a.outputOffsets[n]) + p * slabLanes
      if a.isResidual { sum += Double(output.pointee) }
      output.pointee = referenceActivation(sum, a.activation)
    }
  }
}
