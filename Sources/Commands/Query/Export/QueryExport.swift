import Glibc
import ShuffledCore
import Store

let queryExportCommand = Command(
  name: "query export", summary: "write what the database holds as CSV and JSON Lines files",
  operands: nil,
  options: [
    Option("to", letter: "t", argument: "DIR", "the folder of the files; it is made if it is not there"),
    Option(
      "tables", argument: "T,...", isList: true,
      "only these tables: \(Exporter.all.map(\.name).joined(separator: ", "))"),
    Option("formats", letter: "f", argument: "csv,json", isList: true, "only these formats (default: both)"),
    Option("force", "replace files of an earlier export"),
  ] + QueryOptions.ofExport,
  details: """
    Each table becomes a file of each format, such as frames.csv and frames.jsonl, with the rows of the query that has its \
    name, byte for byte: 'shuffled query frames --format csv'. --label and --min-confidence do not restrict coverage, \
    runs, streams and models, which count whole when they were under way between --since and --until.

    All files are of one moment of the database, which may be in use meanwhile; reading never holds up the writer, but its \
    log grows until the export is done. No file appears before all are whole.

    Exit codes: 0 exported, also when nothing matched; 64 the database has no such run, stream or label; 66 there is no such \
    database; 74 it cannot be read, or the files cannot be written; 130, 143 interrupted by SIGINT, SIGTERM: there are no \
    files then.
    """,
  examples: [
    ("shuffled query export --to out", "everything"),
    ("shuffled query export --to out --tables frames --formats csv --run 3", "a run's frames"),
  ],
  run: { arguments, context in
    let export = try Export(arguments)
    let path = try DatabaseOption.existingPath(arguments)
    let interrupt = Interrupt()
    let tables = try QueryOptions.withDatabase(arguments) { database in
      try export.write(from: database) { interrupt.signal != nil }
    }
    guard let tables else {
      let signal = interrupt.signal ?? SIGINT
      context.diagnostics.note(
        "interrupted by \(signal == SIGINT ? "SIGINT" : "SIGTERM"); nothing was exported to '\(export.folder)'"
      )
      return 128 + signal
    }
    try context.output.write("\(printable(path)): exported to \(printable(export.folder))\n")
    let digits = tables.map { "\($0.rows)".count }.max() ?? 0
    for table in tables {
      try context.output.write(
        "  \(pad(table.name, 10))\(right("\(table.rows)", digits))  \(table.files.joined(separator: ", "))\n")
    }
    return 0
  })
