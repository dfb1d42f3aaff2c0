/// What a request's first line asks for, taken apart: `/api/v1/status?stream=gate`. Pure.
package struct RequestTarget: Equatable {
  package var path: String
  package var query: [HTTPRequest.Parameter]

  /// Nil for what is no path, has an escape that is none, bytes that are not UTF-8, or a zero byte, which would end
  /// a path early for whoever reads it as C does.
  package init?(_ text: String) {
    guard let origin = Self.withoutServer(text[...]), origin.hasPrefix("/") else { return nil }
    let bytes = origin.utf8.prefix { $0 != UInt8(ascii: "#") }
    let end = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.endIndex
    guard let path = Self.decoded(bytes[..<end], plusIsSpace: false) else { return nil }
    self.path = path
    query = []
    guard end < bytes.endIndex else { return }
    for pair in bytes[bytes.index(after: end)...].split(separator: UInt8(ascii: "&")) {
      let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
      let value = equals < pair.endIndex ? pair[pair.index(after: equals)...] : pair[equals...]
      guard let name = Self.decoded(pair[..<equals], plusIsSpace: true),
        let value = Self.decoded(value, plusIsSpace: true)
      else { return nil }
      query.append(HTTPRequest.Parameter(name, value))
    }
  }

  /// A proxy's client names the server too: `http://localhost/path`.
  private static func withoutServer(_ text: Substring) -> Substring? {
    let scheme = "http://"
    guard text.prefix(scheme.count).lowercased() == scheme else { return text }
    let rest = text.dropFirst(scheme.count)
    return rest.firstIndex(of: "/").map { rest[$0...] }
  }

  private static func decoded(_ bytes: some Sequence<UInt8>, plusIsSpace: Bool) -> String? {
    var result: [UInt8] = []
    var iterator = bytes.makeIterator()
    while let byte = iterator.next() {
      switch byte {
      case UInt8(ascii: "%"):
        guard let high = iterator.next().flatMap(digit), let low = iterator.next().flatMap(digit),
          high != 0 || low != 0
        else { return nil }
        result.append(high << 4 | low)
      case UInt8(ascii: "+") where plusIsSpace: result.append(UInt8(ascii: " "))
      default: result.append(byte)
      }
    }
    return String(validating: result, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
