import ShuffledCore
import Store

let dbCompactCommand = Command(
  name: "db compact", summary: "write a database anew, without the pages that hold nothing", operands: nil,
  options: [DatabaseOption.option, reportFormatOption],
  details: """
    Nobody else may write it meanwhile; readers may read. It needs about twice the database's size of free space \
    while it lasts. A database that cannot be made smaller, or whose compaction is ended in the middle, stays as it \
    was.

    Exit codes: 0; 66 there is no such database; 74 it cannot be written, or somebody writes it.
    """,
  examples: [("shuffled db compact -d results.db", "after much was deleted")],
  run: { arguments, context in
    let format: ReportFormat = try arguments.choice("format", otherwise: .text)
    let path = try DatabaseOption.existingPath(arguments)
    let result = try Database.compact(
      path: path, command: "shuffled " + context.commandLine.joined(separator: " "))
    let json = JSON.object([
      ("database", .text(path)), ("bytes_before", .integer(result.before)),
      ("bytes_after", .integer(result.after)), ("delayed", .boolean(result.isDelayed)),
    ])
    let text = "\(printable(path)): \(sizeText(result.before)) before, \(sizeText(result.after)) after\n"
    try context.output.write(format == .json ? json.line + "\n" : text)
    if result.isDelayed {
      context.diagnostics.note("somebody reads '\(path)': the file shrinks when the next writer closes it")
    }
    return 0
  })
