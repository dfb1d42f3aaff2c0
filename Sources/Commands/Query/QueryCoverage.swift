import Results
import ShuffledCore
import Store

let queryCoverageCommand = Command(
  name: "query coverage", summary: "how much of a time each stream was watched",
  operands: nil,
  options: QueryOptions.ofRuns + [Option("gaps", "a row for each stretch in which a stream was not watched")],
  details: """
    'watched' is the time in which frames came; 'stalled' a connection without frames, 'frozen' the same picture all the \
    time, 'offline' no program running. Of a live stream all time counts, from --since (or its first run) to --until (or \
    now); of a recording only that of its runs. 'dropped' and 'failed' are shares of the decoded frames, 'passed over' \
    those that --every or --fps left out.

    \(QueryOptions.details)
    """,
  examples: [
    ("shuffled query coverage --since 1d", "was anybody watching yesterday and today?"),
    ("shuffled query coverage --stream gate --gaps", "when was nobody, and why"),
  ],
  run: { arguments, context in
    if try QueryOptions.wroteSQL(of: .coverage, arguments, context) { return 0 }
    let (filter, limit) = (try QueryOptions.filter(arguments), try QueryOptions.limit(arguments) ?? .max)
    let format = try QueryOptions.format(arguments)
    let rows = try QueryOptions.withDatabase(arguments) { try $0.coverage(matching: filter) }
    if arguments.has("gaps") {
      var writer = RowWriter(format, table: Gap.columns, csv: Gap.fields, to: context.output)
      for gap in rows.flatMap(Gap.all).prefix(limit) {
        try writer.write(cells: { gap.cells }, json: { gap.json })
      }
      try writer.finish()
    } else {
      var writer = RowWriter(format, table: CoverageRow.columns, csv: CoverageRow.fields, to: context.output)
      for row in rows.prefix(limit) { try writer.write(cells: { row.cells }, json: { row.json }) }
      try writer.finish()
    }
    return 0
  })

extension CoverageRow {
  fileprivate static let columns =
    [Column("stream"), Column("time", .right)]
    + ["watched", "offline", "stalled", "frozen", "dropped", "passed over"].map { Column($0, .right) }

  /// Connecting and stopped are offline too, to whoever wonders whether somebody watched.
  fileprivate var cells: [String] {
    let offline = share(of: nil) + share(of: .connecting) + share(of: .stopped)
    return [
      shortened(stream, to: 20), lengthText(seconds: total.seconds), percent(share(of: .observed)),
      percent(offline),
      percent(share(of: .stalled)), percent(share(of: .frozen)), percent(droppedShare + failedShare),
      percent(sampledOutShare),
    ]
  }
}

extension Gap {
  fileprivate static let columns = [
    Column("stream"), Column("from"), Column("to"), Column("length", .right), Column("state"),
    Column("reason"),
  ]

  fileprivate var cells: [String] {
    [
      shortened(stream, to: 20), secondsText(stretch.start), secondsText(stretch.end),
      lengthText(seconds: stretch.length.seconds), stretch.name, stretch.reason ?? "-",
    ]
  }
}
