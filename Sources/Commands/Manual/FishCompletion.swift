/// Completions for fish: a line a word, each with the condition under which it is offered.
enum FishCompletion {
  static func script(_ commands: [Command]) -> String {
    let firstWords = FirstWord.all(of: commands)
    var lines = (firstWords + [.help]).map { offer("__shuffled_after", $0.name, $0.summary) }
    lines += firstWords.map { offer("__shuffled_after help", $0.name, $0.summary) }
    for option in [Option.help, Option("version", "show the version")] {
      lines.append(line("__shuffled_after", option))
    }
    for word in firstWords where !word.members.isEmpty {
      for member in word.members {
        guard let second = member.secondWord else { continue }
        lines.append(offer("__shuffled_after \(word.name)", second, member.summary))
        lines.append(offer("__shuffled_after help \(word.name)", second, member.summary))
      }
      lines.append(line("__shuffled_after \(word.name)", .help))
    }
    for command in commands {
      let condition = "__shuffled_within \(command.name)"
      lines += command.allOptions.map { line(condition, $0) }
      if let flags = command.completedOperand.flatMap(operandFlags) {
        lines.append(begin(condition) + flags)
      }
    }
    return beginning + lines.joined(separator: "\n") + "\n"
  }

  private static func begin(_ condition: String) -> String { "complete -c shuffled -n \(quoted(condition))" }

  /// A command's word.
  private static func offer(_ condition: String, _ word: String, _ meaning: String) -> String {
    begin(condition) + " -a \(word) -d \(quoted(meaning))"
  }

  private static func line(_ condition: String, _ option: Option) -> String {
    var text = begin(condition) + " -l \(option.name)"
    if let letter = option.letter { text += " -s \(letter)" }
    switch option.completedValue {
    case nil: break
    case .nothing: text += " -x"
    case .files: text += " -r -F"
    case .folders: text += " -x -a '(__fish_complete_directories)'"
    case .words(let words, _): text += " -x -a '\(words.joined(separator: " "))'"
    }
    return text + " -d \(quoted(option.summary))"
  }

  /// nil where nothing is offered.
  private static func operandFlags(_ value: CompletedValue) -> String? {
    switch value {
    case .nothing: nil
    case .files: " -F"
    case .folders: " -a '(__fish_complete_directories)'"
    case .words(let words, _): " -a '\(words.joined(separator: " "))'"
    }
  }

  private static func quoted(_ text: String) -> String {
    "'\(text.replacing("\\", with: "\\\\").replacing("'", with: "\\'"))'"
  }

  private static let beginning = #"""
    # Completions of shuffled for fish. Made by 'shuffled completion fish'.

    # Whether the words before the one that is completed are just these.
    function __shuffled_after
        set -l words (commandline -opc)
        set -e words[1]
        test "$words" = "$argv"
    end

    # Whether the words before the one that is completed begin with these.
    function __shuffled_within
        set -l words (commandline -opc)
        set -e words[1]
        test "$words[1..$(count $argv)]" = "$argv"
    end

    complete -c shuffled -f

    """#
}
