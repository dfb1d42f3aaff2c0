import Results
import ShuffledCore
import Store

let querySummaryCommand = Command(
  name: "query summary", summary: "which labels were seen, how often, how sure, and when",
  operands: nil,
  options: QueryOptions.all + [
    Option("by", argument: "minute|hour|day", "tell these apart (UTC)")
  ],
  details: """
    With --min-confidence every frame is looked at, otherwise the minutes' rollups, which also know of frames that \
    were deleted since.

    \(QueryOptions.details)
    """,
  examples: [
    ("shuffled query summary --since 1d --by hour", "hour by hour"),
    ("shuffled query summary", "all streams"),
    ("shuffled query summary --stream gate.mp4 --since 1d", "one stream's last day"),
  ],
  run: { arguments, context in
    if try QueryOptions.wroteSQL(of: .summary, arguments, context) { return 0 }
    let filter = try QueryOptions.filter(arguments)
    var remaining = try QueryOptions.limit(arguments) ?? .max
    let stretch: SummaryStretch? = try arguments.choice("by")
    var writer = RowWriter(
      try QueryOptions.format(arguments), table: SummaryRow.columns(by: stretch),
      csv: SummaryRow.fields(by: stretch), to: context.output)
    let (streams, coverage) = try QueryOptions.withDatabase(arguments) {
      (try $0.summary(matching: filter, by: stretch), try CoverageNote(filter, $0))
    }
    for row in SummaryRow.rows(streams) where remaining > 0 {
      try writer.write(cells: { row.cells(by: stretch) }, json: { row.json(by: stretch) })
      remaining -= 1
    }
    try writer.finish()
    coverage.write(context)
    return 0
  })

extension SummaryRow {
  fileprivate static func columns(by stretch: SummaryStretch?) -> [Column] {
    var columns = columns
    if let stretch { columns.insert(Column(stretch.rawValue), at: 1) }
    return columns
  }

  private static let columns = [
    Column("stream"), Column("label"), Column("frames", .right), Column("share", .right),
    Column("mean conf", .right), Column("first s", .right), Column("last s", .right),
  ]

  fileprivate func cells(by stretch: SummaryStretch?) -> [String] {
    var cells = cells
    if stretch != nil { cells.insert(stream.start.map { String($0.rfc3339.prefix(16)) + "Z" } ?? "-", at: 1) }
    return cells
  }

  private var cells: [String] {
    [
      title, label?.name ?? "(\(state))", "\(frames)",
      label.map { decimal(100 * $0.share, 1) + " %" } ?? "-",
      label.map { decimal($0.meanConfidence, 3) } ?? "-",
      mediaText(label?.firstMediaTime), mediaText(label?.lastMediaTime),
    ]
  }
}
