import KernelInterface

func referenceResizePlaneU8(_ a: borrowing ResizePlaneU8) {
  for y in 0..<a.outputHeight {
    for x in 0..<a.outputWidth {
      var sum = 0.0
      for j in 0..<a.columnTaps {
        // A filter may reach past the columns that are read, with weights of zero.
        let column = Int(a.columnFirst[x]) + j
        guard column < a.inputWidth else { continue }
        var columnSum = 0.0
        for i in 0..<a.rowTaps {
          let sample = a.input[(Int(a.rowFirst[y]) + i) * a.inputStride + column]
          columnSum += Double(a.rowWeights[y * a.rowTaps + i]) * Double(sample)
        }
        sum += Double(a.columnWeights[x * a.columnTaps + j]) * columnSum
      }
      a.output[y * a.outputStride + x] = Float(sum)
    }
  }
}
