import KernelInterface
import ShuffledCore

extension Architecture {
  /// The networks of both papers by name: `shufflenet_v2_x1_0`, `shufflenet_v1_g3_x1_0`.
  public static let names = v2Names + v1Names

  /// The four networks of the ShuffleNet V2 paper, which torchvision has weights for.
  public static let v2Names = [
    "shufflenet_v2_x0_5", "shufflenet_v2_x1_0", "shufflenet_v2_x1_5", "shufflenet_v2_x2_0",
  ]

  /// The networks of the ShuffleNet V1 paper: five numbers of groups in five widths.
  public static let v1Names = v1Groups.flatMap { groups in
    v1Widths.map { "shufflenet_v1_g\(groups)_x\($0.name)" }
  }

  /// - dialect: nil for the usual one: torchvision's for V2, Megvii's for V1.
  /// nil where there is no such network, or not in this dialect.
  public static func named(_ name: String, dialect: Dialect? = nil, classes: Int = 1000) -> Architecture? {
    v2(name, dialect ?? .torchvision, classes: classes) ?? v1(name, dialect ?? .megvii, classes: classes)
  }

  /// https://arxiv.org/abs/1807.11164, table 5.
  private static func v2(_ name: String, _ dialect: Dialect, classes: Int) -> Architecture? {
    let channels: [Int]
    switch name {
    case "shufflenet_v2_x0_5": channels = [24, 48, 96, 192, 1024]
    case "shufflenet_v2_x1_0": channels = [24, 116, 232, 464, 1024]
    case "shufflenet_v2_x1_5": channels = [24, 176, 352, 704, 1024]
    case "shufflenet_v2_x2_0": channels = [24, 244, 488, 976, 2048]
    default: return nil
    }
    return Architecture(
      family: .shuffleNetV2, dialect: dialect, stageRepeats: [4, 8, 4], channels: channels, activation: .relu,
      classes: classes)
  }

  private static let v1Groups = [1, 2, 3, 4, 8]
  private static let v1Widths: [(name: String, factor: Double)] = [
    ("0_25", 0.25), ("0_5", 0.5), ("1_0", 1), ("1_5", 1.5), ("2_0", 2),
  ]

  /// https://arxiv.org/abs/1707.01083, table 1: output channels of the first stage, doubled in each that follows.
  private static let v1FirstStage = [1: 144, 2: 200, 3: 240, 4: 272, 8: 384]

  private static func v1(_ name: String, _ dialect: Dialect, classes: Int) -> Architecture? {
    guard dialect != .torchvision else { return nil }
    for groups in v1Groups {
      for width in v1Widths where name == "shufflenet_v1_g\(groups)_x\(width.name)" {
        let first = v1FirstStage[groups] ?? 0
        // A bottleneck is a quarter, and has to divide into the groups.
        let multiple = 4 * groups
        let stages = [first, 2 * first, 4 * first].map {
          (Int((Double($0) * width.factor).rounded(.up)) + multiple - 1) / multiple * multiple
        }
        return Architecture(
          family: .shuffleNetV1, dialect: dialect, groups: groups, stageRepeats: [4, 8, 4],
          channels: [v1Stem(dialect, groups: groups, width: width.factor)] + stages, activation: .relu,
          classes: classes)
      }
    }
    return nil
  }

  /// Channels of conv1: 24 in the paper, of which Megvii's networks differ where they are wider or narrower.
  private static func v1Stem(_ dialect: Dialect, groups: Int, width: Double) -> Int {
    guard dialect == .megvii, groups == 3 || groups == 8 else { return 24 }
    return switch width {
    case 0.5: groups == 3 ? 12 : 16
    case 2: 48
    default: 24
    }
  }
}
