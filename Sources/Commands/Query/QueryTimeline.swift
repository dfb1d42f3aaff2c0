import Results
import ShuffledCore
import Store

let queryTimelineCommand = Command(
  name: "query timeline", summary: "what was seen when, a strip of letters a stream",
  operands: nil,
  options: QueryOptions.all + [
    Option("width", argument: "N", "at most N cells (default: as many as fit the terminal, or 80)")
  ],
  details: """
    Each cell is an equal part of the time and shows the most frequent label in it: a letter, which the lines below \
    explain. '.' is a cell without a frame; a space one in which nobody watched for most of the time. With --label a cell shows how much of its frames \
    have that label: _ for none, then 1 to 9, and # for all. A live stream is told on the wall clock, in UTC; a recording by its newest \
    run, in media time.

    \(QueryOptions.details)
    """,
  examples: [
    ("shuffled query timeline --since 1d", "the last day of every stream"),
    ("shuffled query timeline --since 30d --label blurred", "when, in a month, it was blurred"),
  ],
  run: { arguments, context in
    if try QueryOptions.wroteSQL(of: .timeline, arguments, context) { return 0 }
    let (filter, limit) = (try QueryOptions.filter(arguments), try QueryOptions.limit(arguments) ?? .max)
    let format = try QueryOptions.format(arguments)
    let width = try arguments.integer("width", in: 1...10_000) ?? context.diagnostics.columns
    let (rows, coverage) = try QueryOptions.withDatabase(arguments) {
      (try $0.timeline(matching: filter, cells: width), try CoverageNote(filter, $0))
    }
    if format == .table {
      try context.output.write(Array(rows.prefix(limit)).strips(of: filter.label))
    } else {
      var writer = RowWriter(format, table: [], csv: TimelineRow.fields, to: context.output)
      for row in rows.prefix(limit) {
        for index in row.cells.indices { try writer.write(cells: { [] }, json: { row.json(index) }) }
      }
      try writer.finish()
    }
    coverage.write(context)
    return 0
  })
