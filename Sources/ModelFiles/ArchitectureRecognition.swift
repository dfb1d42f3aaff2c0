import KernelInterface
import ShuffleNet
import ShuffledCore

/// What network weights belong to, by the names and shapes of the tensors. What these do not tell is taken as usual: a unit that
/// joins something of its input's has stride 2, and activations are ReLU.
struct ArchitectureRecognition {
  private let shapes: [String: [Int]]

  /// - file: its tensors.
  static func architecture(of file: any TensorFile) throws -> Architecture {
    var shapes: [String: [Int]] = [:]
    for name in file.tensorNames { shapes[name] = file.shape(name) }
    return try ArchitectureRecognition(shapes: shapes).architecture()
  }

  /// The dialect whose names the first convolution and a unit have; nil for none.
  static func dialect(of names: Set<String>) -> Architecture.Dialect? {
    Architecture.Dialect.allCases.first { names.contains($0.conv1.weight) }
  }

  private func architecture() throws -> Architecture {
    guard let dialect = Self.dialect(of: Set(shapes.keys)) else {
      throw DescriptionFault(
        cause: "its tensors are no ShuffleNet's: it has none of "
          + Architecture.Dialect.allCases.map { "\($0.conv1.weight) (\($0))" }.joined(separator: ", "))
    }
    let units = try units(dialect)
    guard let first = units.first else { throw DescriptionFault(cause: "it has no units") }
    let stem = try outputs("conv1", dialect.conv1.weight)
    let isV1 = shapes[first.name + "." + dialect.v1Unit.first.weight] != nil
    let classes = try outputs("the classifier", dialect.classifier.weight)
    var walk = UnitWalk(dialect: dialect, channels: stem, isV1: isV1)
    for unit in units { try walk.add(unit, shapes) }
    var channels = [stem] + walk.stageChannels
    if !isV1 { channels.append(try outputs("conv5", dialect.conv5.weight)) }
    return Architecture(
      family: isV1 ? .shuffleNetV1 : .shuffleNetV2, dialect: dialect, groups: walk.groups,
      stages: walk.stages,
      channels: channels, activation: .relu, classes: classes)
  }

  /// Output channels of a layer.
  private func outputs(_ layer: String, _ weight: String) throws -> Int {
    guard let shape = shapes[weight], let first = shape.first else {
      throw DescriptionFault(cause: "it lacks \(weight), so \(layer)'s channels are not known")
    }
    return first
  }

  /// The units in order, as many in each stage as the highest number says.
  private func units(_ dialect: Architecture.Dialect) throws -> [UnitWalk.Unit] {
    var numbers: [Int: Int] = [:]
    for name in shapes.keys {
      let parts = name.split(separator: ".", maxSplits: 2)
      guard parts.count == 3, let number = Int(parts[1]), number < 64 * 8 else { continue }
      let stage = dialect == .megvii ? (parts[0] == "features" ? 0 : nil) : stageIndex(parts[0])
      guard let stage else { continue }
      numbers[stage] = max(numbers[stage] ?? 0, number + 1)
    }
    return numbers.sorted { $0.key < $1.key }.flatMap { stage, count in
      (0..<count).map { number in
        UnitWalk.Unit(
          name: dialect == .megvii ? "features.\(number)" : "stage\(stage + 2).\(number)",
          stage: dialect == .megvii ? nil : stage)
      }
    }
  }

  /// `stage2` is the first.
  private func stageIndex(_ text: Substring) -> Int? {
    guard text.hasPrefix("stage"), let number = Int(text.dropFirst(5)), (2...9).contains(number) else {
      return nil
    }
    return number - 2
  }
}

/// Goes through the units of a checkpoint and finds the stages.
private struct UnitWalk {
  struct Unit {
    var name: String
    /// nil where the names do not say.
    var stage: Int?
  }

  let dialect: Architecture.Dialect
  /// Of what the next unit gets.
  var channels: Int
  let isV1: Bool
  var groups = 1
  private(set) var stages: [[Architecture.Unit]] = []
  private(set) var stageChannels: [Int] = []

  init(dialect: Architecture.Dialect, channels: Int, isV1: Bool) {
    self.dialect = dialect
    self.channels = channels
    self.isV1 = isV1
  }

  mutating func add(_ unit: Unit, _ shapes: [String: [Int]]) throws {
    func shape(_ tensor: String) -> [Int]? { shapes[unit.name + "." + tensor] }
    let joins: Bool
    let outputs: Int
    if isV1 {
      guard let first = shape(dialect.v1Unit.first.weight), let last = shape(dialect.v1Unit.last.weight),
        first.count == 4, last.count == 4
      else { throw DescriptionFault(cause: "it lacks a convolution of \(unit.name)") }
      let (bottleneck, made) = (first[0], last[0])
      groups = max(1, bottleneck / max(1, last[1]))
      joins = !(made == channels && made / 4 == bottleneck)
      outputs = joins ? made + channels : made
    } else {
      joins = shape(dialect.v2Unit.projection.pointwise.weight) != nil
      guard let last = shape(dialect.v2Unit.main.last.weight), let made = last.first else {
        throw DescriptionFault(cause: "it lacks \(unit.name).\(dialect.v2Unit.main.last.weight)")
      }
      outputs =
        dialect == .megvii && joins
        ? made + (shape(dialect.v2Unit.projection.pointwise.weight)?.first ?? 0) : 2 * made
    }
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
}
