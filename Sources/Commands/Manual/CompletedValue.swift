/// What completions offer in place of an option's argument, or of operands. Their text in the help tells it, so that a
/// new option is completed without anything being said twice.
package enum CompletedValue: Equatable, Sendable {
  case nothing
  case files
  case folders
  /// One of a few words; where they are a list, several with commas between.
  case words([String], isList: Bool)

  /// - text: `FILE`, `NAME|FILE`, `text|json`, `csv,json`, `VIDEO...`, `[STREAM...]`.
  package init(_ text: String) {
    let plain = text.filter { $0 != "[" && $0 != "]" }.replacing("...", with: "")
    let parts = plain.split { $0 == "|" || $0 == "," }.map(String.init)
    if parts.count > 1, parts.allSatisfy(Self.isLiteral) {
      self = .words(parts, isList: plain.contains(","))
    } else if parts.contains(where: Self.fileNames.contains) {
      self = .files
    } else if parts.contains(where: Self.folderNames.contains) {
      self = .folders
    } else {
      self = .nothing
    }
  }

  private static let fileNames: Set<String> = ["FILE", "PATH", "VIDEO", "IMAGE", "TO"]
  private static let folderNames: Set<String> = ["DIR", "FOLDER"]

  /// What stands for something else is in capitals without digits: `N`, `WxH`; `G1` is a word to be typed.
  private static func isLiteral(_ part: String) -> Bool {
    part.first?.isUppercase == false || part.contains(where: \.isNumber)
  }
}

extension Option {
  /// nil where it takes no argument.
  var completedValue: CompletedValue? { argument.map(CompletedValue.init) }

  /// `--model`, and `-m` where it has a letter.
  var spellings: [String] { ["--\(name)"] + (letter.map { ["-\($0)"] } ?? []) }
}

extension Command {
  /// nil where it takes no operands.
  var completedOperand: CompletedValue? { operands.map(CompletedValue.init) }

  /// Whether it takes more than one operand.
  var takesMany: Bool { operands?.contains("...") ?? false }
}
