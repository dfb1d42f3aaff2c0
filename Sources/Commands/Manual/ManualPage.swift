import ShuffledCore

/// The manual page shuffled(1) in man(7)'s language, made from the tables of commands.
enum ManualPage {
  static func text(_ commands: [Command]) -> String {
    // The lines of a page on a terminal are neither stretched nor their words taken apart: most of it is to be typed.
    var lines = [
      ".\\\" Made by 'shuffled manual'.",
      ".TH SHUFFLED 1 \"\" \"shuffled \(Roff.escaped(Version.number))\" \"User Commands\"", ".nh", ".ad l",
      ".SH NAME", "shuffled \\- \(Roff.escaped(Program.purpose))", ".SH SYNOPSIS",
    ]
    lines += synopsis + [".SH DESCRIPTION"] + paragraphs(ManualTexts.description)
    lines += [".PP", Roff.line(ManualTexts.options)] + [".SH COMMANDS"] + commands.flatMap(section)
    lines += [".SH FILES"] + ManualTexts.files.flatMap { tagged(Roff.italic($0.path), $0.meaning) }
    lines += [".SH ENVIRONMENT"]
    for name in Program.environmentNames.sorted() {
      if let meaning = ManualTexts.environment[name] { lines += tagged(Roff.bold(name), meaning) }
    }
    lines += [".SH \"EXIT STATUS\""]
    lines += ManualTexts.exitCodes.flatMap { tagged(Roff.bold($0.code), $0.meaning) }
    lines += [".SH \"SEE ALSO\""]
    lines += [
      ManualTexts.relatedPages.map { "\(Roff.bold($0.name))(\($0.section))" }.joined(separator: ",\n")
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  private static var synopsis: [String] {
    let program = Roff.bold("shuffled")
    let command = Roff.italic("COMMAND")
    let option = "[" + Roff.italic("OPTION") + "...]"
    return [
      "\(program) \(command) \(option) [\(Roff.italic("OPERAND"))...]", ".br",
      "\(program) \(command) \(Roff.bold("--help"))", ".br",
      "\(program) \(Roff.bold("--help")) | \(Roff.bold("--version"))",
    ]
  }

  private static func section(_ command: Command) -> [String] {
    var usage = Roff.bold("shuffled \(command.name)") + " [" + Roff.italic("OPTION") + "...]"
    if let operands = command.operands { usage += " " + argument(operands) }
    let summary = command.summary.prefix(1).uppercased() + command.summary.dropFirst() + "."
    var lines = [".SS \"\(Roff.escaped(command.name))\"", usage, ".PP", Roff.line(summary)]
    for option in command.allOptions {
      let names = option.spellings.reversed().map(Roff.bold).joined(separator: ", ")
      lines += tagged(names + (option.argument.map { " " + argument($0) } ?? ""), option.summary)
    }
    if !command.details.isEmpty { lines += [".PP"] + paragraphs(command.details) }
    lines += [".PP", command.examples.count == 1 ? "Example:" : "Examples:"]
    return lines + command.examples.flatMap { tagged(Roff.bold($0.line), $0.meaning) }
  }

  /// Words that are to be typed are bold, those that stand for something else italic.
  private static func argument(_ text: String) -> String {
    if case .words(let words, let isList) = CompletedValue(text) {
      return words.map(Roff.bold).joined(separator: isList ? "," : "|")
    }
    var result = ""
    var word = ""
    for character in text + " " {
      if character.isLetter {
        word.append(character)
      } else {
        result += (word.isEmpty ? "" : Roff.italic(word)) + Roff.escaped(String(character))
        word = ""
      }
    }
    return String(result.dropLast())
  }

  private static func tagged(_ tag: String, _ text: String) -> [String] { [".TP", tag, Roff.line(text)] }

  private static func paragraphs(_ text: String) -> [String] {
    Array(text.split(separator: "\n\n").map { [Roff.line(String($0))] }.joined(separator: [".PP"]))
  }
}
