import Kernels
import KernelsReference
import ShuffleNet
import ShuffledCore
import TestSupport
import Testing

/// However many rows are computed at a time, and wherever they are kept meanwhile, the answer is the same, bit for bit.
@Suite struct BandTests {
  static let networks = [
    v2([4, 8, 16, 24, 32]), v2([24, 48, 96, 192, 1024]), v2([24, 116, 232, 464, 1024]),
    v2([17, 66, 130, 262, 500]), v2([24, 116, 232, 464, 1024], .megvii),
    v1(.megvii, groups: 3, [24, 240, 480, 960]), v1(.article, groups: 2, [24, 56, 104, 200]),
    v1(.megvii, groups: 8, [16, 192, 384, 768]),
    // Every kind of unit that the article has, and a first unit that adds to what the max pool made.
    Architecture(
      family: .shuffleNetV2, dialect: .article,
      stages: [[unit(1, 2), unit(1, 1)], [unit(2, 2), unit(2, 1), unit(3, 1), unit(1, 1)]],
      channels: [12, 24, 40, 32], activation: .relu6, classes: 37),
    Architecture(
      family: .shuffleNetV1, dialect: .article, groups: 2,
      stages: [[unit(1, 1)], [unit(1, 2), unit(1, 1)], [unit(3, 1), unit(1, 1)], [unit(2, 2)]],
      channels: [40, 40, 80, 160, 200], activation: .relu, classes: 37),
  ]

  private static func unit(_ stride: Int, _ dilation: Int) -> Architecture.Unit {
    Architecture.Unit(stride: stride, dilation: dilation)
  }

  private static func v2(_ channels: [Int], _ dialect: Architecture.Dialect = .torchvision) -> Architecture {
    Architecture(
      family: .shuffleNetV2, dialect: dialect, stageRepeats: [2, 2, 2], channels: channels, activation: .relu,
      classes: 37)
  }

  private static func v1(_ dialect: Architecture.Dialect, groups: Int, _ channels: [Int]) -> Architecture {
    Architecture(
      family: .shuffleNetV1, dialect: dialect, groups: groups, stageRepeats: [3, 2, 2], channels: channels,
      activation: .relu, classes: 37)
  }

  /// Heights that leave odd rows, one row, or a last band of few; widths that end with every kind of small tile.
  static let sizes = [
    PixelSize(width: 224, height: 224), PixelSize(width: 97, height: 161), PixelSize(width: 33, height: 65),
    PixelSize(width: 40, height: 7), PixelSize(width: 1, height: 1),
  ]

  private func plan(
    _ architecture: Architecture, _ size: PixelSize, _ set: InstructionSet, _ bands: RowSchedule.Bands
  ) throws -> ExecutionPlan {
    try ExecutionPlan(
      architecture, weights: SeededWeights.weights, input: size, kernels: set.kernels,
      bands: bands)
  }

  /// The logits of noise, on memory that was used before.
  private func logits(_ plan: ExecutionPlan) -> [Float] {
    let pass = ForwardPass(plan)
    var generator = SeededGenerator(seed: 9)
    for _ in 0..<2 {
      for channel in 0..<3 {
        for y in 0..<plan.inputLayout.size.height {
          for x in 0..<plan.inputLayout.size.width {
            let index = plan.inputLayout.index(channel: channel, y: y, x: x)
            pass.input[index] = Float.random(in: -2...2, using: &generator)
          }
        }
      }
      pass.run()
    }
    return pass.logits
  }

  @Test(arguments: GoldenTests.availableSets, networks)
  func theAnswerDoesNotDependOnBands(set: InstructionSet, architecture: Architecture) throws {
    for size in set == .portable ? Array(Self.sizes[1...]) : Self.sizes {
      let whole = logits(try plan(architecture, size, set, .whole))
      #expect(whole.contains { $0 != whole[0] }, "the logits say something")
      for bands: RowSchedule.Bands in [.planned, .rows(1), .rows(2), .rows(3), .rows(5)] {
        #expect(
          logits(try plan(architecture, size, set, bands)) == whole, "\(set) \(architecture) \(size) \(bands)"
        )
      }
    }
  }

  /// Whatever is computed at a time, an operator's multiply-adds are all of its own, and all are the network's.
  @Test(arguments: networks) func everyMultiplyAddIsSomeCalls(architecture: Architecture) throws {
    for size in Self.sizes {
      for bands: RowSchedule.Bands in [.planned, .rows(3), .whole] {
        let plan = try plan(architecture, size, .portable, bands)
        #expect(plan.operators.reduce(0) { $0 + $1.multiplyAdds } == plan.multiplyAdds, "\(size) \(bands)")
        let spatial = architecture.dialect == .article && architecture.family == .shuffleNetV1
        for name in ["stem", "pointwise", spatial ? "3x3 convolution" : "depthwise", "fully connected"] {
          #expect(
            plan.operators.contains { $0.name == name && $0.multiplyAdds > 0 } || size.pixels == 1, "\(name)")
        }
      }
    }
  }

  @Test func ringsNeedLessMemoryThanWholeActivations() throws {
    let size = PixelSize(width: 224, height: 224)
    let set = InstructionSet.best
    let whole = try plan(Self.v2([24, 116, 232, 464, 1024]), size, set, .whole).arenaCount
    let planned = try plan(Self.v2([24, 116, 232, 464, 1024]), size, set, .planned).arenaCount
    let narrow = try plan(Self.v2([24, 116, 232, 464, 1024]), size, set, .rows(1)).arenaCount
    #expect(3 * planned < 2 * whole)
    #expect(narrow < planned)
  }
}
