import FoundationEssentials

/// Lists as SQLite's `json_each` reads them.
enum JSONText {
  static func array(_ texts: [String]) -> String {
    guard let data = try? JSONEncoder().encode(texts) else {
      preconditionFailure("every list of texts can be written as JSON")
    }
    return String(decoding: data, as: UTF8.self)
  }
}
