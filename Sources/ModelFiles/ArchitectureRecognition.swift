import KernelInterface
import ShuffleNet
import ShuffledCore

/// What network weights belong to, by the names and shapes of the tensors. What these do not tell is taken as usual: a unit that
/// joins something of its input's has stride 2, and activations are ReLU.
struct ArchitectureRecognition {
  fileprivate let shapes: [String: [Int]]

  /// - file: its tensors.
  static func architecture(of file: any TensorFile) throws -> Architecture {
    var shapes: [String: [Int]] = [:]
    for name in file.tensorNames { shapes[name] = file.shape(name) }
    return try ArchitectureRecognition(shapes: shapes).architecture()
  }

  /// The dialect whose name the first convolution has; nil for none.
  static func dialect(of names: Set<String>) -> Architecture.Dialect? {
    Architecture.Dialect.allCases.first { names.contains($0.conv1.weight) }
  }

  private func architecture() throws -> Architecture {
    guard let dialect = Self.dialect(of: Set(shapes.keys)) else {
      throw DescriptionFault(
        cause: "its tensors are no ShuffleNet's: it has none of "
          + Architecture.Dialect.allCases.map { "\($0.conv1.weight) (\($0))" }.joined(separator: ", "))
    }
    let stem = try dimensions(dialect.conv1.weight, 4)[0]
    let units = try units(dialect)
    guard let first = units.first else {
      throw DescriptionFault(cause: "it has no units, the first of which would be \(dialect.firstUnit)")
    }
    let isV1 = shapes[first.name + "." + dialect.v1Unit.first.weight] != nil
    var walk = UnitWalk(dialect: dialect, channels: stem, isV1: isV1)
    for unit in units { try walk.add(unit, of: self) }
    var channels = [stem] + walk.stageChannels
    if !isV1 { channels.append(try dimensions(dialect.conv5.weight, 4)[0]) }
    return Architecture(
      family: isV1 ? .shuffleNetV1 : .shuffleNetV2, dialect: dialect, groups: walk.groups,
      stages: walk.stages, channels: channels, activation: .relu,
      classes: try dimensions(dialect.classifier.weight, 2)[0])
  }

  /// A tensor's shape, of so many numbers, with none of which a layer would be impossible: so that one can count on with them.
  fileprivate func dimensions(_ tensor: String, _ count: Int) throws -> [Int] {
    guard let shape = shapes[tensor] else { throw DescriptionFault(cause: "it lacks \(tensor)") }
    guard shape.count == count, shape.allSatisfy((1...65_536).contains) else {
      throw DescriptionFault(
        cause:
          "it has \(tensor) of shape \("\(shape)".shortened), which is no \(count == 4 ? "convolution" : "layer")'s"
      )
    }
    return shape
  }

  /// The units in order, as many in each stage as the highest number says.
  private func units(_ dialect: Architecture.Dialect) throws -> [UnitWalk.Unit] {
    var counts: [Int: Int] = [:]
    for name in shapes.keys {
      let parts = name.split(separator: ".", maxSplits: 2)
      // More than eight stages of 64 are no network's; what is named so is told as unexpected.
      guard parts.count == 3, let number = Self.number(parts[1]), number < 8 * 64 else { continue }
      let stage = dialect == .megvii ? (parts[0] == "features" ? 0 : nil) : stageIndex(parts[0])
      guard let stage else { continue }
      counts[stage] = max(counts[stage] ?? 0, number + 1)
    }
    let stages = (counts.keys.max() ?? -1) + 1
    return try (0..<stages).flatMap { stage in
      guard let count = counts[stage] else { throw DescriptionFault(cause: "it lacks stage\(stage + 2)") }
      return (0..<count).map { number in
        dialect == .megvii
          ? UnitWalk.Unit(name: "features.\(number)", stage: nil)
          : UnitWalk.Unit(name: "stage\(stage + 2).\(number)", stage: stage)
      }
    }
  }

  /// A number as PyTorch writes it: `7`, not `+7` or `07`.
  private static func number(_ text: Substring) -> Int? {
    Int(text).flatMap { $0 >= 0 && String($0) == text ? $0 : nil }
  }

  /// `stage2` is the first.
  private func stageIndex(_ text: Substring) -> Int? {
    guard text.hasPrefix("stage"), let number = Self.number(text.dropFirst(5)), (2...9).contains(number)
    else { return nil }
    return number - 2
  }
}

extension Architecture.Dialect {
  fileprivate var firstUnit: String { self == .megvii ? "features.0" : "stage2.0" }
}

/// Goes through the units of a checkpoint and finds the stages.
private struct UnitWalk {
  struct Unit {
    var name: String
    /// nil where the names do not say.
    var stage: Int?

    /// What the weights of a layer are called.
    func weight(_ layer: LayerNames) -> String { name + "." + layer.weight }
  }

  let dialect: Architecture.Dialect
  /// Of what the next unit gets.
  private var channels: Int
  private let isV1: Bool
  private(set) var groups = 1
  private(set) var stages: [[Architecture.Unit]] = []
  private(set) var stageChannels: [Int] = []

  init(dialect: Architecture.Dialect, channels: Int, isV1: Bool) {
    self.dialect = dialect
    self.channels = channels
    self.isV1 = isV1
  }

  mutating func add(_ unit: Unit, of weights: ArchitectureRecognition) throws {
    let (joins, outputs) = try isV1 ? v1(unit, weights) : v2(unit, weights)
    let isNewStage = unit.stage.map { $0 >= stages.count } ?? (joins || stages.isEmpty)
    if isNewStage {
      stages.append([])
      stageChannels.append(outputs)
    }
    guard outputs == stageChannels[stages.count - 1] else {
      throw DescriptionFault(
        cause:
          "\(unit.name) makes \(outputs) channels, others of its stage \(stageChannels[stages.count - 1])")
    }
    stages[stages.count - 1].append(Architecture.Unit(stride: joins ? 2 : 1))
    channels = outputs
  }

  /// Whether something of the unit's input goes along with what it makes, and how many channels that are in all.
  private mutating func v1(
    _ unit: Unit, _ weights: ArchitectureRecognition
  ) throws -> (joins: Bool, outputs: Int) {
    let bottleneck = try weights.dimensions(unit.weight(dialect.v1Unit.first), 4)[0]
    let last = try weights.dimensions(unit.weight(dialect.v1Unit.last), 4)
    groups = max(1, bottleneck / last[1])
    let made = last[0]
    // Where the input is added, there are as many as it has, and the bottleneck is a quarter of them.
    let joins = !(made == channels && made / 4 == bottleneck)
    return (joins, joins ? made + channels : made)
  }

  /// The same of V2, where units that join have a projection.
  private func v2(_ unit: Unit, _ weights: ArchitectureRecognition) throws -> (joins: Bool, outputs: Int) {
    let made = try weights.dimensions(unit.weight(dialect.v2Unit.main.last), 4)[0]
    let projection = unit.weight(dialect.v2Unit.projection.pointwise)
    guard weights.shapes[projection] != nil else { return (false, 2 * made) }
    return (true, dialect == .megvii ? made + (try weights.dimensions(projection, 4)[0]) : 2 * made)
  }
}
