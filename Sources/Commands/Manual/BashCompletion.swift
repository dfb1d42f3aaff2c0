/// Completion for bash: one function that needs nothing but bash.
enum BashCompletion {
  static func text(_ commands: [Command]) -> String {
    """
    # bash completion for shuffled; made by 'shuffled completion bash'
    _shuffled() {
      local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]:-}
      COMPREPLY=()
      # Bash takes the equals sign of --option=VALUE for a word.
      if [[ $word == = ]]; then
        word=
      elif [[ $before == = && $COMP_CWORD -gt 2 ]]; then
        before=${COMP_WORDS[COMP_CWORD-2]}
      fi
      if [[ $COMP_CWORD -eq 1 ]]; then
        COMPREPLY=($(compgen -W '\(commands.firstWords.map(\.word).joined(separator: " ")) --help --version' -- "$word"))
        return
      fi
      case $command in
    \(commands.groups.map(group).joined(separator: "\n"))
      esac
      local files=() options=() values=
      case $command in
    \(commands.map(options).joined(separator: "\n"))
      esac
      case $command:$before in
    \(commands.flatMap(values).joined(separator: "\n"))
      esac
      if [[ $values == files ]]; then
        COMPREPLY=($(compgen -f -- "$word"))
      elif [[ -n $values ]]; then
        [[ $values == none ]] || COMPREPLY=($(compgen -W "$values" -- "$word"))
      elif [[ $word == -* ]]; then
        COMPREPLY=($(compgen -W "${options[*]}" -- "$word"))
      elif [[ ${files[*]:-} == files ]]; then
        COMPREPLY=($(compgen -f -- "$word"))
      elif [[ -n ${files[*]:-} ]]; then
        COMPREPLY=($(compgen -W "${files[*]}" -- "$word"))
      fi
    }
    complete -o filenames -F _shuffled shuffled

    """
  }

  private static func group(_ name: String, _ commands: [Command]) -> String {
    """
        \(name))
          if [[ $COMP_CWORD -eq 2 ]]; then
            COMPREPLY=($(compgen -W '\(commands.map(\.lastWord).joined(separator: " "))' -- "$word"))
            return
          fi
          command+=" ${COMP_WORDS[2]}"
          ;;
    """
  }

  private static func options(_ command: Command) -> String {
    let options = command.allOptions.map { "--\($0.name)" }.joined(separator: " ")
    let files =
      switch command.operandValue {
      case .files: " files=(files)"
      case .words(let words): " files=(\(words.joined(separator: " ")))"
      case .nothing: ""
      }
    return "    '\(command.name)') options=(\(options))\(files) ;;"
  }

  /// A line an option that takes a value.
  private static func values(_ command: Command) -> [String] {
    command.options.compactMap { option in
      guard let argument = option.argument else { return nil }
      let names = ["--\(option.name)"] + (option.letter.map { ["-\($0)"] } ?? [])
      let value =
        switch CompletedValue(argument) {
        case .files: "files"
        case .nothing: "none"
        case .words(let words): "'\(words.joined(separator: " "))'"
        }
      return "    \(names.map { "'\(command.name):\($0)'" }.joined(separator: "|"))) values=\(value) ;;"
    }
  }
}
