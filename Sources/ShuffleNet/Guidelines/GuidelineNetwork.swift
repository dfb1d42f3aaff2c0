import KernelInterface
import ShuffledCore

/// Some blocks of one kind in a row, behind a stem that makes their input of a picture. What it answers means nothing; what
/// it costs does. Its weights are seeded (`SeededWeights`) by the layers' names: `stem`, `block0.0`, `block0.1` and so on.
package struct GuidelineNetwork: Hashable, Sendable {
  package var block: GuidelineBlock
  package var count: Int
  /// Of the activations.
  package var size: PixelSize

  /// As the article has them: ten blocks, 56x56.
  package init(_ block: GuidelineBlock, count: Int = 10, size: PixelSize = PixelSize(width: 56, height: 56)) {
    self.block = block
    self.count = count
    self.size = size
  }

  /// The picture's.
  package var input: PixelSize { PixelSize(width: 2 * size.width, height: 2 * size.height) }

  /// Marked are what the stem makes and what the blocks do: `input` and `output`.
  var graph: NetworkGraph {
    var builder = GuidelineBuilder(size: size)
    var x = builder.stem(channels: block.channels[0], input: input)
    for number in 0..<count { x = builder.append(block, "block\(number)", x) }
    builder.graph.mark("output", x, size)
    return builder.graph
  }
}

extension ExecutionPlan {
  /// Throws `badData` when it needs too much memory.
  package convenience init(
    _ network: GuidelineNetwork, kernels: KernelTable, bands: RowSchedule.Bands = .planned
  ) throws {
    try self.init(network.graph, input: network.input, kernels: kernels, bands: bands)
  }
}

/// Writes the blocks down as a graph.
private struct GuidelineBuilder {
  let size: PixelSize
  var graph = NetworkGraph()

  mutating func stem(channels: Int, input: PixelSize) -> [Channel] {
    graph.beginGroup()
    let x = graph.append(
      .stem(convolution("stem", [channels, 3, 3, 3])), "stem", [], count: channels, from: input, to: size,
      .relu)
    graph.mark("input", x, size)
    return x
  }

  /// Each block is a group: it is computed as a unit of a network would be.
  mutating func append(_ block: GuidelineBlock, _ name: String, _ x: [Channel]) -> [Channel] {
    graph.beginGroup()
    switch block {
    case .ratio(let channels, let between):
      let y = pointwise(name + ".0", x, outputs: between)
      return pointwise(name + ".1", y, outputs: channels)
    case .grouped(let channels, let groups):
      let y = pointwise(name + ".0", x, outputs: channels, groups: groups)
      return pointwise(name + ".1", y, outputs: channels, groups: groups)
    case .fragments(let channels, let count, .series):
      return (0..<count).reduce(x) { pointwise("\(name).\($1)", $0, outputs: channels) }
    case .fragments(let channels, let count, .parallel):
      return (0..<count).reduce([]) { sum, number in
        pointwise(
          "\(name).\(number)", x, outputs: channels, number == count - 1 ? .relu : .none, addingTo: sum)
      }
    case .bottleneck(let channels, let hasReLU, let hasShortcut):
      let activation = hasReLU ? Activation.relu : .none
      var y = pointwise(name + ".0", x, outputs: channels, activation)
      y = graph.append(
        .depthwise(convolution(name + ".1", [channels, 1, 3, 3]), stride: 1, dilation: 1), name + ".1", y,
        count: channels, from: size, to: size, activation)
      return pointwise(name + ".2", y, outputs: channels, activation, addingTo: hasShortcut ? x : [])
    }
  }

  private mutating func pointwise(
    _ name: String, _ x: [Channel], outputs: Int, groups: Int = 1, _ activation: Activation = .relu,
    addingTo addends: [Channel] = []
  ) -> [Channel] {
    let inputs = x.count / groups
    let all = convolution(name, [outputs, inputs, 1, 1])
    return (0..<groups).flatMap { group in
      graph.append(
        .pointwise(all.part(group, of: groups)), name, Array(x[group * inputs..<(group + 1) * inputs]),
        count: outputs / groups, from: size, to: size, activation, addends: addends)
    }
  }

  private func convolution(_ name: String, _ shape: [Int]) -> FoldedConvolution {
    FoldedConvolution(
      weights: SeededWeights.tensor(name + ".weight", shape).values,
      bias: SeededWeights.tensor(name + ".bias", [shape[0]]).values)
  }
}
