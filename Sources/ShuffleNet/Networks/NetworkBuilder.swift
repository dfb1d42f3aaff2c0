import KernelInterface
import ShuffledCore

/// Writes a network down as a graph: what all of the family have in common. Units are in ShuffleNetV1Unit.swift and
/// ShuffleNetV2Unit.swift.
struct NetworkBuilder {
  let architecture: Architecture
  private let weights: Weights
  private(set) var graph = NetworkGraph()
  /// Of the activation that the next layer reads.
  private(set) var size: PixelSize

  var dialect: Architecture.Dialect { architecture.dialect }

  /// Throws `badData` when the architecture makes no sense, or a tensor is missing or has another shape.
  static func graph(_ architecture: Architecture, _ weights: Weights, input: PixelSize) throws -> NetworkGraph
  {
    try architecture.validate()
    var builder = NetworkBuilder(architecture: architecture, weights: weights, input: input)
    try builder.build()
    return builder.graph
  }

  private init(architecture: Architecture, weights: Weights, input: PixelSize) {
    self.architecture = architecture
    self.weights = weights
    size = input
  }

  private mutating func build() throws {
    var x = try stem()
    var index = 0
    for (stage, units) in architecture.stages.enumerated() {
      for (number, unit) in units.enumerated() {
        let name = dialect.unit(stage: stage, number: number, index: index)
        let outputs = architecture.channels[stage + 1]
        // The stem and its max pool go together with the first unit, except where that adds to what they made, which
        // has to be there as a whole.
        let addsToStem = architecture.family == .shuffleNetV1 && unit == Architecture.Unit()
        if index > 0 || addsToStem { graph.beginGroup() }
        x =
          architecture.family == .shuffleNetV1
          ? try v1Unit(name, x, outputs: outputs, unit, isFirst: index == 0)
          : try v2Unit(name, x, outputs: outputs, unit)
        index += 1
      }
      graph.mark("stage\(stage + 2)", x, size)
    }
    graph.beginGroup()
    if let conv5 = architecture.conv5 {
      x = try pointwise(dialect.conv5, x, outputs: conv5, architecture.activation)
      graph.mark("conv5", x, size)
    }
    try classifier(x)
  }

  /// conv1 and the max pool.
  private mutating func stem() throws -> [Channel] {
    let channels = architecture.channels[0]
    let input = size
    graph.beginGroup()
    size = input.strided(by: 2)
    var x = graph.append(
      .stem(try folded(dialect.conv1, [channels, 3, 3, 3])), dialect.conv1.convolution, [], count: channels,
      from: input,
      to: size, architecture.activation)
    graph.mark("conv1", x, size)
    let halved = size
    size = halved.strided(by: 2)
    x = graph.append(.maxPool, "maxpool", x, count: x.count, from: halved, to: size)
    graph.mark("maxpool", x, size)
    return x
  }

  /// The mean and the fully connected layer.
  private mutating func classifier(_ x: [Channel]) throws {
    let one = PixelSize(width: 1, height: 1)
    let mean = graph.append(.globalMean, "mean", x, count: x.count, from: size, to: one)
    graph.mark("mean", mean, one)
    let names = dialect.classifier
    let classes = architecture.classes
    let layer = try weights.linear(names.weight, bias: names.bias, outputs: classes, inputs: x.count)
    let name = String(names.weight.dropLast(".weight".count))
    graph.mark("logits", graph.append(.pointwise(layer), name, mean, count: classes, from: one, to: one), one)
  }

  private func folded(_ names: LayerNames, _ shape: [Int]) throws -> FoldedConvolution {
    try weights.folded(names.convolution, names.normalization, shape: shape)
  }

  /// A 1x1 convolution, in groups that do not see each other's channels.
  /// - addends: what is added to the outputs, one channel for each: the sum takes its place.
  mutating func pointwise(
    _ names: LayerNames, _ x: [Channel], outputs: Int, groups: Int = 1, _ activation: Activation,
    addingTo addends: [Channel] = []
  ) throws -> [Channel] {
    let all = try folded(names, [outputs, x.count / groups, 1, 1])
    return (0..<groups).flatMap { group in
      graph.append(
        .pointwise(all.part(group, of: groups)), names.convolution, part(group, of: groups, x),
        count: outputs / groups,
        from: size, to: size, activation, addends: part(group, of: groups, addends))
    }
  }

  /// A 3x3 convolution of one filter a channel. No activation follows any of them.
  mutating func depthwise(_ names: LayerNames, _ x: [Channel], _ unit: Architecture.Unit) throws -> [Channel]
  {
    let folded = try folded(names, [x.count, 1, 3, 3])
    let input = size
    size = input.strided(by: unit.stride)
    return graph.append(
      .depthwise(folded, stride: unit.stride, dilation: unit.dilation), names.convolution, x, count: x.count,
      from: input,
      to: size)
  }

  /// A 3x3 convolution in groups.
  mutating func convolution(
    _ names: LayerNames, _ x: [Channel], groups: Int, _ unit: Architecture.Unit, _ activation: Activation
  ) throws -> [Channel] {
    let all = try folded(names, [x.count, x.count / groups, 3, 3])
    let input = size
    size = input.strided(by: unit.stride)
    return (0..<groups).flatMap { group in
      graph.append(
        .convolution(all.part(group, of: groups), stride: unit.stride, dilation: unit.dilation),
        names.convolution,
        part(group, of: groups, x), count: x.count / groups, from: input, to: size, activation)
    }
  }

  /// The mean of 3x3 values, zeros around the picture among them.
  mutating func averagePool(_ name: String, _ x: [Channel], stride: Int) -> [Channel] {
    graph.append(
      .averagePool(stride: stride), name, x, count: x.count, from: size, to: size.strided(by: stride))
  }

  /// Lets a branch begin where another one did.
  mutating func rewind(to size: PixelSize) { self.size = size }

  private func part(_ group: Int, of groups: Int, _ channels: [Channel]) -> [Channel] {
    let count = channels.count / groups
    return Array(channels[group * count..<(group + 1) * count])
  }
}

/// out[j * groups + i] = in[i * (C / groups) + j]: https://arxiv.org/abs/1707.01083, section 3.1.
func channelShuffle(_ channels: [Channel], groups: Int) -> [Channel] {
  precondition(channels.count % groups == 0, "\(channels.count) channels do not make \(groups) groups")
  let perGroup = channels.count / groups
  return (0..<channels.count).map { channels[($0 % groups) * perGroup + $0 / groups] }
}
