/// A convolution that carries its batch normalisation: y = (conv(x) - mean) / sqrt(variance + epsilon) * scale
/// + shift is itself a convolution with a bias.
struct FoldedConvolution {
  /// PyTorch's default, which every ShuffleNet uses.
  static let epsilon = 1e-5

  /// weights[output channel][everything else], row-major; empty where only shapes are of interest.
  var weights: [Float]
  /// A value an output channel; empty as well.
  var bias: [Float]
  let outputs: Int
  /// Weights an output channel.
  let valuesPerOutput: Int

  /// Weights, all outputs'.
  var weightCount: Int { outputs * valuesPerOutput }

  /// Without values.
  init(outputs: Int, valuesPerOutput: Int) {
    (weights, bias) = ([], [])
    self.outputs = outputs
    self.valuesPerOutput = valuesPerOutput
  }

  var isFinite: Bool { weights.allSatisfy(\.isFinite) && bias.allSatisfy(\.isFinite) }

  init(weights: [Float], bias: [Float]) {
    precondition(!bias.isEmpty && weights.count % bias.count == 0, "weights do not divide among outputs")
    self.weights = weights
    self.bias = bias
    outputs = bias.count
    valuesPerOutput = weights.count / bias.count
  }

  init(weight: Tensor, scale: Tensor, shift: Tensor, mean: Tensor, variance: Tensor) {
    outputs = weight.shape[0]
    valuesPerOutput = weight.values.count / outputs
    var folded = weight.values
    bias = []
    bias.reserveCapacity(outputs)
    for n in 0..<outputs {
      let factor = Double(scale.values[n]) / (Double(variance.values[n]) + Self.epsilon).squareRoot()
      for i in n * valuesPerOutput..<(n + 1) * valuesPerOutput {
        folded[i] = Float(Double(folded[i]) * factor)
      }
      bias.append(Float(Double(shift.values[n]) - Double(mean.values[n]) * factor))
    }
    weights = folded
  }

  /// The outputs of one of so many groups, which are equal shares of them.
  func part(_ group: Int, of groups: Int) -> FoldedConvolution {
    if groups == 1 { return self }
    let outputs = self.outputs / groups
    if bias.isEmpty { return FoldedConvolution(outputs: outputs, valuesPerOutput: valuesPerOutput) }
    let rows = group * outputs..<(group + 1) * outputs
    return FoldedConvolution(
      weights: Array(weights[rows.lowerBound * valuesPerOutput..<rows.upperBound * valuesPerOutput]),
      bias: Array(bias[rows]))
  }

  /// The same with some of its input values only, by their positions.
  func reading(_ positions: [Int]) -> FoldedConvolution {
    var weights: [Float] = []
    weights.reserveCapacity(bias.count * positions.count)
    for n in bias.indices {
      let row = n * valuesPerOutput
      for position in positions { weights.append(self.weights[row + position]) }
    }
    return FoldedConvolution(weights: weights, bias: bias)
  }
}
