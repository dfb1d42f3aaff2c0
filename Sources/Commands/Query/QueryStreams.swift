import Results
import ShuffledCore
import Store

let queryStreamsCommand = Command(
  name: "query streams", summary: "one row a stream: its runs, its frames, since when",
  operands: nil, options: QueryOptions.ofRuns,
  details: """
    A run counts whole when it was under way between --since and --until; a stream without such a run is left out. \
    'frames' are those that were classified, 'lost' those that failed or were dropped. JSON and CSV name the \
    sources too.

    \(QueryOptions.details)
    """,
  examples: [
    ("shuffled query streams", "all of them"),
    ("shuffled query streams --since 1d", "those that were watched within the last day"),
  ],
  run: { arguments, context in
    if try QueryOptions.wroteSQL(of: .streams, arguments, context) { return 0 }
    let (filter, limit) = (try QueryOptions.filter(arguments), try QueryOptions.limit(arguments))
    var writer = RowWriter(
      try QueryOptions.format(arguments), table: StreamRow.columns, csv: StreamRow.fields, to: context.output)
    let rows = try QueryOptions.withDatabase(arguments) { try $0.streams(matching: filter, limit: limit) }
    let names = Dictionary(grouping: rows, by: \.name)
    for row in rows {
      // Two files of one name are told apart by their paths.
      let title = names[row.name, default: []].count > 1 ? row.source : row.name
      try writer.write(cells: { row.cells(title) }, json: { row.json })
    }
    try writer.finish()
    return 0
  })

extension StreamRow {
  fileprivate static let columns = [
    Column("stream"), Column("runs", .right), Column("first frame"), Column("last frame"),
    Column("frames", .right), Column("lost", .right),
  ]

  fileprivate func cells(_ title: String) -> [String] {
    [
      title, "\(runs)", firstFrame.map(secondsText) ?? "-", lastFrame.map(secondsText) ?? "-",
      "\(counts.classified)", "\(counts.failed + counts.dropped)",
    ]
  }
}
