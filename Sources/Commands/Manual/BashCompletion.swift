/// Completions for bash: one function, which needs nothing but bash 4.4.
enum BashCompletion {
  static func script(_ commands: [Command]) -> String {
    let firstWords = FirstWord.all(of: commands)
    let names = (firstWords + [.help]).map(\.name).joined(separator: " ")
    let groups = firstWords.filter { !$0.members.isEmpty }.map { word in
      "    \(word.name)) seconds='\(word.members.compactMap(\.secondWord).joined(separator: " "))' ;;\n"
    }
    return beginning.replacing("@NAMES@", with: names).replacing("@GROUPS@\n", with: groups.joined())
      + commands.map(table).joined() + ending
  }

  /// A command's options, each spelling with what its argument may be, and its operands.
  private static func table(_ command: Command) -> String {
    let entries = command.allOptions.flatMap { option in
      option.spellings.map { "'\($0)\(option.completedValue.map { " " + offer($0) } ?? "")'" }
    }
    var text = "    '\(command.name)')\n      table=(\n"
    text += entries.map { "        \($0)\n" }.joined() + "      )"
    if let operand = command.completedOperand {
      text += "\n      operands='\(offer(operand))'" + (command.takesMany ? " many=1" : "")
    }
    return text + " ;;\n"
  }

  private static func offer(_ value: CompletedValue) -> String {
    switch value {
    case .nothing: "@nothing"
    case .files: "@files"
    case .folders: "@folders"
    case .words(let words, _): words.joined(separator: " ")
    }
  }

  private static let beginning = #"""
    # Completions of shuffled for bash. Made by 'shuffled completion bash'.
    _shuffled() {
      COMPREPLY=()
      local IFS=$' \t\n'
      local -a words=() table=()
      local word='' joined='' help='' seconds='' command='' operands='' many='' ended='' wanted='' prefix='' entry=''
      local -i index=0 start=1 given=0

      # Readline takes words apart at '=' and ':'. Here they are whole again, up to the one that is completed.
      for ((index = 1; index <= ${COMP_CWORD:-0}; index++)); do
        word=${COMP_WORDS[index]-}
        if [[ ${#words[@]} -gt 0 && ($word == [=:]* || ($joined && $word)) ]]; then
          words[${#words[@]} - 1]+=$word
        else
          words+=("$word")
        fi
        if [[ $word == [=:]* ]]; then joined=1; else joined=''; fi
      done
      if [[ ${#words[@]} -gt 1 && ${words[0]} == help ]]; then
        words=("${words[@]:1}")
        help=1
      fi
      local -i last=${#words[@]}-1
      if ((last < 0)); then return 0; fi
      local current=${words[last]}

      if ((last == 0)); then
        if [[ $help ]]; then word='@NAMES@'; else word='@NAMES@ --help -h --version'; fi
        mapfile -t COMPREPLY < <(compgen -W "$word" -- "$current")
        return 0
      fi
      command=${words[0]}
      case $command in
    @GROUPS@
      esac
      if [[ $seconds ]]; then
        if ((last == 1)); then
          if [[ ! $help ]]; then seconds+=' --help -h'; fi
          mapfile -t COMPREPLY < <(compgen -W "$seconds" -- "$current")
          return 0
        fi
        command+=" ${words[1]}"
        start=2
      fi
      if [[ $help ]]; then return 0; fi
      # Each option with the words that its argument may be; options alone take none.
      case $command in

    """#

  private static let ending = #"""
        *) return 0 ;;
      esac

      # Is it the argument of an option, or an operand, and which?
      for ((index = start; index < last; index++)); do
        word=${words[index]}
        if [[ $wanted ]]; then
          wanted=''
        elif [[ $ended || $word != -?* ]]; then
          given+=1
        elif [[ $word == -- ]]; then
          ended=1
        else
          for entry in "${table[@]}"; do
            if [[ $entry == "$word "* ]]; then wanted=${entry#* }; fi
          done
        fi
      done
      if [[ ! $wanted && ! $ended && $current == --*=* ]]; then
        for entry in "${table[@]}"; do
          if [[ $entry == "${current%%=*} "* ]]; then wanted=${entry#* }; fi
        done
        # Where readline does not take it apart, the answer replaces all of it.
        if [[ ${COMP_WORDS[COMP_CWORD]-} == --*=* ]]; then prefix=${current%%=*}=; fi
        current=${current#*=}
      elif [[ ! $wanted && ! $ended && $current == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "${table[*]%% *}" -- "$current")
        return 0
      elif [[ ! $wanted && ($many || $given -eq 0) ]]; then
        wanted=$operands
      fi
      case $wanted in
        '' | @nothing) ;;
        # Readline does it itself: it knows about quotes and '~'.
        @files) compopt -o default ;;
        @folders) compopt -o dirnames ;;
        *)
          if [[ $current == *,* ]]; then
            prefix+=${current%,*},
            current=${current##*,}
          fi
          mapfile -t COMPREPLY < <(compgen -P "$prefix" -W "$wanted" -- "$current")
          ;;
      esac
      return 0
    }
    complete -F _shuffled shuffled

    """#
}
