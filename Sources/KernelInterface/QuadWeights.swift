/// The output channels that are left after the last whole vector, in fours: packed behind a pointwise convolution's
/// vectors, as `PointwiseF32` says.
public struct QuadWeights: Sendable {
  public var weights: [Float]
  public var bias: [Float]

  /// - Parameters:
  ///   - weights: a row of `weights.count / bias.count` input values for each output channel.
  ///   - outputOrder: the output channels (rows of `weights`) that are left, in order.
  ///   - inputQuads: for each four of neighbouring lanes, the input channels in them, in order; nil for a lane that
  ///     carries none.
  public init(_ weights: [Float], bias: [Float], outputOrder: [Int], inputQuads: [[Int?]]) {
    let inputs = weights.count / bias.count
    let outputQuads = Self.count(for: outputOrder.count)
    self.weights = [Float](repeating: 0, count: inputQuads.count * outputQuads * slabLanes)
    self.bias = [Float](repeating: 0, count: outputQuads * slabLanes)
    for (position, channel) in outputOrder.enumerated() {
      self.bias[4 * position] = bias[channel]
      for (quad, members) in inputQuads.enumerated() {
        for (lane, input) in members.enumerated() {
          guard let input else { continue }
          self.weights[quad * outputQuads * slabLanes + 4 * position + lane] =
            weights[channel * inputs + input]
        }
      }
    }
  }

  /// Quads that hold so many channels.
  public static func count(for channels: Int) -> Int { (channels + 3) / 4 }

  /// Whether to compute what is left of `outputs` in quads: they need a quarter of the multiply-adds, but more loads
  /// for each, and their sums have to be added up in the end (measured: docs/KERNELS.md).
  public static func isWorthIt(outputs: Int, inputs: Int, inputQuads: Int, kernels: KernelTable) -> Bool {
    let left = outputs % kernels.vectorLanes
    guard kernels.usesQuads, left > 0 else { return false }
    return Double(count(for: left)) * (1.3 * Double(inputQuads) + 10) < 0.9 * Double(inputs)
  }
}

/// A convolution's input channels by the fours of neighbouring lanes that they lie in.
public struct InputQuads: Sendable {
  /// Where each four's first pixel lies, in floats.
  public private(set) var offsets: [Int] = []
  /// For each lane of a four, the position of its channel among the inputs; nil where it carries none of them.
  public private(set) var members: [[Int?]] = []

  /// The fours in the order of the inputs, so that sums do not depend on where an arena has room.
  /// - channels: for each input channel, where its first pixel lies, and its lane.
  public init(_ channels: [(offset: Int, lane: Int)]) {
    var indices: [Int: Int] = [:]
    for (position, channel) in channels.enumerated() {
      let lane = channel.lane % 4
      let offset = channel.offset - lane
      let index = indices[offset] ?? offsets.count
      if index == offsets.count {
        indices[offset] = index
        offsets.append(offset)
        members.append([nil, nil, nil, nil])
      }
      members[index][lane] = position
    }
  }
}
