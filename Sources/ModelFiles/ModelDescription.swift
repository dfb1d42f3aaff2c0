import FoundationEssentials
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

  /// Whether metadata is this program's, in whatever version.
  static func isDescribed(by metadata: [String: String]) -> Bool {
    metadata["format"]?.hasPrefix("shuffled.model.") ?? false
  }

  /// - metadata: this program's. Throws `DescriptionFault` with the reason.
  init(metadata: [String: String]) throws {
    let format = metadata["format"] ?? ""
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
    try checkLabels()
  }

  /// Throws `DescriptionFault` where there is not one for each class.
  func checkLabels() throws {
    guard labels.count == architecture.classes else {
      throw DescriptionFault(cause: "it has \(labels.count) labels for \(architecture.classes) classes")
    }
  }

  /// As the metadata of a model file.
  var metadata: [String: String] {
    [
      "format": Self.format, "name": name, "architecture": architecture.json, "input": input.json,
      "labels": "[" + labels.map(jsonText).joined(separator: ",") + "]",
    ]
  }

  private static func decode<T: Decodable>(
    _ type: T.Type, _ key: String, _ metadata: [String: String]
  ) throws -> T {
    guard let text = metadata[key] else { throw DescriptionFault(cause: "its metadata lacks '\(key)'") }
    return try DescriptionFault.decode(type, text, called: "its metadata's '\(key)'")
  }
}

/// A text as JSON has it, quoted.
func jsonText(_ text: String) -> String {
  guard let data = try? JSONEncoder().encode(text) else { preconditionFailure("a text is JSON") }
  return String(decoding: data, as: UTF8.self)
}

/// What is wrong with a description, or keeps weights from getting one. It becomes a `Failure` where the path is known.
package struct DescriptionFault: Error {
  package var cause: String
  package var remedy: String?

  /// JSON as a value; `called` names it in the reasons why it is none.
  static func decode<T: Decodable>(_ type: T.Type, _ text: String, called: String) throws -> T {
    do {
      return try JSONDecoder().decode(type, from: Data(text.utf8))
    } catch DecodingError.keyNotFound(let missing, _) {
      throw DescriptionFault(cause: "\(called) lacks '\(missing.stringValue)'")
    } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
      let path = context.codingPath.map(\.stringValue).joined(separator: ".")
      throw DescriptionFault(cause: "\(called) has a value of the wrong type at '\(path)'")
    } catch {
      throw DescriptionFault(cause: "\(called) is not valid JSON")
    }
  }
}
