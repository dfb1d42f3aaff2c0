import KernelInterface
import ShuffleNet
import ShuffledCore

/// The architecture as JSON.
struct ArchitectureText: Decodable {
  var family: String
  var dialect: String
  var groups: Int?
  var stageRepeats: [Int]
  var channels: [Int]
  var strides: [[Int]]?
  var dilations: [[Int]]?
  var activation: String
  var classes: Int

  enum CodingKeys: String, CodingKey {
    case family, dialect, groups, channels, strides, dilations, activation, classes
    case stageRepeats = "stage_repeats"
  }

  func architecture() throws -> Architecture {
    func unknown(_ what: String, _ value: String, _ known: [String]) -> DescriptionFault {
      DescriptionFault(
        cause: "its \(what) '\(value)' is not known; known are \(known.joined(separator: ", "))")
    }
    guard let family = Architecture.Family(rawValue: family) else {
      throw unknown("family", family, Architecture.Family.allCases.map(\.rawValue))
    }
    guard let dialect = Architecture.Dialect(rawValue: dialect) else {
      throw unknown("dialect", dialect, Architecture.Dialect.allCases.map(\.rawValue))
    }
    let activations: [String: Activation] = ["relu": .relu, "relu6": .relu6]
    guard let activation = activations[activation] else {
      throw unknown("activation", activation, activations.keys.sorted())
    }
    guard stageRepeats.count <= 8, stageRepeats.allSatisfy({ (1...64).contains($0) }) else {
      throw DescriptionFault(
        cause: "its stage_repeats are \(stageRepeats); up to 8 numbers from 1 to 64 are possible")
    }
    var architecture = Architecture(
      family: family, dialect: dialect, groups: groups ?? 1, stageRepeats: stageRepeats, channels: channels,
      activation: activation, classes: classes)
    try set("strides", strides, \.stride, &architecture)
    try set("dilations", dilations, \.dilation, &architecture)
    return architecture
  }

  /// What is said of every unit, stage by stage.
  private func set(
    _ name: String, _ numbers: [[Int]]?, _ path: WritableKeyPath<Architecture.Unit, Int>,
    _ architecture: inout Architecture
  ) throws {
    guard let numbers else { return }
    guard numbers.map(\.count) == stageRepeats else {
      throw DescriptionFault(cause: "its \(name) are not one for each unit of its stage_repeats")
    }
    for (stage, values) in numbers.enumerated() {
      for (unit, value) in values.enumerated() { architecture.stages[stage][unit][keyPath: path] = value }
    }
  }
}

extension Architecture {
  /// From a JSON object as a model file's metadata has it. Throws a usage failure with the reason where it is none.
  public init(json text: String) throws {
    do {
      self = try DescriptionFault.decode(ArchitectureText.self, text, called: "it").architecture()
    } catch let fault as DescriptionFault {
      throw Failure(
        .usage, cannot: "understand architecture", because: fault.cause, remedy: "see docs/MODELS.md")
    }
  }

  /// As a model file's metadata has it: a JSON object.
  public var json: String {
    func list(_ numbers: [Int]) -> String { "[" + numbers.map(String.init).joined(separator: ",") + "]" }
    func lists(_ path: KeyPath<Architecture.Unit, Int>) -> String {
      "[" + stages.map { list($0.map { $0[keyPath: path] }) }.joined(separator: ",") + "]"
    }
    let usual = Architecture(
      family: family, dialect: dialect, groups: groups, stageRepeats: stageRepeats, channels: channels,
      activation: activation, classes: classes)
    var members = [
      "\"family\":\"\(family.rawValue)\"", "\"dialect\":\"\(dialect.rawValue)\"",
    ]
    if family == .shuffleNetV1 { members.append("\"groups\":\(groups)") }
    members += [
      "\"stage_repeats\":\(list(stageRepeats))", "\"channels\":\(list(channels))",
    ]
    if self != usual {
      members += ["\"strides\":\(lists(\.stride))", "\"dilations\":\(lists(\.dilation))"]
    }
    members += [
      "\"activation\":\"\(activation == .relu6 ? "relu6" : "relu")\"",
      "\"classes\":\(classes)",
    ]
    return "{" + members.joined(separator: ",") + "}"
  }
}
