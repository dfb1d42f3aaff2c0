import KernelInterface
import ShuffledCore

/// One channel of one operation's output, numbered through the network.
typealias Channel = Int

/// A network as a list of operations on single channels, in the order in which they run. Channel split,
/// concatenation and shuffle are not operations: they only say which channels a later operation reads.
struct NetworkGraph {
  struct Operation {
    enum Kind {
      case stem(FoldedConvolution)
      case maxPool
      case pointwise(FoldedConvolution)
      case depthwise(FoldedConvolution, stride: Int, dilation: Int)
      case globalMean
    }
    var kind: Kind
    /// Empty for the stem, which reads the planes.
    var inputs: [Channel]
    var outputs: [Channel]
    var inputSize: PixelSize
    var outputSize: PixelSize
    var activation: Activation
  }

  /// A named point between operations: the channels that make up an activation there, in PyTorch's order.
  struct Mark {
    var name: String
    var operations: Int
    var channels: [Channel]
    var size: PixelSize
  }

  private(set) var operations: [Operation] = []
  private(set) var marks: [Mark] = []
  private(set) var channelCount = 0

  /// Appends an operation that makes `count` channels, and gives them.
  mutating func append(
    _ kind: Operation.Kind, _ inputs: [Channel], count: Int, from inputSize: PixelSize,
    to outputSize: PixelSize,
    _ activation: Activation = .none
  ) -> [Channel] {
    let outputs = Array(channelCount..<channelCount + count)
    channelCount += count
    operations.append(
      Operation(
        kind: kind, inputs: inputs, outputs: outputs, inputSize: inputSize, outputSize: outputSize,
        activation: activation))
    return outputs
  }

  mutating func mark(_ name: String, _ channels: [Channel], _ size: PixelSize) {
    marks.append(Mark(name: name, operations: operations.count, channels: channels, size: size))
  }

  /// Multiply-adds of one forward pass.
  var multiplyAdds: Int { operations.reduce(0) { $0 + $1.multiplyAdds } }
}

extension NetworkGraph.Operation {
  var multiplyAdds: Int {
    switch kind {
    case .stem(let c), .pointwise(let c), .depthwise(let c, _, _): c.weights.count * outputSize.pixels
    case .maxPool, .globalMean: 0
    }
  }
}

extension PixelSize {
  /// What a 3x3 convolution or pooling of this stride leaves, with padding equal to its dilation.
  func strided(by stride: Int) -> PixelSize {
    PixelSize(width: (width - 1) / stride + 1, height: (height - 1) / stride + 1)
  }

  var pixels: Int { width * height }
}

/// out[j * groups + i] = in[i * (C / groups) + j]: https://arxiv.org/abs/1707.01083, section 3.1.
func channelShuffle(_ channels: [Channel], groups: Int) -> [Channel] {
  precondition(channels.count % groups == 0, "\(channels.count) channels do not make \(groups) groups")
  let perGroup = channels.count / groups
  return (0..<channels.count).map { channels[($0 % groups) * perGroup + $0 / groups] }
}
