import Results
import ShuffledCore
import Store

let queryModelsCommand = Command(
  name: "query models", summary: "one row a model: its file's hash, its labels, its runs",
  operands: nil, options: QueryOptions.ofRuns,
  details: """
    A run counts whole when it was under way between --since and --until; a model without such a run is left out. \
    'frames' are those that were classified, 'lost' those that failed or were dropped. The table shows the first \
    digits of the file's SHA-256; JSON has all of them, the architecture and the labels' names.

    \(QueryOptions.details)
    """,
  examples: [
    ("shuffled query models", "all of them"),
    ("shuffled query models --run 3 --format json", "what run 3 classified with"),
  ],
  run: { arguments, context in
    if try QueryOptions.wroteSQL(of: .models, arguments, context) { return 0 }
    let (filter, limit) = (try QueryOptions.filter(arguments), try QueryOptions.limit(arguments))
    var writer = RowWriter(
      try QueryOptions.format(arguments), table: ModelRow.columns, csv: ModelRow.fields, to: context.output)
    let rows = try QueryOptions.withDatabase(arguments) { try $0.models(matching: filter, limit: limit) }
    for row in rows { try writer.write(cells: { row.cells }, json: { row.json }) }
    try writer.finish()
    return 0
  })

extension ModelRow {
  fileprivate static let columns = [
    Column("model"), Column("sha256"), Column("labels", .right), Column("runs", .right),
    Column("frames", .right), Column("lost", .right),
  ]

  fileprivate var cells: [String] {
    [
      name, String(sha256.prefix(12)), "\(labelCount)", "\(runs)", "\(counts.classified)",
      "\(counts.failed + counts.dropped)",
    ]
  }
}
