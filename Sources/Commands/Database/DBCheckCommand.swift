import ShuffledCore
import Store

let dbCheckCommand = Command(
  name: "db check", summary: "read a whole database and say what contradicts itself", operands: nil,
  options: [
    DatabaseOption.option, Option("quick", "do not look whether indexes agree with their tables"),
    reportFormatOption,
  ],
  details: """
    SQLite's structures, the references between tables, and each run's counts against its frames and batches. \
    Nothing is changed; others may write meanwhile, and their log grows until the check is done.

    Exit codes: 0 all is well; 65 something is wrong, a line each; 66 there is no such database; 74 it cannot be \
    read.
    """,
  examples: [("shuffled db check -d copy.db", "whether a copy is whole")],
  run: { arguments, context in
    let format: ReportFormat = try arguments.choice("format", otherwise: .text)
    let path = try DatabaseOption.existingPath(arguments)
    let check = try Database.check(path: path, quick: arguments.has("quick"))
    try context.output.write(format == .json ? check.json(path).line + "\n" : check.text(path))
    guard !check.problems.isEmpty else { return 0 }
    throw Failure(
      .badData, cannot: "vouch for database", path,
      because: "\(counted(Int64(check.problems.count), "fault")) found",
      remedy: "it was left as it is; restore a copy")
  })

extension DatabaseCheck {
  fileprivate func text(_ path: String) -> String {
    guard problems.isEmpty else { return problems.map { printable($0) + "\n" }.joined() }
    return "\(printable(path)): ok, \(counted(runs, "run")), \(counted(frames, "frame"))\n"
  }

  fileprivate func json(_ path: String) -> JSON {
    .object([
      ("database", .text(path)), ("ok", .boolean(problems.isEmpty)), ("runs", .integer(runs)),
      ("frames", .integer(frames)), ("problems", .array(problems.map(JSON.text))),
    ])
  }
}
