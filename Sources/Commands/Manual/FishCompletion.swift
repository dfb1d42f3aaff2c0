/// Completion for fish, a line for each thing that can follow.
enum FishCompletion {
  static func text(_ commands: [Command]) -> String {
    var lines = [
      "# fish completion for shuffled; made by 'shuffled completion fish'",
      "complete -c shuffled -f",
    ]
    for (word, summary) in commands.firstWords {
      lines.append("complete -c shuffled -n __fish_use_subcommand -a \(word) -d \(quoted(summary))")
    }
    lines.append("complete -c shuffled -n __fish_use_subcommand -l help -s h -d 'show this help'")
    lines.append("complete -c shuffled -n __fish_use_subcommand -l version -d 'show the version'")
    for (name, members) in commands.groups {
      let words = members.map(\.lastWord).joined(separator: " ")
      let condition = quoted(
        "__fish_seen_subcommand_from \(name); and not __fish_seen_subcommand_from \(words)")
      for member in members {
        lines.append(
          "complete -c shuffled -n \(condition) -a \(member.lastWord) -d \(quoted(member.summary))")
      }
    }
    return (lines + commands.flatMap(options)).joined(separator: "\n") + "\n"
  }

  private static func options(_ command: Command) -> [String] {
    let condition = quoted(
      command.name.split(separator: " ").map { "__fish_seen_subcommand_from \($0)" }.joined(
        separator: "; and "))
    var lines = command.allOptions.map { option in
      var line = "complete -c shuffled -n \(condition) -l \(option.name)"
      if let letter = option.letter { line += " -s \(letter)" }
      if let argument = option.argument {
        switch CompletedValue(argument) {
        case .files: line += " -r -F"
        case .nothing: line += " -x"
        case .words(let words): line += " -x -a \(quoted(words.joined(separator: " ")))"
        }
      }
      return line + " -d \(quoted(option.summary))"
    }
    switch command.operandValue {
    case .files: lines.append("complete -c shuffled -n \(condition) -F")
    case .nothing: break
    case .words(let words):
      lines.append("complete -c shuffled -n \(condition) -a \(quoted(words.joined(separator: " ")))")
    }
    return lines
  }

  private static func quoted(_ text: String) -> String {
    "'\(text.replacing("\\", with: "\\\\").replacing("'", with: "\\'"))'"
  }
}
