/// Reads JSON5 (https://spec.json5.org): JSON with comments, trailing commas, unquoted names and single quotes. FoundationEssentials reads
/// it too, but tells neither where a value stands, nor its neighbours' order, nor that a name is there twice, which is what
/// somebody who has mistyped something wants to hear.
package struct JSON5Parser {
  /// What is no JSON5, and where.
  package struct SyntaxError: Error, Equatable {
    package var place: ConfigPlace
    /// `a comma or '}' is missing`.
    package var text: String
  }

  private static let deepest = 64

  private let scalars: [Unicode.Scalar]
  private var index = 0
  private var place = ConfigPlace(line: 1, column: 1)
  private var depth = 0

  private init(_ text: String) { scalars = Array(text.unicodeScalars) }

  package static func parse(_ text: String) throws(SyntaxError) -> ConfigValue {
    var parser = JSON5Parser(text)
    if parser.peek == "\u{FEFF}" { parser.advance() }
    let value = try parser.value()
    try parser.skipSpace()
    guard parser.peek == nil else { throw parser.wrong("there is something after the end") }
    return value
  }

  // MARK: Letters

  private var peek: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }
  private var peekAfter: Unicode.Scalar? { index + 1 < scalars.count ? scalars[index + 1] : nil }

  private mutating func advance() {
    if scalars[index] == "\n" {
      place = ConfigPlace(line: place.line + 1, column: 1)
    } else {
      place.column += 1
    }
    index += 1
  }

  private mutating func skip(_ scalar: Unicode.Scalar) -> Bool {
    guard peek == scalar else { return false }
    advance()
    return true
  }

  private func wrong(_ text: String, at other: ConfigPlace? = nil) -> SyntaxError {
    SyntaxError(place: other ?? place, text: text)
  }

  private mutating func skipSpace() throws(SyntaxError) {
    while let next = peek {
      if next.properties.isWhitespace || next == "\u{FEFF}" {
        advance()
      } else if next == "/", peekAfter == "/" {
        while let letter = peek, letter != "\n" { _ = letter; advance() }
      } else if next == "/", peekAfter == "*" {
        let begin = place
        advance()
        advance()
        while !(peek == "*" && peekAfter == "/") {
          guard peek != nil else { throw wrong("this comment does not end", at: begin) }
          advance()
        }
        advance()
        advance()
      } else {
        return
      }
    }
  }

  // MARK: Values

  private mutating func value() throws(SyntaxError) -> ConfigValue {
    try skipSpace()
    let begin = place
    guard let next = peek else { throw wrong("a value is missing") }
    switch next {
    case "{": return ConfigValue(content: .object(try members(begin)), place: begin)
    case "[": return ConfigValue(content: .list(try items(begin)), place: begin)
    case "\"", "'": return ConfigValue(content: .text(try quoted()), place: begin)
    default:
      let word = word()
      guard !word.isEmpty else { throw wrong("a value is missing, not '\(next)'") }
      switch word {
      case "null": return ConfigValue(content: .null, place: begin)
      case "true": return ConfigValue(content: .boolean(true), place: begin)
      case "false": return ConfigValue(content: .boolean(false), place: begin)
      default:
        guard let number = Self.number(word) else {
          throw wrong("'\(word)' is no value (texts have quotation marks)", at: begin)
        }
        return ConfigValue(content: .number(number), place: begin)
      }
    }
  }

  private mutating func nest(_ begin: ConfigPlace) throws(SyntaxError) {
    depth += 1
    guard depth <= Self.deepest else { throw wrong("values are nested too deep", at: begin) }
    advance()
  }

  private mutating func members(_ begin: ConfigPlace) throws(SyntaxError) -> [ConfigValue.Member] {
    try nest(begin)
    defer { depth -= 1 }
    var members: [ConfigValue.Member] = []
    while true {
      try skipSpace()
      if skip("}") { return members }
      let namePlace = place
      let name: String
      switch peek {
      case nil: throw wrong("this '{' is not closed", at: begin)
      case "\"", "'": name = try quoted()
      case let letter?:
        name = word()
        guard let first = name.unicodeScalars.first, Self.beginsName(first) else {
          throw wrong("a name is missing, not '\(letter)'", at: namePlace)
        }
      }
      try skipSpace()
      guard skip(":") else { throw wrong("a colon is missing after '\(name)'") }
      members.append(ConfigValue.Member(name: name, place: namePlace, value: try value()))
      try skipSpace()
      if skip("}") { return members }
      guard skip(",") else {
        throw peek == nil ? wrong("this '{' is not closed", at: begin) : wrong("a comma or '}' is missing")
      }
    }
  }

  private mutating func items(_ begin: ConfigPlace) throws(SyntaxError) -> [ConfigValue] {
    try nest(begin)
    defer { depth -= 1 }
    var items: [ConfigValue] = []
    while true {
      try skipSpace()
      if skip("]") { return items }
      if peek == nil { throw wrong("this '[' is not closed", at: begin) }
      items.append(try value())
      try skipSpace()
      if skip("]") { return items }
      guard skip(",") else {
        throw peek == nil ? wrong("this '[' is not closed", at: begin) : wrong("a comma or ']' is missing")
      }
    }
  }

  private static func beginsName(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isXIDStart || scalar == "_" || scalar == "$"
  }

  /// A name or a number without quotation marks.
  private mutating func word() -> String {
    var word = String.UnicodeScalarView()
    while let next = peek,
      next.properties.isXIDContinue || next == "$" || next == "." || next == "+" || next == "-"
    {
      word.append(next)
      advance()
    }
    return String(word)
  }

  private static func number(_ word: String) -> Double? {
    var digits = word[...]
    let isNegative = digits.first == "-"
    if digits.first == "-" || digits.first == "+" { digits = digits.dropFirst() }
    guard let first = digits.unicodeScalars.first else { return nil }
    let magnitude: Double?
    if digits == "Infinity" || digits == "NaN" {
      magnitude = digits == "NaN" ? .nan : .infinity
    } else if digits.hasPrefix("0x") || digits.hasPrefix("0X") {
      magnitude = UInt64(digits.dropFirst(2), radix: 16).map { Double($0) }
    } else if first == "." || ("0"..."9").contains(first),
      digits.allSatisfy({ "0123456789.eE+-".contains($0) })
    {
      // What Swift does not read: `.5` and `5.`.
      magnitude = Double(first == "." ? "0" + digits : digits.hasSuffix(".") ? digits + "0" : String(digits))
    } else {
      magnitude = nil
    }
    return magnitude.map { isNegative ? -$0 : $0 }
  }

  // MARK: Texts

  private mutating func quoted() throws(SyntaxError) -> String {
    let begin = place
    let mark = peek
    advance()
    var text = String.UnicodeScalarView()
    while let next = peek, next != mark {
      if next == "\n" { break }
      advance()
      if next == "\\" { try escaped(&text, begin) } else { text.append(next) }
    }
    guard peek == mark else { throw wrong("this text does not end", at: begin) }
    advance()
    return String(text)
  }

  private mutating func escaped(_ text: inout String.UnicodeScalarView, _ begin: ConfigPlace)
    throws(SyntaxError)
  {
    guard let letter = peek else { throw wrong("this text does not end", at: begin) }
    let escapePlace = place
    advance()
    switch letter {
    case "n": text.append("\n")
    case "t": text.append("\t")
    case "r": text.append("\r")
    case "b": text.append("\u{8}")
    case "f": text.append("\u{C}")
    case "v": text.append("\u{B}")
    case "0": text.append("\0")
    // The text goes on in the next line.
    case "\n", "\u{2028}", "\u{2029}": break
    case "\r": _ = skip("\n")
    case "x": text.append(try scalar(digits: 2, escapePlace))
    case "u": text.append(try unicode(escapePlace))
    case "1"..."9": throw wrong("'\\\(letter)' means nothing", at: escapePlace)
    default: text.append(letter)
    }
  }

  private mutating func unicode(_ begin: ConfigPlace) throws(SyntaxError) -> Unicode.Scalar {
    let first = try hexadecimal(digits: 4, begin)
    guard (0xD800...0xDBFF).contains(first) else {
      guard let scalar = Unicode.Scalar(first) else { throw wrong("half a character", at: begin) }
      return scalar
    }
    guard skip("\\"), skip("u") else { throw wrong("half a character", at: begin) }
    let second = try hexadecimal(digits: 4, begin)
    guard (0xDC00...0xDFFF).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw wrong("half a character", at: begin) }
    return scalar
  }

  private mutating func scalar(digits: Int, _ begin: ConfigPlace) throws(SyntaxError) -> Unicode.Scalar {
    guard let scalar = Unicode.Scalar(try hexadecimal(digits: digits, begin)) else {
      throw wrong("half a character", at: begin)
    }
    return scalar
  }

  private mutating func hexadecimal(digits: Int, _ begin: ConfigPlace) throws(SyntaxError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<digits {
      guard let digit = peek.flatMap({ Character($0).hexDigitValue }) else {
        throw wrong("\(digits) hexadecimal digits are missing", at: begin)
      }
      value = value << 4 | UInt32(digit)
      advance()
    }
    return value
  }
}
