/// Text as man(7) and its formatter groff want it.
package enum Roff {
  /// Text that is shown as it is, wherever in a line it stands. Minus signs and apostrophes stay what they are, so
  /// that a command line can be copied from the page.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "'": result += "\\(aq"
      case "`": result += "\\(ga"
      case "^": result += "\\(ha"
      case "~": result += "\\(ti"
      case "\"": result += "\\(dq"
      default: result += scalar.isASCII ? String(scalar) : "\\[u\(hexadecimal(scalar))]"
      }
    }
    return result
  }

  /// A line of text: spaces and breaks become one space. Empty only where the text is.
  package static func line(_ text: String) -> String {
    let line = escaped(text.split(whereSeparator: \.isWhitespace).joined(separator: " "))
    // A point at the beginning would make it a request. (An apostrophe would too, but is escaped anyway.)
    return line.hasPrefix(".") ? "\\&" + line : line
  }

  static func bold(_ text: String) -> String { "\\fB\(escaped(text))\\fR" }

  static func italic(_ text: String) -> String { "\\fI\(escaped(text))\\fR" }

  /// Four digits at least, as groff names them.
  private static func hexadecimal(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }
}
