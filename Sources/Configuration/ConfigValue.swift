/// Where in a configuration something stands; both from 1.
package struct ConfigPlace: Equatable, Comparable, Sendable {
  package var line: Int
  package var column: Int

  package static func < (a: ConfigPlace, b: ConfigPlace) -> Bool { (a.line, a.column) < (b.line, b.column) }
}

/// A value of a JSON5 text, and where it stands.
package struct ConfigValue: Equatable, Sendable {
  package enum Content: Equatable, Sendable {
    case null
    case boolean(Bool)
    case number(Double)
    case text(String)
    case list([ConfigValue])
    /// In the order of the text. A name may be there more than once.
    case object([Member])
  }

  package struct Member: Equatable, Sendable {
    package var name: String
    /// Of the name.
    package var place: ConfigPlace
    package var value: ConfigValue
  }

  package var content: Content
  package var place: ConfigPlace

  /// What a message calls it.
  var shown: String {
    switch content {
    case .null: "null"
    case .boolean(let value): "\(value)"
    case .number(let value):
      value == value.rounded() && value.magnitude < 1e15 ? "\(Int64(value))" : "\(value)"
    case .text(let text): "'\(text)'"
    case .list: "a list"
    case .object: "an object"
    }
  }
}
