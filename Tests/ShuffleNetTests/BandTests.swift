import Kernels
import KernelsReference
import ShuffleNet
import ShuffledCore
import TestSupport
import Testing

/// However many rows are computed at a time, and wherever they are kept meanwhile, the answer is the same, bit for bit.
@Suite struct BandTests {
  static let networks = [
    [4, 8, 16, 24, 32], [24, 48, 96, 192, 1024], [24, 116, 232, 464, 1024], [17, 66, 130, 262, 500],
  ]
  /// Heights that leave odd rows, one row, or a last band of few; widths that end with every kind of small tile.
  static let sizes = [
    PixelSize(width: 224, height: 224), PixelSize(width: 97, height: 161), PixelSize(width: 33, height: 65),
    PixelSize(width: 40, height: 7), PixelSize(width: 1, height: 1),
  ]

  private func plan(
    _ channels: [Int], _ size: PixelSize, _ set: InstructionSet, _ bands: RowSchedule.Bands
  ) throws -> ExecutionPlan {
    let architecture = Architecture(
      family: .shuffleNetV2, dialect: .torchvision, stageRepeats: [2, 2, 2], channels: channels,
      activation: .relu, classes: 37)
    return try ExecutionPlan(
      architecture, weights: SeededWeights.weights(architecture), input: size, kernels: set.kernels,
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
  func theAnswerDoesNotDependOnBands(set: InstructionSet, channels: [Int]) throws {
    for size in set == .portable ? Array(Self.sizes[1...]) : Self.sizes {
      let whole = logits(try plan(channels, size, set, .whole))
      #expect(whole.contains { $0 != whole[0] }, "the logits say something")
      for bands: RowSchedule.Bands in [.planned, .rows(1), .rows(2), .rows(3), .rows(5)] {
        #expect(logits(try plan(channels, size, set, bands)) == whole, "\(set) \(channels) \(size) \(bands)")
      }
    }
  }

  /// Whatever is computed at a time, an operator's multiply-adds are all of its own, and all are the network's.
  @Test(arguments: networks) func everyMultiplyAddIsSomeCalls(channels: [Int]) throws {
    for size in Self.sizes {
      for bands: RowSchedule.Bands in [.planned, .rows(3), .whole] {
        let plan = try plan(channels, size, .portable, bands)
        #expect(plan.operators.reduce(0) { $0 + $1.multiplyAdds } == plan.multiplyAdds, "\(size) \(bands)")
        for name in ["stem", "pointwise", "depthwise", "fully connected"] {
          #expect(
            plan.operators.contains { $0.name == name && $0.multiplyAdds > 0 } || size.pixels == 1, "\(name)")
        }
      }
    }
  }

  @Test func ringsNeedLessMemoryThanWholeActivations() throws {
    let size = PixelSize(width: 224, height: 224)
    let set = InstructionSet.best
    let whole = try plan([24, 116, 232, 464, 1024], size, set, .whole).arenaCount
    let planned = try plan([24, 116, 232, 464, 1024], size, set, .planned).arenaCount
    let narrow = try plan([24, 116, 232, 464, 1024], size, set, .rows(1)).arenaCount
    #expect(3 * planned < 2 * whole)
    #expect(narrow < planned)
  }
}
