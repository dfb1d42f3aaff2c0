import Results
import ShuffledCore
import Store

let queryLatencyCommand = Command(
  name: "query latency", summary: "how long each stage took: count, mean, percentiles, maximum",
  operands: nil,
  options: QueryOptions.all,
  details: """
    The stages add up to the total: from the moment the decoder began on a frame to the moment its row was \
    committed. 'wait' is the time in the queue before a worker; 'store' the time from the worker's answer to the \
    commit of its batch. Percentiles are by the nearest rank: exact for up to 200,000 frames, to within \
    1.6 % for more, which are told from the minutes' histograms ('exact' in JSON and CSV).

    \(QueryOptions.details)
    """,
  examples: [
    ("shuffled query latency", "over everything"),
    ("shuffled query latency --run 3 --format json", "one run, for a program"),
  ],
  run: { arguments, context in
    if try QueryOptions.wroteSQL(of: .latency, arguments, context) { return 0 }
    let filter = try QueryOptions.filter(arguments)
    let limit = try QueryOptions.limit(arguments) ?? .max
    var writer = RowWriter(
      try QueryOptions.format(arguments), table: LatencySummary.columns, csv: LatencySummary.fields,
      to: context.output)
    let (rows, coverage) = try QueryOptions.withDatabase(arguments) {
      (try $0.latency(matching: filter), try CoverageNote(filter, $0))
    }
    for row in rows.prefix(limit) { try writer.write(cells: { row.cells }, json: { row.json }) }
    try writer.finish()
    coverage.write(context)
    return 0
  })

extension LatencySummary {
  fileprivate static let columns =
    [Column("stage"), Column("frames", .right)]
    + ["mean ms", "p50 ms", "p90 ms", "p99 ms", "max ms"].map { Column($0, .right) }

  fileprivate var cells: [String] {
    [name, "\(count)"] + values.map { count > 0 ? decimal($0.1.milliseconds, 3) : "-" }
  }
}
