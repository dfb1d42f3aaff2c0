import KernelInterface
import ShuffledCore

/// What network it is: everything that the weights and the input do not say. Stored in a model file as JSON.
public struct Architecture: Hashable, Sendable {
  public enum Family: String, Sendable, CaseIterable {
    case shuffleNetV2 = "shufflenet_v2"
  }

  /// Who wrote the network down: the same family exists with other orders of channels and other keys.
  public enum Dialect: String, Sendable, CaseIterable {
    case torchvision
  }

  public var family: Family
  public var dialect: Dialect
  /// Units a stage; the first of each halves height and width.
  public var stageRepeats: [Int]
  /// Output channels of conv1, of each stage, and of conv5.
  public var channels: [Int]
  public var activation: Activation
  public var classes: Int

  public init(
    family: Family, dialect: Dialect, stageRepeats: [Int], channels: [Int], activation: Activation,
    classes: Int
  ) {
    self.family = family
    self.dialect = dialect
    self.stageRepeats = stageRepeats
    self.channels = channels
    self.activation = activation
    self.classes = classes
  }

  /// The four networks of the ShuffleNet V2 paper, by torchvision's names.
  /// https://arxiv.org/abs/1807.11164, table 5.
  public static func named(_ name: String, classes: Int = 1000) -> Architecture? {
    let channels: [Int]
    switch name {
    case "shufflenet_v2_x0_5": channels = [24, 48, 96, 192, 1024]
    case "shufflenet_v2_x1_0": channels = [24, 116, 232, 464, 1024]
    case "shufflenet_v2_x1_5": channels = [24, 176, 352, 704, 1024]
    case "shufflenet_v2_x2_0": channels = [24, 244, 488, 976, 2048]
    default: return nil
    }
    return Architecture(
      family: .shuffleNetV2, dialect: .torchvision, stageRepeats: [4, 8, 4], channels: channels,
      activation: .relu, classes: classes)
  }

  public static let names = [
    "shufflenet_v2_x0_5", "shufflenet_v2_x1_0", "shufflenet_v2_x1_5", "shufflenet_v2_x2_0",
  ]

  /// Throws a `badData` failure that says what makes no sense.
  public func validate() throws {
    func refuse(_ cause: String) -> Failure { Failure(.badData, cannot: "build network", because: cause) }
    guard !stageRepeats.isEmpty, stageRepeats.count <= 8 else {
      throw refuse("it has \(stageRepeats.count) stages; 1 to 8 are possible")
    }
    guard channels.count == stageRepeats.count + 2 else {
      throw refuse(
        "\(stageRepeats.count) stages need \(stageRepeats.count + 2) channel counts, not \(channels.count)")
    }
    for (index, units) in stageRepeats.enumerated() where !(1...64).contains(units) {
      throw refuse("stage\(index + 2) has \(units) units; 1 to 64 are possible")
    }
    for count in channels where !(1...8192).contains(count) {
      throw refuse("a layer has \(count) channels; 1 to 8192 are possible")
    }
    for (index, count) in channels[1...stageRepeats.count].enumerated() where count % 2 != 0 {
      throw refuse("stage\(index + 2) has \(count) channels, which cannot be split into two halves")
    }
    // As many as the results database can tell apart.
    guard (1...65_536).contains(classes) else {
      throw refuse("it has \(classes) classes; 1 to 65536 are possible")
    }
  }
}
