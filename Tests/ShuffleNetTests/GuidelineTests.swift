import Kernels
import KernelsReference
import ShuffleNet
import ShuffledCore
import Testing

/// The networks of the guidelines' experiments: that they are what they say, and that they compute it.
@Suite struct GuidelineTests {
  /// Small ones of every kind, of channels that fill slabs and vectors, and of others.
  static let blocks: [GuidelineBlock] =
    [
      .ratio(channels: 16, between: 32), .ratio(channels: 9, between: 37),
      .grouped(channels: 20, groups: 1), .grouped(channels: 36, groups: 4),
      .fragments(channels: 20, count: 1, .series), .fragments(channels: 20, count: 3, .series),
      .fragments(channels: 20, count: 2, .parallel), .fragments(channels: 32, count: 4, .parallel),
    ]
    + [(true, true), (false, true), (true, false), (false, false)].map {
      .bottleneck(channels: 21, hasReLU: $0, hasShortcut: $1)
    }

  private static func network(_ block: GuidelineBlock) -> GuidelineNetwork {
    GuidelineNetwork(block, count: 3, size: PixelSize(width: 13, height: 11))
  }

  private static func picture(_ network: GuidelineNetwork) -> [Float] {
    SeededWeights.tensor("picture", [3, network.input.height, network.input.width]).values
  }

  /// However many rows are computed at a time: sums take the place of what they are added to, which must not change before
  /// the last who reads it.
  @Test(arguments: blocks) func theyComputeWhatTheySay(block: GuidelineBlock) throws {
    let network = Self.network(block)
    let picture = Self.picture(network)
    let expected = PlainNetwork(network).output(of: picture)
    #expect(expected.count == block.channels[0] * network.size.pixels)
    for kernels in [referenceKernels] + GoldenTests.availableSets.map(\.kernels) {
      var whole: [Float]?
      for bands: RowSchedule.Bands in [.whole, .planned, .rows(1), .rows(3)] {
        let pass = ForwardPass(try ExecutionPlan(network, kernels: kernels, bands: bands))
        pass.fill(picture)
        let found = pass.activation(at: try #require(pass.plan.marks.last))
        #expect(difference(found, expected) < 1e-5, "\(kernels.name), \(bands)")
        #expect(found == whole ?? found, "\(kernels.name), \(bands)")
        whole = found
      }
    }
  }

  /// A sum that begins with what the last pass left there would grow.
  @Test(arguments: blocks) func aTimedPassIsAPass(block: GuidelineBlock) throws {
    let network = Self.network(block)
    let pass = ForwardPass(try ExecutionPlan(network, kernels: InstructionSet.best.kernels))
    pass.fill(Self.picture(network))
    pass.run()
    let logits = pass.logits
    #expect(logits.count == block.channels[0])
    for _ in 0..<3 {
      #expect(pass.run(timingAfter: pass.plan.marks[0]) > .zero)
      #expect(pass.logits == logits)
    }
  }

  @Test func whatIsTimedAreTheBlocks() throws {
    for block in Self.blocks {
      let plan = try ExecutionPlan(Self.network(block), kernels: referenceKernels)
      #expect(plan.marks.map(\.name) == ["input", "output"])
      let steps = plan.marks[0].steps
      #expect(Set(plan.operators[..<steps].map(\.name)) == ["stem"])
      #expect(Set(plan.operators[steps...].map(\.name)).isSubset(of: ["pointwise", "depthwise"]))
    }
  }

  /// Ten blocks of 56x56 pixels.
  @Test func multiplyAddsAreHeld() throws {
    func multiplyAddsOfAPixel(_ block: GuidelineBlock) throws -> Int {
      let plan = try ExecutionPlan(GuidelineNetwork(block), kernels: InstructionSet.best.kernels)
      let blocks = plan.operators[plan.marks[0].steps...].reduce(0) { $0 + $1.multiplyAdds }
      #expect(blocks % (10 * 56 * 56) == 0)
      return blocks / (10 * 56 * 56)
    }
    let found = try Guideline.allCases.map { try $0.experiments.map { try $0.map(multiplyAddsOfAPixel) } }
    #expect(
      found == [
        [[32768, 32400, 32448, 32856]], [[32768, 32400, 32768, 32400]],
        [[16384, 16200, 16384, 16200, 16384]],
        [[2336, 2336, 2336, 2336], [8768, 8768, 8768, 8768], [33920, 33920, 33920, 33920]],
      ])
  }
}

/// The same in Double, as plainly as possible and without a graph.
private struct PlainNetwork {
  private struct Planes {
    var size: PixelSize
    /// channels[channel][pixel]
    var channels: [[Double]]

    var rectified: Planes { Planes(size: size, channels: channels.map { $0.map { max($0, 0) } }) }

    static func + (a: Planes, b: Planes) -> Planes {
      Planes(size: a.size, channels: zip(a.channels, b.channels).map { zip($0, $1).map(+) })
    }
  }

  private let network: GuidelineNetwork

  init(_ network: GuidelineNetwork) { self.network = network }

  /// - picture: three planes.
  func output(of picture: [Float]) -> [Float] {
    let pixels = network.input.pixels
    let planes = (0..<3).map { picture[$0 * pixels..<($0 + 1) * pixels].map(Double.init) }
    var x = Planes(size: network.input, channels: planes)
    x = convolution("stem", x, outputs: network.block.channels[0], side: 3, stride: 2).rectified
    for number in 0..<network.count { x = block("block\(number)", x) }
    return x.channels.flatMap { $0.map { Float($0) } }
  }

  private func block(_ name: String, _ x: Planes) -> Planes {
    switch network.block {
    case .ratio(let channels, let between):
      let y = convolution(name + ".0", x, outputs: between).rectified
      return convolution(name + ".1", y, outputs: channels).rectified
    case .grouped(let channels, let groups):
      let y = convolution(name + ".0", x, outputs: channels, groups: groups).rectified
      return convolution(name + ".1", y, outputs: channels, groups: groups).rectified
    case .fragments(let channels, let count, .series):
      var y = x
      for n in 0..<count { y = convolution("\(name).\(n)", y, outputs: channels).rectified }
      return y
    case .fragments(let channels, let count, .parallel):
      var y = convolution(name + ".0", x, outputs: channels)
      for n in 1..<count { y = y + convolution("\(name).\(n)", x, outputs: channels) }
      return y.rectified
    case .bottleneck(let channels, let hasReLU, let hasShortcut):
      var y = convolution(name + ".0", x, outputs: channels)
      if hasReLU { y = y.rectified }
      y = convolution(name + ".1", y, outputs: channels, groups: channels, side: 3)
      if hasReLU { y = y.rectified }
      y = convolution(name + ".2", y, outputs: channels)
      if hasShortcut { y = y + x }
      return hasReLU ? y.rectified : y
    }
  }

  private func convolution(
    _ name: String, _ x: Planes, outputs: Int, groups: Int = 1, side: Int = 1, stride: Int = 1
  ) -> Planes {
    let inputs = x.channels.count / groups
    let weights = SeededWeights.tensor(name + ".weight", [outputs, inputs, side, side]).values
    let bias = SeededWeights.tensor(name + ".bias", [outputs]).values
    let size = x.size.strided(by: stride)
    let channels = (0..<outputs).map { n in
      let first = n / (outputs / groups) * inputs
      return (0..<size.pixels).map { pixel in
        var sum = Double(bias[n])
        for tap in 0..<side * side {
          let row = pixel / size.width * stride + tap / side - side / 2
          let column = pixel % size.width * stride + tap % side - side / 2
          guard (0..<x.size.height).contains(row), (0..<x.size.width).contains(column) else { continue }
          for k in 0..<inputs {
            let weight = Double(weights[(n * inputs + k) * side * side + tap])
            sum += weight * x.channels[first + k][row * x.size.width + column]
          }
        }
        return sum
      }
    }
    return Planes(size: size, channels: channels)
  }
}
