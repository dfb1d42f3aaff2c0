import Kernels
import ShuffleNet
import ShuffledCore

/// Options that say which network is measured, and the network.
struct BenchmarkNetwork {
  static let options = [
    Option(
      "architecture", letter: "a", argument: "NAME",
      "one of the published networks (default: the four of ShuffleNet V2)"),
    ArchitectureOptions.dialect,
    Option(
      "channels", argument: "N,N,N,N,N",
      "a network of other widths: channels of conv1, of the three stages, and of conv5"),
    Option("input", argument: "WxH", "the input's width and height (default: 224x224)"),
    Option("model", letter: "m", argument: "NAME|FILE", "a model instead, by name or file"),
  ]

  var name: String
  var plan: ExecutionPlan
  /// What it took to load a model from its file and to plan it; nil for seeded weights.
  var load: Duration?

  /// The networks that the options name, planned for an instruction set. Throws `Failure`.
  static func named(
    by arguments: Arguments, _ context: Context, _ set: InstructionSet
  ) throws -> [BenchmarkNetwork] {
    let described = ["architecture", "channels", "model"].filter(arguments.has)
    guard described.count <= 1, !arguments.has("model") || !arguments.has("input") else {
      let both = described.count > 1 ? described.prefix(2) : ["model", "input"]
      throw Failure(
        .usage, cannot: "use --\(both[0]) with --\(both[1])", because: "both say what the network is",
        remedy: "leave one of them out")
    }
    if arguments.has("model") {
      return [try loaded(arguments, context, set)]
    }
    let input = try arguments.text("input").map(size) ?? PixelSize(width: 224, height: 224)
    if let text = arguments.text("channels") {
      return [BenchmarkNetwork(name: text, plan: try plan(try widths(text), input, set))]
    }
    let dialect = try ArchitectureOptions.dialect(arguments)
    let names = arguments.text("architecture").map { [$0] } ?? Architecture.v2Names
    return try names.map { name in
      let architecture = try ArchitectureOptions.architecture(name, dialect)
      return BenchmarkNetwork(name: name, plan: try plan(architecture, input, set))
    }
  }

  /// The model that the options name, loaded a few times.
  private static func loaded(
    _ arguments: Arguments, _ context: Context, _ set: InstructionSet
  ) throws -> BenchmarkNetwork {
    var model = try ReadyModel(arguments, context, set)
    var durations: [Duration] = []
    for _ in 0..<9 {
      let began = Instant.now
      model = try ReadyModel(arguments, context, set)
      durations.append(.now - began)
    }
    return BenchmarkNetwork(
      name: model.description.name, plan: model.plan, load: durations.sorted()[durations.count / 2])
  }

  /// With seeded weights: their values change nothing about the time.
  private static func plan(
    _ architecture: Architecture, _ input: PixelSize, _ set: InstructionSet
  ) throws -> ExecutionPlan {
    try ExecutionPlan(
      architecture, weights: SeededWeights.weights, input: input, kernels: set.kernels)
  }

  private static func widths(_ text: String) throws -> Architecture {
    let channels = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard channels.count == 5, !channels.contains(nil) else {
      throw Arguments.wrong("channels", text, "it takes five numbers such as 24,116,232,464,1024")
    }
    let architecture = Architecture(
      family: .shuffleNetV2, dialect: .torchvision, stageRepeats: [4, 8, 4],
      channels: channels.compactMap { $0 }, activation: .relu, classes: 1000)
    do { try architecture.validate() } catch let failure as Failure {
      throw Arguments.wrong("channels", text, failure.cause)
    }
    return architecture
  }

  private static func size(_ text: String) throws -> PixelSize {
    let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard sides.count == 2, let width = sides[0], let height = sides[1],
      (1...2048).contains(width), (1...2048).contains(height)
    else {
      throw Arguments.wrong("input", text, "it takes a width and a height from 1 to 2048, such as 224x224")
    }
    return PixelSize(width: width, height: height)
  }
}
