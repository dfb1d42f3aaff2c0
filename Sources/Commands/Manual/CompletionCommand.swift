import ShuffledCore

/// The shells that can be taught to complete.
private enum Shell: String, CaseIterable {
  case bash
  case zsh
  case fish

  static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }

  func script(_ commands: [Command]) -> String {
    switch self {
    case .bash: BashCompletion.script(commands)
    case .zsh: ZshCompletion.script(commands)
    case .fish: FishCompletion.script(commands)
    }
  }
}

let completionCommand: Command = Command(
  name: "completion", summary: "write a shell's completions of commands and options",
  operands: Shell.allCases.map(\.rawValue).joined(separator: "|"), options: [],
  details: """
    They complete commands, options, arguments that are one of a few words, and names of files where files are meant. \
    They are made of the same tables as this help.

    Exit codes: 0; 64 no shell was named, or one that is not known; 74 they cannot be written.
    """,
  examples: [
    ("shuffled completion fish > ~/.config/fish/completions/shuffled.fish", "for one user of fish"),
    ("source <(shuffled completion bash)", "for this bash; in ~/.bashrc, for all that follow"),
    ("source <(shuffled completion zsh)", "the same for zsh, after compinit"),
  ],
  run: { arguments, context in
    let help = "see 'shuffled completion --help'"
    guard let name = arguments.operands.first else {
      throw Failure(.usage, cannot: "write completions", because: "no shell is named", remedy: help)
    }
    guard arguments.operands.count == 1 else {
      throw Failure(.usage, cannot: "write completions", because: "several shells are named", remedy: help)
    }
    guard let shell = Shell(rawValue: name) else {
      throw Failure(
        .usage, cannot: "write completions for", name, because: "this shell is not known",
        remedy: "known are \(Shell.names)")
    }
    try context.output.write(shell.script(Program.shuffled.commands))
    return 0
  })
