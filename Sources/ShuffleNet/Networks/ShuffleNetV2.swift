import ShuffledCore

/// Writes ShuffleNet V2 down as a graph. https://arxiv.org/abs/1807.11164; names of tensors as in torchvision.
struct ShuffleNetV2 {
  private let architecture: Architecture
  private let weights: Weights
  private var graph = NetworkGraph()
  private var size: PixelSize

  /// Throws `badData` when a tensor is missing or has another shape.
  static func graph(_ architecture: Architecture, _ weights: Weights, input: PixelSize) throws -> NetworkGraph
  {
    var network = ShuffleNetV2(architecture: architecture, weights: weights, input: input)
    try network.build()
    return network.graph
  }

  private init(architecture: Architecture, weights: Weights, input: PixelSize) {
    self.architecture = architecture
    self.weights = weights
    size = input
  }

  private mutating func build() throws {
    let activation = architecture.activation
    let conv1 = architecture.channels[0]
    let halved = size.strided(by: 2)
    graph.beginGroup()
    var x = graph.append(
      .stem(try weights.folded("conv1.0", "conv1.1", shape: [conv1, 3, 3, 3])), [], count: conv1, from: size,
      to: halved, activation)
    graph.mark("conv1", x, halved)
    size = halved.strided(by: 2)
    x = graph.append(.maxPool, x, count: x.count, from: halved, to: size)
    graph.mark("maxpool", x, size)
    for (stage, units) in architecture.stageRepeats.enumerated() {
      for unit in 0..<units {
        let name = "stage\(stage + 2).\(unit)"
        let outputs = architecture.channels[stage + 1]
        // The stem and its max pool go together with the first unit.
        if stage > 0 || unit > 0 { graph.beginGroup() }
        x = unit == 0 ? try downsamplingUnit(name, x, outputs: outputs) : try basicUnit(name, x)
      }
      graph.mark("stage\(stage + 2)", x, size)
    }
    let conv5 = architecture.channels[architecture.channels.count - 1]
    graph.beginGroup()
    x = try pointwise("conv5.0", "conv5.1", x, outputs: conv5)
    graph.mark("conv5", x, size)
    let one = PixelSize(width: 1, height: 1)
    x = graph.append(.globalMean, x, count: x.count, from: size, to: one)
    graph.mark("mean", x, one)
    let classifier = FoldedConvolution(
      weights: try weights.tensor("fc.weight", shape: [architecture.classes, conv5]).values,
      bias: try weights.tensor("fc.bias", shape: [architecture.classes]).values)
    x = graph.append(.pointwise(classifier), x, count: architecture.classes, from: one, to: one)
    graph.mark("logits", x, one)
  }

  /// Stride 1: half of the channels pass by, the others go through the main branch.
  private mutating func basicUnit(_ name: String, _ x: [Channel]) throws -> [Channel] {
    let half = x.count / 2
    let main = try mainBranch(name, Array(x[half...]), outputs: half, stride: 1)
    return channelShuffle(Array(x[..<half]) + main, groups: 2)
  }

  /// Stride 2: both branches see every channel and each makes half of the outputs.
  private mutating func downsamplingUnit(
    _ name: String, _ x: [Channel], outputs: Int
  ) throws -> [Channel] {
    let half = outputs / 2
    let inputSize = size
    var projection = try depthwise(name + ".branch1.0", name + ".branch1.1", x, stride: 2)
    projection = try pointwise(name + ".branch1.2", name + ".branch1.3", projection, outputs: half)
    size = inputSize
    let main = try mainBranch(name, x, outputs: half, stride: 2)
    return channelShuffle(projection + main, groups: 2)
  }

  private mutating func mainBranch(
    _ name: String, _ x: [Channel], outputs: Int, stride: Int
  ) throws -> [Channel] {
    var y = try pointwise(name + ".branch2.0", name + ".branch2.1", x, outputs: outputs)
    y = try depthwise(name + ".branch2.3", name + ".branch2.4", y, stride: stride)
    return try pointwise(name + ".branch2.5", name + ".branch2.6", y, outputs: outputs)
  }

  private mutating func pointwise(
    _ convolution: String, _ normalization: String, _ x: [Channel], outputs: Int
  ) throws -> [Channel] {
    let folded = try weights.folded(convolution, normalization, shape: [outputs, x.count, 1, 1])
    return graph.append(.pointwise(folded), x, count: outputs, from: size, to: size, architecture.activation)
  }

  /// No activation follows a depthwise convolution.
  private mutating func depthwise(
    _ convolution: String, _ normalization: String, _ x: [Channel], stride: Int
  ) throws -> [Channel] {
    let folded = try weights.folded(convolution, normalization, shape: [x.count, 1, 3, 3])
    let inputSize = size
    size = size.strided(by: stride)
    return graph.append(
      .depthwise(folded, stride: stride, dilation: 1), x, count: x.count, from: inputSize, to: size)
  }
}
