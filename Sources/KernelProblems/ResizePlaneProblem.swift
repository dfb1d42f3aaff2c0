import KernelInterface
import ShuffledCore

/// A plane of noise resized by filters that reach every sample of it; the last columns' reach past its end, with weights
/// of zero there, as a plan's may.
package struct ResizePlaneProblem: KernelProblem {
  package var inputWidth: Int
  package var outputWidth: Int
  package var outputHeight: Int
  package var rowTaps: Int
  package var columnTaps: Int
  package var values: ProblemValues
  /// rowWeights[row of the output][tap]
  package var rowWeights: [Float]
  /// columnWeights[column of the output][tap]
  package var columnWeights: [Float]
  private let input: [UInt8]
  private let rowFirst: [Int32]
  private let columnFirst: [Int32]
  private var inputStride: Int { inputWidth + 5 }

  package var description: String {
    "resize of \(inputWidth) columns to \(outputWidth)x\(outputHeight), \(columnTaps) and \(rowTaps) taps"
  }
  package var multiplyAdds: Int { outputHeight * (inputWidth * rowTaps + outputWidth * columnTaps) }

  /// - inputWidth: a multiple of 16; outputWidth, columnTaps: multiples of 4; inputHeight: at least `rowTaps`.
  package init(
    inputWidth: Int, inputHeight: Int, outputWidth: Int, outputHeight: Int, rowTaps: Int, columnTaps: Int,
    values: ProblemValues, seed: UInt64
  ) {
    var generator = SeededGenerator(seed: seed)
    (self.inputWidth, self.outputWidth, self.outputHeight) = (inputWidth, outputWidth, outputHeight)
    (self.rowTaps, self.columnTaps, self.values) = (rowTaps, columnTaps, values)
    input = (0..<(inputWidth + 5) * inputHeight).map { _ in UInt8.random(in: 0...255, using: &generator) }
    rowFirst = (0..<outputHeight).map { Int32($0 * (inputHeight - rowTaps) / max(outputHeight - 1, 1)) }
    let first = (0..<outputWidth).map { Int32($0 * (inputWidth - 1) / max(outputWidth - 1, 1)) }
    columnFirst = first
    rowWeights = values.make(outputHeight * rowTaps, &generator)
    columnWeights = values.make(outputWidth * columnTaps, &generator).enumerated().map { index, weight in
      Int(first[index / columnTaps]) + index % columnTaps < inputWidth ? weight : 0
    }
  }

  /// Of a sum of as many sums, weights at most 1 and samples at most 255.
  package func tolerance(_ result: Int) -> Double {
    roundingBound(terms: rowTaps + columnTaps, magnitude: Double(rowTaps * columnTaps) * 255)
  }

  package func trial(_ kernels: KernelTable) -> KernelTrial {
    // Between the rows lies what must stay as it is.
    let outputStride = outputWidth + 3
    let output = AlignedMemory<Float>.field(count: outputStride * outputHeight)
    let scratch = AlignedMemory<Float>(count: inputWidth + columnTaps)
    let samples = AlignedMemory(input)
    let (rowFirst, rowWeights) = (AlignedMemory(rowFirst), AlignedMemory(rowWeights))
    let (columnFirst, columnWeights) = (AlignedMemory(columnFirst), AlignedMemory(columnWeights))
    return KernelTrial(
      field: output,
      resultIndices: (0..<outputHeight).flatMap { y in (0..<outputWidth).map { y * outputStride + $0 } },
      bytes: samples.count + 4 * output.count
    ) { [self] in
      kernels.resizePlaneU8(
        ResizePlaneU8(
          input: samples.pointer, inputStride: inputStride, inputWidth: inputWidth,
          rowFirst: rowFirst.pointer, rowWeights: rowWeights.pointer, rowTaps: rowTaps,
          columnFirst: columnFirst.pointer, columnWeights: columnWeights.pointer, columnTaps: columnTaps,
          scratch: scratch.pointer, output: output.pointer, outputStride: outputStride,
          outputWidth: outputWidth, outputHeight: outputHeight))
    }
  }
}
