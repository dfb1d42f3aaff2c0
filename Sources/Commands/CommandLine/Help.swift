/// Help texts, made from the tables of commands, for a terminal of 80 columns.
enum Help {
  static let width = 80

  static func program(_ commands: [Command]) -> String {
    var text = """
      shuffled \(Version.number): \(Program.purpose)

      Usage: shuffled COMMAND [OPTION...] [OPERAND...]

      Commands:

      """
    text += list(commands.map { ($0.name, $0.summary) })
    text += """

      Options:
        -h, --help     show this help; after a command, that command's
            --version  show the version

      'shuffled COMMAND --help' explains a command, with examples.

      """
    return text
  }

  static func group(_ name: String, _ commands: [Command]) -> String {
    "Usage: shuffled \(name) COMMAND [OPTION...]\n\nCommands:\n"
      + list(commands.map { ($0.name, $0.summary) })
      + "\n'shuffled \(name) COMMAND --help' explains one.\n"
  }

  static func command(_ command: Command) -> String {
    var text = "Usage: shuffled \(command.name) [OPTION...]"
    if let operands = command.operands { text += " \(operands)" }
    text += "\n\n" + wrap(command.summary.prefix(1).uppercased() + command.summary.dropFirst() + ".") + "\n"
    text += "\nOptions:\n" + list(command.allOptions.map { ($0.synopsis, $0.summary) })
    if !command.details.isEmpty {
      let paragraphs = command.details.split(separator: "\n\n").map { wrap(String($0)) }
      text += "\n" + paragraphs.joined(separator: "\n\n") + "\n"
    }
    text += "\nExamples:\n"
    for example in command.examples { text += "  \(example.line)\n      \(example.meaning)\n" }
    return text
  }

  /// Two columns; the second is wrapped.
  private static func list(_ rows: [(String, String)]) -> String {
    let indent = min(30, (rows.map(\.0.count).max() ?? 0) + 4)
    return rows.map { name, summary in
      let lines = wrap(summary, width: width - indent).split(separator: "\n")
      let padding = String(repeating: " ", count: indent)
      let rest = lines.joined(separator: "\n" + padding)
      let start = "  " + name
      return start.count < indent - 1
        ? start + String(repeating: " ", count: indent - start.count) + rest
        : start + "\n" + padding + rest
    }.joined(separator: "\n") + "\n"
  }

  static func wrap(_ text: String, width: Int = width) -> String {
    var lines: [String] = []
    var line = ""
    for word in text.split(whereSeparator: \.isWhitespace) {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? String(word) : " " + word
    }
    return (lines + [line]).joined(separator: "\n")
  }
}

extension Option {
  /// `-t, --top K`, or `    --top K` where it has no letter.
  fileprivate var synopsis: String {
    (letter.map { "-\($0), " } ?? "    ") + "--\(name)" + (argument.map { " \($0)" } ?? "")
  }
}
