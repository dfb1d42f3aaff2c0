import FoundationEssentials
import KernelInterface
import ShuffleNet
import ShuffledCore

/// What a model file says of itself, in the safetensors metadata (docs/MODELS.md).
public struct ModelDescription: Equatable, Sendable {
  /// The value of the key `format`.
  public static let format = "shuffled.model.v1"

  public var name: String
  public var architecture: Architecture
  public var input: InputSpecification
  public var labels: [String]

  public init(name: String, architecture: Architecture, input: InputSpecification, labels: [String]) {
    self.name = name
    self.architecture = architecture
    self.input = input
    self.labels = labels
  }

  /// Throws `DescriptionFault` with the reason.
  init(metadata: [String: String]) throws {
    guard let format = metadata["format"], format.hasPrefix("shuffled.model.") else {
      throw DescriptionFault(
        cause: "its metadata does not describe a model for shuffled",
        remedy: "the weights alone do not say what network they belong to")
    }
    guard format == Self.format else {
      throw DescriptionFault(
        cause: "its format is '\(format)'; this program reads '\(Self.format)'", remedy: "upgrade shuffled")
    }
    guard let name = metadata["name"], !name.isEmpty else {
      throw DescriptionFault(cause: "its metadata lacks 'name'")
    }
    self.name = name
    architecture = try Self.decode(ArchitectureText.self, "architecture", metadata).architecture()
    input = try Self.decode(InputText.self, "input", metadata).specification()
    labels = try Self.decode([String].self, "labels", metadata)
    guard labels.count == architecture.classes else {
      throw DescriptionFault(cause: "it has \(labels.count) labels for \(architecture.classes) classes")
    }
  }

  private static func decode<T: Decodable>(
    _ type: T.Type, _ key: String, _ metadata: [String: String]
  ) throws -> T {
    guard let text = metadata[key] else { throw DescriptionFault(cause: "its metadata lacks '\(key)'") }
    do {
      return try JSONDecoder().decode(type, from: Data(text.utf8))
    } catch DecodingError.keyNotFound(let missing, _) {
      throw DescriptionFault(cause: "its metadata's '\(key)' lacks '\(missing.stringValue)'")
    } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
      let path = context.codingPath.map(\.stringValue).joined(separator: ".")
      throw DescriptionFault(cause: "its metadata's '\(key)' has a value of the wrong type at '\(path)'")
    } catch {
      throw DescriptionFault(cause: "its metadata's '\(key)' is not valid JSON")
    }
  }
}

/// What is wrong with a description.
struct DescriptionFault: Error {
  var cause: String
  var remedy: String?
}

/// The architecture as JSON.
private struct ArchitectureText: Decodable {
  var family: String
  var dialect: String
  var stageRepeats: [Int]
  var channels: [Int]
  var activation: String
  var classes: Int

  enum CodingKeys: String, CodingKey {
    case family, dialect, channels, activation, classes
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
    return Architecture(
      family: family, dialect: dialect, stageRepeats: stageRepeats, channels: channels,
      activation: activation,
      classes: classes)
  }
}

/// The input as JSON.
private struct InputText: Decodable {
  var height: Int
  var width: Int
  var resizeShorter: Int
  var channelOrder: String
  var scale: Double
  var mean: [Double]
  var std: [Double]

  enum CodingKeys: String, CodingKey {
    case height, width, scale, mean, std
    case resizeShorter = "resize_shorter"
    case channelOrder = "channel_order"
  }

  func specification() throws -> InputSpecification {
    guard let order = InputSpecification.ChannelOrder(rawValue: channelOrder) else {
      throw DescriptionFault(cause: "its channel order '\(channelOrder)' is not known; known are rgb, bgr")
    }
    guard (1...2048).contains(height), (1...2048).contains(width), (1...2048).contains(resizeShorter) else {
      throw DescriptionFault(
        cause: "its input is \(width)x\(height), resized to \(resizeShorter); 1 to 2048 are possible")
    }
    guard mean.count == 3, std.count == 3, std.allSatisfy({ $0 > 0 }), scale > 0 else {
      throw DescriptionFault(cause: "its mean, std and scale do not make a normalisation of 3 channels")
    }
    return InputSpecification(
      size: PixelSize(width: width, height: height), resizeShorter: resizeShorter, channelOrder: order,
      scale: scale, mean: mean, std: std)
  }
}

extension ModelDescription {
  /// The architecture as a model file's metadata has it: a JSON object.
  public var architectureJSON: String {
    func list(_ numbers: [Int]) -> String { "[" + numbers.map(String.init).joined(separator: ",") + "]" }
    return "{\"family\":\"\(architecture.family.rawValue)\",\"dialect\":\"\(architecture.dialect.rawValue)\","
      + "\"stage_repeats\":\(list(architecture.stageRepeats)),\"channels\":\(list(architecture.channels)),"
      + "\"activation\":\"\(architecture.activation == .relu6 ? "relu6" : "relu")\","
      + "\"classes\":\(architecture.classes)}"
  }
}
