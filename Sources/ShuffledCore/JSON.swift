/// A JSON value whose objects keep the order of their keys: people read these lines too.
package enum JSON: Sendable {
  case null
  case boolean(Bool)
  case integer(Int64)
  /// With so many decimals at most.
  case number(Double, places: Int = 6)
  case text(String)
  case array([JSON])
  case object([(String, JSON)])
  /// JSON as somebody else wrote it, on one line.
  case written(String)

  package static func optional(_ text: String?) -> JSON { text.map(JSON.text) ?? .null }

  /// On one line, without spaces.
  package var line: String {
    var output = ""
    append(to: &output)
    return output
  }

  /// The value at a path of keys with points between: `latency_ms.decode`. Null where there is none.
  package subscript(path: String) -> JSON { self[Self.keys(of: path)] }

  /// The value at a path that was taken apart before.
  package subscript(keys: [String]) -> JSON {
    keys.reduce(self) { value, key in
      guard case .object(let members) = value else { return .null }
      return members.first { $0.0 == key }?.1 ?? .null
    }
  }

  package static func keys(of path: String) -> [String] { path.split(separator: ".").map(String.init) }

  /// As a cell of a CSV file: texts without quotes, null as nothing.
  package var plainText: String {
    switch self {
    case .null: ""
    case .text(let text): text
    default: line
    }
  }

  private func append(to output: inout String) {
    switch self {
    case .null: output += "null"
    case .boolean(let value): output += value ? "true" : "false"
    case .integer(let value): output += String(value)
    // JSON has no NaN and no infinity.
    case .number(let value, let places): output += value.isFinite ? Self.shortened(value, places) : "null"
    case .text(let text): Self.quote(text, &output)
    case .array(let values):
      output += "["
      for (index, value) in values.enumerated() {
        if index > 0 { output += "," }
        value.append(to: &output)
      }
      output += "]"
    case .object(let members):
      output += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { output += "," }
        Self.quote(member.0, &output)
        output += ":"
        member.1.append(to: &output)
      }
      output += "}"
    case .written(let text): output += text
    }
  }

  private static func shortened(_ value: Double, _ places: Int) -> String {
    let text = decimal(value, places)
    // One that is too large for decimals may have an exponent, whose zeros count.
    guard places > 0, text.utf8.contains(UInt8(ascii: ".")), !text.utf8.contains(UInt8(ascii: "e")) else {
      return text
    }
    var kept = text[...].utf8
    while kept.last == UInt8(ascii: "0") { kept.removeLast() }
    if kept.last == UInt8(ascii: ".") { kept.removeLast() }
    return String(Substring(kept))
  }

  private static func quote(_ text: String, _ output: inout String) {
    output += "\""
    defer { output += "\"" }
    // Most have nothing in them that must be written otherwise.
    let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    if isPlain { return output += text }
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": output += "\\\""
      case "\\": output += "\\\\"
      case "\n": output += "\\n"
      case "\r": output += "\\r"
      case "\t": output += "\\t"
      case "\u{0}"..."\u{1f}":
        let hex = String(scalar.value, radix: 16)
        output += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: output.unicodeScalars.append(scalar)
      }
    }
  }
}
