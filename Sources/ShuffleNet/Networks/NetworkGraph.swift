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
      /// Of some channels, all of which each output sees.
      case pointwise(FoldedConvolution)
      case depthwise(FoldedConvolution, stride: Int, dilation: Int)
      /// 3x3, of some channels, all of which each output sees.
      case convolution(FoldedConvolution, stride: Int, dilation: Int)
      /// 3x3, zeros around the picture counted.
      case averagePool(stride: Int)
      case globalMean
    }
    var kind: Kind
    /// Of its layer, as its tensors have it. The groups of a grouped convolution are operations of one name.
    var name: String
    /// Empty for the stem, which reads the planes.
    var inputs: [Channel]
    var outputs: [Channel]
    /// What a pointwise convolution's outputs are added to, one channel for each: a sum takes the place of its addend,
    /// which nobody reads afterwards. Addends are kept as a whole: an earlier group makes them, or nothing of their own
    /// group reads them. Empty where nothing is added.
    var addends: [Channel] = []
    var inputSize: PixelSize
    var outputSize: PixelSize
    var activation: Activation
    /// Operations of one group are computed together, band by band of rows (`RowSchedule`).
    var group: Int
  }

  /// A named point between operations: the channels that make up an activation there, in PyTorch's order.
  struct Mark {
    var name: String
    var channels: [Channel]
    var size: PixelSize
  }

  private(set) var operations: [Operation] = []
  private(set) var marks: [Mark] = []
  private(set) var channelCount = 0
  private(set) var groupCount = 0
  /// By channel, the operation that makes it.
  private var makers: [Int] = []
  /// By operation, the operations whose outputs it reads.
  private var readOperations: [[Int]] = []

  /// The operations that follow are computed together.
  mutating func beginGroup() { groupCount += 1 }

  /// Appends an operation, to the current group, that makes `count` channels, and gives them.
  mutating func append(
    _ kind: Operation.Kind, _ name: String, _ inputs: [Channel], count: Int, from inputSize: PixelSize,
    to outputSize: PixelSize, _ activation: Activation = .none, addends: [Channel] = []
  ) -> [Channel] {
    precondition(addends.isEmpty || addends.count == count, "an addend for each output")
    precondition(addends.isEmpty || activation != .relu6, "sums know no ReLU6")
    let outputs = Array(channelCount..<channelCount + count)
    channelCount += count
    operations.append(
      Operation(
        kind: kind, name: name, inputs: inputs, outputs: outputs, addends: addends, inputSize: inputSize,
        outputSize: outputSize, activation: activation, group: groupCount - 1))
    makers += Array(repeating: operations.count - 1, count: count)
    readOperations.append(Set(inputs.map { makers[$0] }).sorted())
    return outputs
  }

  mutating func mark(_ name: String, _ channels: [Channel], _ size: PixelSize) {
    marks.append(Mark(name: name, channels: channels, size: size))
  }

  /// The operations whose outputs an operation's inputs are, in order.
  func producers(of operation: Int) -> [Int] { readOperations[operation] }

  /// The group after which a channel is there.
  func group(of channel: Channel) -> Int { operations[makers[channel]].group }

  func maker(of channel: Channel) -> Int { makers[channel] }

  /// Weights and biases of all operations.
  var parameters: Int { operations.reduce(0) { $0 + $1.parameters } }

  /// Multiply-adds of one forward pass.
  var multiplyAdds: Int { operations.reduce(0) { $0 + $1.multiplyAdds } }
}

extension NetworkGraph.Operation {
  var parameters: Int {
    switch kind {
    case .stem(let c), .pointwise(let c), .depthwise(let c, _, _), .convolution(let c, _, _):
      c.weightCount + c.outputs
    case .maxPool, .averagePool, .globalMean: 0
    }
  }

  var multiplyAdds: Int {
    switch kind {
    case .stem(let c), .pointwise(let c), .depthwise(let c, _, _), .convolution(let c, _, _):
      c.weightCount * outputSize.pixels
    case .maxPool, .averagePool, .globalMean: 0
    }
  }
}
