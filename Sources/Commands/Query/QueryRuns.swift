import Results
import ShuffledCore
import Store

let queryRunsCommand = Command(
  name: "query runs", summary: "one row a run, the newest first: how it ended, its frames",
  operands: nil, options: QueryOptions.ofRuns,
  details: """
    'frames' are those that were classified, 'lost' those that failed or were dropped. JSON and CSV tell more: the \
    end, the model, the settings. The table names the models where there are several, and the errors where there \
    are any.

    \(QueryOptions.details)
    """,
  examples: [
    ("shuffled query runs --limit 5", "the newest five"),
    ("shuffled query runs --stream gate.mp4 --format json", "all of a stream's, with their settings"),
  ],
  run: { arguments, context in
    if try QueryOptions.wroteSQL(of: .runs, arguments, context) { return 0 }
    let (filter, limit) = (try QueryOptions.filter(arguments), try QueryOptions.limit(arguments))
    let format = try QueryOptions.format(arguments)
    let rows = try QueryOptions.withDatabase(arguments) { try $0.runs(matching: filter, limit: limit) }
    let columns = RunRow.columns(rows)
    var writer = RowWriter(format, table: columns.map(\.column), csv: RunRow.fields, to: context.output)
    for row in rows { try writer.write(cells: { columns.map { $0.cell(row) } }, json: { row.json }) }
    try writer.finish()
    return 0
  })

extension RunRow {
  fileprivate typealias TableColumn = (column: Column, cell: (RunRow) -> String)

  /// The models' and the errors' columns are there only where they say something.
  fileprivate static func columns(_ rows: [RunRow]) -> [TableColumn] {
    var columns: [TableColumn] = [
      (Column("run", .right), { "\($0.run)" }),
      (Column("stream"), { shortened($0.stream, to: 16) }),
    ]
    if Set(rows.map(\.modelSHA256)).count > 1 {
      columns.append((Column("model"), { shortened($0.model, to: 18) }))
    }
    columns += [
      (Column("state"), { $0.state.rawValue }),
      (Column("started"), { secondsText($0.started) }),
      (Column("length", .right), { $0.length.map { clockText(seconds: $0.seconds) } ?? "-" }),
      (Column("frames", .right), { "\($0.counts.classified)" }),
      (Column("lost", .right), { "\($0.counts.failed + $0.counts.dropped)" }),
    ]
    if rows.contains(where: { $0.error != nil }) {
      columns.append((Column("error"), { $0.error.map { shortened($0, to: 60) } ?? "-" }))
    }
    return columns
  }
}
