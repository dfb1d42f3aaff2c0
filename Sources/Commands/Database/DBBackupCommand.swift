import ShuffledCore
import Store

let dbBackupCommand = Command(
  name: "db backup", summary: "copy a database, also while it is being written", operands: "TO",
  options: [DatabaseOption.option, Option("force", "replace a file of that name"), reportFormatOption],
  details: """
    The copy holds what was committed when it began, whoever writes meanwhile. It appears under its name when it is \
    whole and on the disk, and replaces nothing unless --force is given.

    Exit codes: 0; 66 there is no such database; 74 it cannot be read, or the copy cannot be written; 130, 143 \
    interrupted by SIGINT, SIGTERM: there is no copy then.
    """,
  examples: [
    ("shuffled db backup copy.db", "a copy of shuffled.db"),
    ("shuffled db backup -d results.db --force /backup/results.db", "the newest copy in place of the last"),
  ],
  run: { arguments, context in
    guard arguments.operands.count == 1, let target = arguments.operands.first else {
      throw Failure(
        .usage, cannot: "write backup",
        because: arguments.operands.isEmpty ? "no file is named" : "several files are named",
        remedy: "see 'shuffled db backup --help'")
    }
    let format: ReportFormat = try arguments.choice("format", otherwise: .text)
    let path = try DatabaseOption.existingPath(arguments)
    let interrupt = Interrupt()
    let bytes = try QueryOptions.withDatabase(arguments) { database in
      try database.backUp(to: target, isReplacing: arguments.has("force")) { interrupt.signal != nil }
    }
    guard let bytes else { return 128 + (interrupt.signal ?? 0) }
    let json = JSON.object([
      ("database", .text(path)), ("backup", .text(target)), ("bytes", .integer(bytes)),
    ])
    try context.output.write(
      format == .json
        ? json.line + "\n" : "\(printable(path)): copied to \(printable(target)), \(sizeText(bytes))\n")
    return 0
  })
