/// A convolution's weights in the order in which an instruction set's kernels read them.
public struct PackedWeights: Sendable {
  public var weights: [Float]
  public var bias: [Float]

  /// For `pointwiseF32`, `stemConvolutionF32` and, with taps, `convolutionF32`: weights[panel][tap][k][vector][lane] and
  /// bias[vector][lane], zero where there is no output channel.
  ///
  /// - Parameters:
  ///   - weights: a row of `weights.count / bias.count` values for each output channel: input channels, each with its taps.
  ///   - outputOrder: the output channel (row of `weights`) that each lane is to carry, in order; nil for none.
  ///   - taps: weights for each input channel.
  public init(
    pointwise weights: [Float], bias: [Float], outputOrder: [Int?], taps: Int = 1, kernels: KernelTable
  ) {
    precondition(!bias.isEmpty && weights.count % bias.count == 0, "weights do not divide among outputs")
    let lanes = kernels.vectorLanes
    let vectors = kernels.vectors(for: outputOrder.count)
    let inputs = weights.count / bias.count
    self.bias = [Float](repeating: 0, count: vectors * lanes)
    var packed = [Float](repeating: 0, count: vectors * lanes * inputs)
    var firstVector = 0
    while firstVector < vectors {
      let panelVectors = nextPanel(of: vectors - firstVector, upTo: kernels.panelVectors)
      let (firstLane, panelLanes) = (firstVector * lanes, panelVectors * lanes)
      let channels = outputOrder[firstLane..<min(firstLane + panelLanes, outputOrder.count)]
      // The lanes that carry a channel, and where its row begins.
      let rows = channels.enumerated().compactMap { lane, channel in
        channel.map { (lane: lane, start: $0 * inputs) }
      }
      for (lane, start) in rows { self.bias[firstLane + lane] = bias[start / inputs] }
      // Input by input, so that memory is written in order.
      var place = firstLane * inputs
      for tap in 0..<taps {
        for k in stride(from: tap, to: inputs, by: taps) {
          for (lane, start) in rows { packed[place + lane] = weights[start + k] }
          place += panelLanes
        }
      }
      firstVector += panelVectors
    }
    self.weights = packed
  }

  /// For `depthwiseF32`: weights[slab][tap][lane] and bias[slab][lane], zero in lanes that carry no channel.
  ///
  /// - Parameters:
  ///   - weights: a row of `weights.count / bias.count` taps for each channel.
  ///   - places: for each channel, its slab's index among the operation's slabs, and its lane.
  public init(depthwise weights: [Float], bias: [Float], places: [(slab: Int, lane: Int)], slabs: Int) {
    precondition(places.count == bias.count && weights.count % bias.count == 0, "a row of taps a channel")
    let taps = weights.count / bias.count
    self.weights = [Float](repeating: 0, count: slabs * taps * slabLanes)
    self.bias = [Float](repeating: 0, count: slabs * slabLanes)
    for (channel, place) in places.enumerated() {
      self.bias[place.slab * slabLanes + place.lane] = bias[channel]
      for tap in 0..<taps {
        self.weights[(place.slab * taps + tap) * slabLanes + place.lane] = weights[channel * taps + tap]
      }
    }
  }
}

/// Vectors in the next panel when `remaining` (at least one) are left: as many as a panel may have, but three and two,
/// two and two, or three and three instead of a panel of few after a full one. Narrow tiles load more for each product.
@inlinable
public func nextPanel(of remaining: Int, upTo most: Int) -> Int {
  if remaining <= most { return remaining }
  let isUneven = most >= 3 && (remaining == most + 1 || (most == 4 && remaining == 6))
  return isUneven ? most - 1 : most
}
