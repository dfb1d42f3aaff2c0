import KernelInterface
import ShuffledCore

/// https://arxiv.org/abs/1707.01083, figure 2 (b) and (c). What is joined goes through a plain ReLU, whatever the network's
/// activation is: so both sources have it.
extension NetworkBuilder {
  mutating func v1Unit(
    _ name: String, _ x: [Channel], outputs: Int, _ unit: Architecture.Unit, isFirst: Bool
  ) throws -> [Channel] {
    let layers = dialect.v1Unit
    let groups = architecture.groups
    let bottleneck = Architecture.bottleneck(of: outputs)
    let input = size
    var y = try pointwise(
      layers.first.within(name), x, outputs: bottleneck,
      groups: architecture.firstGroups(isFirstUnit: isFirst, inputs: x.count), architecture.activation)
    switch dialect {
    case .article, .torchvision:
      // Grouped, not depthwise, and with an activation.
      y = channelShuffle(y, groups: groups)
      y = try convolution(layers.spatial.within(name), y, groups: groups, unit, architecture.activation)
    case .megvii:
      y = try depthwise(layers.spatial.within(name), y, unit)
      // The inverse permutation: as many groups as a group has channels.
      y = channelShuffle(y, groups: bottleneck / groups)
    }
    let last = layers.last.within(name)
    guard unit.stride > 1 || unit.dilation > 1 else {
      return try pointwise(last, y, outputs: outputs, groups: groups, .relu, addingTo: x)
    }
    let made = try pointwise(last, y, outputs: outputs - x.count, groups: groups, .relu)
    guard unit.stride > 1 else { return made + x }
    let output = size
    rewind(to: input)
    // Of values that are not negative, so ReLU would change nothing.
    let kept = averagePool(name + ".shortcut", x, stride: unit.stride)
    rewind(to: output)
    return dialect == .megvii ? kept + made : made + kept
  }
}
