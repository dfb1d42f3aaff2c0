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

  static let fields = [
    "stream", "source", "live", "start", "end", "seconds", "observed", "connecting", "stalled", "frozen",
    "stopped", "offline", "frames_decoded", "frames.classified", "frames.failed", "frames.dropped",
    "frames_deleted_until",
  ]

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

  var json: JSON {
    let states: [CoverageState?] = [.observed, .connecting, .stalled, .frozen, .stopped, nil]
    return .object(
      [
        ("stream", .text(stream)), ("source", .text(source)), ("live", .boolean(isLive)),
        ("start", .text(start.rfc3339)), ("end", .text(end.rfc3339)), ("seconds", .number(total.seconds)),
      ] + states.map { ($0?.rawValue ?? "offline", .number(share(of: $0), places: 6)) }
        + [
          ("frames_decoded", .integer(decoded)), ("frames", counts.json),
          ("frames_deleted_until", .optional(framesDeletedUntil?.rfc3339)),
        ])
  }
}

/// A stretch in which a stream was not watched.
private struct Gap {
  var stream: String
  var source: String
  var stretch: CoverageRow.Stretch

  static func all(_ row: CoverageRow) -> [Gap] {
    row.stretches.filter { $0.state != .observed }.map {
      Gap(stream: row.stream, source: row.source, stretch: $0)
    }
  }

  static let columns = [
    Column("stream"), Column("from"), Column("to"), Column("length", .right), Column("state"),
    Column("reason"),
  ]
  static let fields = ["stream", "source", "state", "start", "end", "seconds", "reason"]

  var cells: [String] {
    [
      shortened(stream, to: 20), secondsText(stretch.start), secondsText(stretch.end),
      lengthText(seconds: stretch.length.seconds), stretch.name, stretch.reason ?? "-",
    ]
  }

  var json: JSON {
    .object([
      ("stream", .text(stream)), ("source", .text(source)), ("state", .text(stretch.name)),
      ("start", .text(stretch.start.rfc3339)), ("end", .text(stretch.end.rfc3339)),
      ("seconds", .number(stretch.length.seconds)), ("reason", .optional(stretch.reason)),
    ])
  }
}
