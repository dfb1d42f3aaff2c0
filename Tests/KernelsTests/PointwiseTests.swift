import KernelInterface
import Kernels
import KernelsReference
import ShuffledCore
import TestSupport
import Testing

/// One pointwise convolution, run by any table of kernels on the same numbers: input channels scattered over
/// slabs, outputs in slabs after them, NaN in between.
struct PointwiseProblem: CustomStringConvertible {
  var pixels: Int
  var inputs: Int
  var outputs: Int
  var activation: Activation
  var weights: [Float]
  var bias: [Float]
  var field: Field
  var inputOffsets: [Int32]
  let outputStart: Int

  var description: String { "\(pixels) pixels, \(inputs) -> \(outputs) channels, \(activation)" }

  init(pixels: Int, inputs: Int, outputs: Int, activation: Activation, values: Values, seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    self.pixels = pixels
    self.inputs = inputs
    self.outputs = outputs
    self.activation = activation
    weights = values.make(inputs * outputs, &generator)
    bias = values.make(outputs, &generator)
    // Twice as many slabs as needed, so that channels live anywhere.
    let lanes = (0..<(inputs + slabLanes) / slabLanes * 2 * slabLanes).shuffled(using: &generator)
    let slabFloats = pixels * slabLanes
    outputStart = lanes.count / slabLanes * slabFloats
    field = Field(count: outputStart + ((outputs + slabLanes - 1) / slabLanes + 1) * slabFloats)
    inputOffsets = []
    for k in 0..<inputs {
      let offset = lanes[k] / slabLanes * slabFloats + lanes[k] % slabLanes
      inputOffsets.append(Int32(offset))
      for (p, x) in values.make(pixels, &generator).enumerated() { field.values[offset + p * slabLanes] = x }
    }
  }

  /// outputs x pixels.
  func run(_ kernels: KernelTable) -> [[Float]] {
    var memory = field.values
    let packed = PackedWeights(
      pointwise: weights, bias: bias, outputOrder: Array(0..<outputs), kernels: kernels)
    let vectors = kernels.vectors(for: outputs)
    let outputOffsets = (0..<vectors).map { vector in
      let lane = vector * kernels.vectorLanes
      return Int32(outputStart + lane / slabLanes * pixels * slabLanes + lane % slabLanes)
    }
    memory.withUnsafeMutableBufferPointer { memory in
      let base = memory.baseAddress!
      kernels.pointwiseF32(
        PointwiseF32(
          input: base, inputOffsets: inputOffsets, inputChannels: inputs, weights: packed.weights,
          bias: packed.bias, output: base, outputOffsets: outputOffsets, outputVectors: vectors,
          inputQuadOffsets: inputOffsets,
          pixels: pixels, activation: activation))
    }
    let written = vectors * kernels.vectorLanes
    for lane in written..<((outputs + slabLanes - 1) / slabLanes + 1) * slabLanes {
      for p in 0..<pixels {
        let index = outputStart + (lane / slabLanes * pixels + p) * slabLanes + lane % slabLanes
        #expect(memory[index].isNaN, "lane \(lane), pixel \(p) was written to")
      }
    }
    return (0..<outputs).map { n in
      (0..<pixels).map { memory[outputStart + (n / slabLanes * pixels + $0) * slabLanes + n % slabLanes] }
    }
  }

  /// Sum of absolute products, for the rounding bound.
  func magnitude(output n: Int, pixel p: Int) -> Double {
    (0..<inputs).reduce(Double(abs(bias[n]))) { sum, k in
      sum + Double(abs(weights[n * inputs + k] * field.values[Int(inputOffsets[k]) + p * slabLanes]))
    }
  }
}

@Suite struct PointwiseTests {
  /// Around every side of every tile: 4 and 7 pixels; vectors of 4, 8 and 16 lanes, one to four of them.
  static let pixelCounts = [1, 3, 4, 5, 6, 7, 8, 13, 14, 15, 49]
  static let outputCounts = [1, 4, 7, 8, 9, 15, 16, 17, 24, 25, 31, 33, 48, 58, 64, 65, 116]

  @Test(arguments: availableSets) func integersAreExact(set: InstructionSet) {
    for pixels in Self.pixelCounts {
      for outputs in Self.outputCounts {
        let problem = PointwiseProblem(
          pixels: pixels, inputs: 1 + (pixels * outputs) % 40, outputs: outputs,
          activation: [.none, .relu, .relu6][(pixels + outputs) % 3], values: .integers,
          seed: UInt64(pixels * 1000 + outputs))
        #expect(problem.run(set.kernels) == problem.run(referenceKernels), "\(set): \(problem)")
      }
    }
  }

  @Test(arguments: availableSets) func realsAreWithinRounding(set: InstructionSet) {
    for (inputs, outputs, pixels) in [(58, 58, 50), (232, 40, 9), (3, 100, 21), (464, 17, 7)] {
      let problem = PointwiseProblem(
        pixels: pixels, inputs: inputs, outputs: outputs, activation: .none, values: .reals, seed: 7)
      let (found, expected) = (problem.run(set.kernels), problem.run(referenceKernels))
      for n in 0..<outputs {
        for p in 0..<pixels {
          let tolerance = bound(terms: inputs, magnitude: problem.magnitude(output: n, pixel: p))
          #expect(
            abs(Double(found[n][p]) - Double(expected[n][p])) <= tolerance,
            "\(set): \(problem), output \(n), pixel \(p)")
        }
      }
    }
  }

  @Test(arguments: availableSets) func aWrongWeightShows(set: InstructionSet) {
    var problem = PointwiseProblem(
      pixels: 15, inputs: 33, outputs: 29, activation: .none, values: .integers, seed: 5)
    let expected = problem.run(referenceKernels)
    problem.weights[28 * 33 + 32] += 1
    let found = problem.run(set.kernels)
    #expect(found[..<28] == expected[..<28])
    #expect(found[28] != expected[28])
  }

  @Test(arguments: availableSets) func nanStaysNaN(set: InstructionSet) {
    for activation in [Activation.none, .relu, .relu6] {
      var problem = PointwiseProblem(
        pixels: 9, inputs: 5, outputs: 20, activation: activation, values: .integers, seed: 5)
      problem.field.values[Int(problem.inputOffsets[2]) + 4 * slabLanes] = .nan
      for row in problem.run(set.kernels) {
        #expect(row.enumerated().allSatisfy { $0.element.isNaN == ($0.offset == 4) })
      }
    }
  }
}
