import FoundationEssentials

/// A look at JSON before it is decoded, for what `JSONDecoder` does not say: of two members with the same key it keeps
/// one without a word. Depth is limited here too, by a loop that does not recurse; what else may be wrong is left to
/// the decoder, which sees the same bytes.
struct JSONScan {
  /// A header of safetensors has 3 levels.
  static let mostLevels = 8

  private struct Level {
    /// nil in an array.
    var keys: Set<String>?
    var isKeyNext = true
  }

  private let json: [UInt8]
  private var position = 0
  private var levels: [Level] = []

  /// Throws `TensorFileFault` with the key that is there twice, or when it is no JSON or too deep.
  static func check(_ json: [UInt8]) throws {
    guard String(validating: json, as: UTF8.self) != nil else { throw invalid }
    var scan = JSONScan(json: json)
    try scan.run()
  }

  private static let invalid = TensorFileFault(cause: "its header is not valid JSON")

  private init(json: [UInt8]) { self.json = json }

  private mutating func run() throws {
    while position < json.count {
      let byte = json[position]
      position += 1
      switch byte {
      case UInt8(ascii: "{"): try enter(Level(keys: []))
      case UInt8(ascii: "["): try enter(Level())
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        guard let level = levels.popLast(), (level.keys != nil) == (byte == UInt8(ascii: "}")) else {
          throw Self.invalid
        }
      case UInt8(ascii: ","): if !levels.isEmpty { levels[levels.count - 1].isKeyNext = true }
      case UInt8(ascii: "\""): try text()
      // Zeros would make the decoder take it for another encoding than this scan does.
      case 0x20...0x7e, 0x09, 0x0a, 0x0d: break
      default: throw Self.invalid
      }
    }
  }

  private mutating func enter(_ level: Level) throws {
    guard levels.count < Self.mostLevels else {
      throw TensorFileFault(cause: "its header nests deeper than \(Self.mostLevels) levels")
    }
    levels.append(level)
  }

  /// A text from behind its opening quote: a key where one is due.
  private mutating func text() throws {
    let start = position
    var isEscaped = false
    while true {
      guard position < json.count, json[position] >= 0x20 else { throw Self.invalid }
      let byte = json[position]
      position += 1
      if byte == UInt8(ascii: "\"") { break }
      if byte == UInt8(ascii: "\\") {
        isEscaped = true
        position += 1
      }
    }
    guard let level = levels.last, level.keys != nil, level.isKeyNext else { return }
    levels[levels.count - 1].isKeyNext = false
    let key: String
    if isEscaped {
      let quoted = Data(json[start - 1..<position])
      guard let decoded = try? JSONDecoder().decode(String.self, from: quoted) else { throw Self.invalid }
      key = decoded
    } else {
      key = String(decoding: json[start..<position - 1], as: UTF8.self)
    }
    guard levels[levels.count - 1].keys?.insert(key).inserted ?? true else {
      throw TensorFileFault(cause: "its header has the key '\(key.shortened)' twice")
    }
  }
}
