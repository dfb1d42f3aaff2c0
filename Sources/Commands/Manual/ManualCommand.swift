let manualCommand: Command = Command(
  name: "manual", summary: "write the manual page shuffled(1)", operands: nil, options: [],
  details: """
    The page is made of the same tables as this help, in the language of man(7).

    Exit codes: 0; 74 it cannot be written.
    """,
  examples: [
    ("shuffled manual | man -l -", "reads it"),
    ("shuffled manual > shuffled.1", "a file, to be installed"),
  ],
  run: { _, context in
    try context.output.write(ManualPage.text(Program.shuffled.commands))
    return 0
  })
