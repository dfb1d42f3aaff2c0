import ShuffledCore

let manualCommand: Command = Command(
  name: "manual", summary: "write the manual page, shuffled(1)", operands: nil, options: [],
  details: """
    It is made from the same tables as the help. 'make install' puts it where man(1) looks.

    Exit codes: 0 it is written.
    """,
  examples: [("shuffled manual | man -l -", "read it")],
  run: { _, context in
    try context.output.write(ManualPage(Program.shuffled.commands).text)
    return 0
  })

let completionCommand: Command = Command(
  name: "completion", summary: "write what a shell needs to complete command lines",
  operands: "bash|zsh|fish", options: [],
  details: """
    'make install' puts it where the shells look. In a shell where it is not: source <(shuffled completion bash).

    Exit codes: 0 it is written; 64 there is none for that shell.
    """,
  examples: [
    ("shuffled completion fish > ~/.config/fish/completions/shuffled.fish", "for one user")
  ],
  run: { arguments, context in
    let shells: [String: @Sendable ([Command]) -> String] = [
      "bash": BashCompletion.text, "fish": FishCompletion.text, "zsh": ZshCompletion.text,
    ]
    guard arguments.operands.count == 1, let shell = shells[arguments.operands[0]] else {
      throw Failure(
        .usage, cannot: "run command", "completion", because: "it needs the name of one shell",
        remedy: "known are \(shells.keys.sorted().joined(separator: ", "))")
    }
    try context.output.write(shell(Program.shuffled.commands))
    return 0
  })
