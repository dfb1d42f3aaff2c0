import KernelInterface
import ModelFiles
import ShuffleNet
import ShuffledCore

/// Options that say of weights what their file does not.
enum WeightOptions {
  static let description = [
    Option("name", argument: "TEXT", "what the model is called (default: as the file)"),
    Option(
      "labels", argument: "FILE",
      "names of the classes, one a line (default: ImageNet's for 1000 classes)"),
    Option("resize", argument: "N", "the shorter side of a picture before it is cropped"),
    Option("crop", argument: "N|WxH", "what the network sees of it"),
    Option("channel-order", argument: "rgb|bgr", "which color comes first"),
    Option("scale", argument: "S", "what samples of 0 to 255 are multiplied by, such as 1/255"),
    Option("mean", argument: "A,B,C", "what is subtracted from each channel then"),
    Option("std", argument: "A,B,C", "what each channel is divided by at last"),
  ]

  static let architecture = Option(
    "architecture", letter: "a", argument: "NAME|JSON",
    "the network: a published one's name, or as a model file's metadata has it")
  static let activation = Option(
    "activation", argument: "relu|relu6", "what follows convolutions (default: relu)")

  /// What the options say. Throws `Failure` where one makes no sense.
  static func wanted(_ arguments: Arguments) throws -> WeightsDescription {
    var wanted = WeightsDescription()
    wanted.name = arguments.text("name")
    if wanted.name == "" { throw Arguments.wrong("name", "", "a model has a name") }
    wanted.dialect = try ArchitectureOptions.dialect(arguments)
    if let text = arguments.text("architecture") { try set(architecture: text, &wanted) }
    if arguments.has("activation") { wanted.activation = try activation(arguments) }
    wanted.labels = try arguments.text("labels").map { try readLabels($0) }
    wanted.input = try input(arguments)
    return wanted
  }

  private static func set(architecture text: String, _ wanted: inout WeightsDescription) throws {
    guard text.hasPrefix("{") else {
      _ = try ArchitectureOptions.architecture(text, wanted.dialect)
      wanted.published = text
      return
    }
    let architecture = try Architecture(json: text)
    if let dialect = wanted.dialect, dialect != architecture.dialect {
      throw Arguments.wrong("dialect", dialect.rawValue, "--architecture says \(architecture.dialect)")
    }
    wanted.architecture = architecture
  }

  private enum ActivationName: String, CaseIterable, Sendable { case relu, relu6 }

  private static func activation(_ arguments: Arguments) throws -> Activation {
    try arguments.choice("activation", otherwise: ActivationName.relu) == .relu ? .relu : .relu6
  }

  private static func input(_ arguments: Arguments) throws -> WeightsDescription.InputChanges? {
    let names = ["resize", "crop", "channel-order", "scale", "mean", "std"]
    guard names.contains(where: arguments.has) else { return nil }
    var input = WeightsDescription.InputChanges()
    input.resizeShorter = try arguments.integer("resize", in: 1...2048)
    input.size = try arguments.text("crop").map(crop)
    if arguments.has("channel-order") {
      input.channelOrder = try arguments.choice("channel-order", otherwise: .rgb)
    }
    input.scale = try arguments.text("scale").map(scale)
    input.mean = try numbers(arguments, "mean") { $0.isFinite }
    input.std = try numbers(arguments, "std") { $0.isFinite && $0 > 0 }
    return input
  }

  private static func crop(_ text: String) throws -> PixelSize {
    let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard sides.count <= 2, let width = sides[0], let height = sides[sides.count - 1],
      (1...2048).contains(width), (1...2048).contains(height)
    else { throw Arguments.wrong("crop", text, "it takes a side, or WxH, from 1 to 2048") }
    return PixelSize(width: width, height: height)
  }

  /// A number, or a fraction.
  private static func scale(_ text: String) throws -> Double {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Double($0) }
    guard parts.count <= 2, let first = parts[0], let last = parts[parts.count - 1] else {
      throw Arguments.wrong("scale", text, "it takes a number such as 1/255")
    }
    let value = parts.count == 2 ? first / last : first
    guard value.isFinite, value > 0 else { throw Arguments.wrong("scale", text, "it has to be more than 0") }
    return value
  }

  private static func numbers(
    _ arguments: Arguments, _ name: String, _ isPossible: (Double) -> Bool
  ) throws -> [Double]? {
    guard let text = arguments.text(name) else { return nil }
    let numbers = text.split(separator: ",", omittingEmptySubsequences: false).compactMap { Double($0) }
    guard numbers.count == 3, numbers.allSatisfy(isPossible), text.filter({ $0 == "," }).count == 2 else {
      throw Arguments.wrong(
        name, text, "it takes three numbers" + (name == "std" ? " above 0" : "") + " such as 0.5,0.5,0.5")
    }
    return numbers
  }
}
