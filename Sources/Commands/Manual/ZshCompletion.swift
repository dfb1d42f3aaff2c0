/// Completion for zsh, by its own `_arguments` and `_describe`.
enum ZshCompletion {
  static func text(_ commands: [Command]) -> String {
    """
    #compdef shuffled
    # zsh completion for shuffled; made by 'shuffled completion zsh'
    _shuffled() {
      local -a words_of
      if (( CURRENT == 2 )); then
        words_of=(
    \(described(commands.firstWords))
        )
        _describe -t commands command words_of
        return
      fi
      local command=$words[2]
      case $command in
    \(commands.groups.map(group).joined(separator: "\n"))
      esac
      shift words
      (( CURRENT-- ))
      case $command in
    \(commands.map(arguments).joined(separator: "\n"))
      esac
    }
    # Where it is sourced rather than found by its name.
    if [[ $funcstack[1] == _shuffled ]]; then _shuffled "$@"; else compdef _shuffled shuffled; fi

    """
  }

  private static func group(_ name: String, _ commands: [Command]) -> String {
    """
        \(name))
          if (( CURRENT == 3 )); then
            words_of=(
    \(described(commands.map { ($0.lastWord, $0.summary) }))
            )
            _describe -t commands command words_of
            return
          fi
          command="$words[2] $words[3]"
          shift words
          (( CURRENT-- ))
          ;;
    """
  }

  private static func described(_ rows: [(word: String, summary: String)]) -> String {
    rows.map { "      \(quoted("\($0.word.replacing(":", with: "\\:")):\($0.summary)"))" }.joined(
      separator: "\n")
  }

  private static func arguments(_ command: Command) -> String {
    var specs: [String] = []
    for option in command.allOptions {
      let about = "[\(bracketed(option.summary))]"
      let value =
        option.argument.map { ":\($0.replacing(":", with: "\\:")):\(action(CompletedValue($0)))" } ?? ""
      specs.append(quoted("--\(option.name)\(value.isEmpty ? "" : "=")\(about)\(value)"))
      if let letter = option.letter { specs.append(quoted("-\(letter)\(about)\(value)")) }
    }
    if let operands = command.operands {
      specs.append(quoted("*:\(operands.replacing(":", with: "\\:")):\(action(command.operandValue))"))
    }
    return "    \(quoted(command.name))) _arguments \(specs.joined(separator: " \\\n      ")) ;;"
  }

  private static func action(_ value: CompletedValue) -> String {
    switch value {
    case .files: "_files"
    case .nothing: " "
    case .words(let words): "(\(words.joined(separator: " ")))"
    }
  }

  private static func bracketed(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("[", with: "\\[").replacing("]", with: "\\]").replacing(
      ":", with: "\\:")
  }

  private static func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "'\\''"))'" }
}
