import KernelInterface
import ShuffledCore

/// https://arxiv.org/abs/1807.11164, figure 3 (c) and (d).
extension NetworkBuilder {
  /// - x: the unit's input, in the order that the dialect gives channels.
  mutating func v2Unit(
    _ name: String, _ x: [Channel], outputs: Int, _ unit: Architecture.Unit
  ) throws -> [Channel] {
    let splits = unit.stride == 1 && unit.dilation == 1
    return switch (dialect, splits) {
    case (.article, true), (.torchvision, true): try splitHalves(name, x, unit)
    case (.article, false), (.torchvision, false): try twoBranches(name, x, outputs: outputs, unit)
    case (.megvii, true): try splitAlternating(name, x, unit)
    case (.megvii, false): try projectionKeepingChannels(name, x, outputs: outputs, unit)
    }
  }

  /// Half of the channels pass by, the others go through the main branch.
  private mutating func splitHalves(
    _ name: String, _ x: [Channel], _ unit: Architecture.Unit
  ) throws -> [Channel] {
    let half = x.count / 2
    let main = try mainBranch(name, Array(x[half...]), between: half, outputs: half, unit)
    return channelShuffle(Array(x[..<half]) + main, groups: 2)
  }

  /// Both branches see every channel and each makes half of the outputs.
  private mutating func twoBranches(
    _ name: String, _ x: [Channel], outputs: Int, _ unit: Architecture.Unit
  ) throws -> [Channel] {
    let half = outputs / 2
    let input = size
    let projection = try projection(name, x, outputs: half, unit)
    rewind(to: input)
    let main = try mainBranch(name, x, between: half, outputs: half, unit)
    return channelShuffle(projection + main, groups: 2)
  }

  /// The even channels pass by, the odd ones go through the main branch: the shuffle comes before the unit.
  private mutating func splitAlternating(
    _ name: String, _ x: [Channel], _ unit: Architecture.Unit
  ) throws -> [Channel] {
    let half = x.count / 2
    let (even, odd) = (
      stride(from: 0, to: x.count, by: 2).map { x[$0] }, stride(from: 1, to: x.count, by: 2).map { x[$0] }
    )
    return even + (try mainBranch(name, odd, between: half, outputs: half, unit))
  }

  /// The projection keeps the number of channels, and the main branch makes the rest.
  private mutating func projectionKeepingChannels(
    _ name: String, _ x: [Channel], outputs: Int, _ unit: Architecture.Unit
  ) throws -> [Channel] {
    let input = size
    let projection = try projection(name, x, outputs: x.count, unit)
    rewind(to: input)
    return projection + (try mainBranch(name, x, between: outputs / 2, outputs: outputs - x.count, unit))
  }

  private mutating func projection(
    _ name: String, _ x: [Channel], outputs: Int, _ unit: Architecture.Unit
  ) throws -> [Channel] {
    let layers = dialect.v2Unit.projection
    let y = try depthwise(layers.depthwise.within(name), x, unit)
    return try pointwise(layers.pointwise.within(name), y, outputs: outputs, architecture.activation)
  }

  /// - between: channels of the depthwise convolution.
  private mutating func mainBranch(
    _ name: String, _ x: [Channel], between: Int, outputs: Int, _ unit: Architecture.Unit
  ) throws -> [Channel] {
    let layers = dialect.v2Unit.main
    var y = try pointwise(layers.first.within(name), x, outputs: between, architecture.activation)
    y = try depthwise(layers.depthwise.within(name), y, unit)
    return try pointwise(layers.last.within(name), y, outputs: outputs, architecture.activation)
  }
}
