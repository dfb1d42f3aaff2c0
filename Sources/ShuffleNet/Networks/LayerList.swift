import ShuffledCore

/// A layer of a network, for people to look at.
public struct Layer: Hashable, Sendable {
  public enum Kind: String, Sendable {
    case stem = "3x3"
    case maxPool = "max pool"
    case pointwise = "1x1"
    case depthwise = "3x3 depthwise"
    case convolution = "3x3 dense"
    case averagePool = "average pool"
    case globalMean = "mean"
  }

  /// As its tensors are called, or what it does where it has none.
  public var name: String
  public var kind: Kind
  public var groups: Int
  public var inputs: Int
  public var outputs: Int
  public var stride: Int
  public var dilation: Int
  /// Of the output.
  public var size: PixelSize
  /// Weights, and two values a channel of the batch normalisation, or the bias.
  public var parameters: Int
  public var multiplyAdds: Int
}

extension Architecture {
  /// The layers in order. Throws `badData` when the architecture makes no sense.
  /// - input: height and width that the network sees.
  public func layers(input: PixelSize) throws -> [Layer] {
    var learned: [String: Int] = [:]
    for tensor in try tensors() where !tensor.name.contains(".running_") {
      learned[tensor.name] = tensor.shape.reduce(1, *)
    }
    let graph = try NetworkBuilder.graph(self, Weights(asked: { _ in }), input: input)
    var layers: [Layer] = []
    for operation in graph.operations {
      if let last = layers.last, last.name == operation.name {
        layers[layers.count - 1].add(operation)
      } else {
        layers.append(Layer(operation, parameters: parameters(of: operation, learned)))
      }
    }
    return layers
  }

  /// Of a layer and of the normalisation that follows it.
  private func parameters(of operation: NetworkGraph.Operation, _ learned: [String: Int]) -> Int {
    guard let weights = learned[operation.name + ".weight"] else { return 0 }
    if operation.name + ".weight" == dialect.classifier.weight {
      return weights + (dialect.classifier.bias.flatMap { learned[$0] } ?? 0)
    }
    return weights + 2 * outputs(ofLayer: weights, operation)
  }

  /// A grouped layer has a normalisation for the channels of all its groups.
  private func outputs(ofLayer weights: Int, _ operation: NetworkGraph.Operation) -> Int {
    switch operation.kind {
    case .stem(let c), .pointwise(let c), .depthwise(let c, _, _), .convolution(let c, _, _):
      weights / c.valuesPerOutput
    case .maxPool, .averagePool, .globalMean: 0
    }
  }
}

extension Layer {
  fileprivate init(_ operation: NetworkGraph.Operation, parameters: Int) {
    let (kind, stride, dilation): (Kind, Int, Int) =
      switch operation.kind {
      case .stem: (.stem, 2, 1)
      case .maxPool: (.maxPool, 2, 1)
      case .pointwise: (.pointwise, 1, 1)
      case .depthwise(_, let stride, let dilation): (.depthwise, stride, dilation)
      case .convolution(_, let stride, let dilation): (.convolution, stride, dilation)
      case .averagePool(let stride): (.averagePool, stride, 1)
      case .globalMean: (.globalMean, 1, 1)
      }
    self.init(
      name: operation.name, kind: kind, groups: 1, inputs: kind == .stem ? 3 : operation.inputs.count,
      outputs: operation.outputs.count, stride: stride, dilation: dilation, size: operation.outputSize,
      parameters: parameters, multiplyAdds: operation.multiplyAdds)
  }

  /// Another group of the same layer.
  fileprivate mutating func add(_ operation: NetworkGraph.Operation) {
    groups += 1
    inputs += operation.inputs.count
    outputs += operation.outputs.count
    multiplyAdds += operation.multiplyAdds
  }
}
