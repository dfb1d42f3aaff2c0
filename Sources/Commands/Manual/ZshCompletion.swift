/// Completions for zsh: a file for its `fpath`, which can also be sourced after `compinit`.
enum ZshCompletion {
  static func script(_ commands: [Command]) -> String {
    let firstWords = FirstWord.all(of: commands)
    let groups = firstWords.filter { !$0.members.isEmpty }.map { word in
      let members = word.members.compactMap { member in member.secondWord.map { ($0, member.summary) } }
      return "    (\(word.name)) commands=(\n\(described(members))    ) ;;\n"
    }
    let names = described((firstWords + [.help]).map { ($0.name, $0.summary) })
    return beginning.replacing("@NAMES@\n", with: names).replacing("@GROUPS@\n", with: groups.joined())
      + commands.map(arguments).joined() + ending
  }

  /// Lines of `_describe`: a name and its meaning.
  private static func described(_ rows: [(String, String)]) -> String {
    rows.map { "      \(quoted("\($0):\($1)"))\n" }.joined()
  }

  private static func arguments(_ command: Command) -> String {
    var specifications = command.allOptions.map(specification)
    if let operands = command.operands, let value = command.completedOperand {
      specifications.append(quoted("\(command.takesMany ? "*" : "1"):\(operands):\(action(value))"))
    }
    return "    (\(quoted(command.name)))\n      _arguments -s -S : \\\n"
      + specifications.map { "        \($0)" }.joined(separator: " \\\n") + " ;;\n"
  }

  /// An option as `_arguments` wants it. One that is a list may be given again.
  private static func specification(_ option: Option) -> String {
    var meaning = "["
    for character in option.summary {
      if "[]\\".contains(character) { meaning += "\\" }
      meaning.append(character)
    }
    meaning += "]"
    if let argument = option.argument, let value = option.completedValue {
      meaning += ":\(argument):\(action(value))"
    }
    let long = "--\(option.name)" + (option.argument == nil ? "" : "=")
    guard let letter = option.letter.map({ "-\($0)" }) else {
      return quoted((option.isList ? "*" : "") + long + meaning)
    }
    let short = letter + (option.argument == nil ? "" : "+")
    let front = option.isList ? "\\*" : quoted("(\(letter) --\(option.name))")
    return front + "{\(short),\(long)}" + quoted(meaning)
  }

  private static func action(_ value: CompletedValue) -> String {
    switch value {
    // A space: something has to be typed, and nothing is offered.
    case .nothing: " "
    case .files: "_files"
    case .folders: "_files -/"
    case .words(let words, isList: false): "(\(words.joined(separator: " ")))"
    case .words(let words, isList: true): "_values -s , value \(words.joined(separator: " "))"
    }
  }

  private static func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "'\\''"))'" }

  private static let beginning = #"""
    #compdef shuffled
    # Completions of shuffled for zsh. Made by 'shuffled completion zsh'.
    _shuffled() {
      local help='' command=''
      local -a commands options
      if [[ $CURRENT -gt 2 && $words[2] == help ]]; then
        help=1
        shift words
        (( CURRENT-- ))
      fi
      if (( CURRENT == 2 )); then
        commands=(
    @NAMES@
        )
        options=('--help:show this help' '-h:show this help' '--version:show the version')
        _describe -t commands command commands
        [[ -n $help ]] || _describe -o -t options option options
        return
      fi
      command=$words[2]
      case $command in
    @GROUPS@
      esac
      if (( $#commands )); then
        if (( CURRENT == 3 )); then
          options=('--help:show this help' '-h:show this help')
          _describe -t commands command commands
          [[ -n $help ]] || _describe -o -t options option options
          return
        fi
        command+=" $words[3]"
        shift words
        (( CURRENT-- ))
      fi
      if [[ -n $help ]]; then return 1; fi
      shift words
      (( CURRENT-- ))
      case $command in

    """#

  private static let ending = #"""
        (*) return 1 ;;
      esac
    }
    # As a file of fpath it is the function's body, and is called; sourced, it announces the function.
    if [[ ${funcstack[1]-} == _shuffled ]]; then
      _shuffled "$@"
    else
      compdef _shuffled shuffled
    fi

    """#
}
