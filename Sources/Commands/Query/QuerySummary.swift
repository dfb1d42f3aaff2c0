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

/// A stream's label; or its frames that have none: failed or dropped.
struct SummaryRow: Sendable {
  var stream: StreamSummary
  /// What the table calls the stream.
  var title: String
  var state: String
  var frames: Int64
  var label: StreamSummary.Label?

  static func columns(by stretch: SummaryStretch?) -> [Column] {
    var columns = columns
    if let stretch { columns.insert(Column(stretch.rawValue), at: 1) }
    return columns
  }

  static func fields(by stretch: SummaryStretch?) -> [String] {
    stretch.map { ["stream", "source", $0.rawValue] + fields.dropFirst(2) } ?? fields
  }

  fileprivate static let columns = [
    Column("stream"), Column("label"), Column("frames", .right), Column("share", .right),
    Column("mean conf", .right), Column("first s", .right), Column("last s", .right),
  ]

  static let fields = [
    "stream", "source", "state", "label", "frames", "share", "mean_confidence", "first_wall_time",
    "last_wall_time", "first_media_seconds", "last_media_seconds",
  ]

  static func rows(_ streams: [StreamSummary]) -> [SummaryRow] {
    let sources = Dictionary(grouping: streams, by: \.stream).mapValues { Set($0.map(\.source)) }
    // Two files of one name are told apart by their paths.
    return streams.flatMap { rows($0, sources[$0.stream, default: []].count > 1 ? $0.source : $0.stream) }
  }

  private static func rows(_ stream: StreamSummary, _ title: String) -> [SummaryRow] {
    let labels = stream.labels.map {
      SummaryRow(stream: stream, title: title, state: "classified", frames: $0.count, label: $0)
    }
    let others = [("failed", stream.counts.failed), ("dropped", stream.counts.dropped)].filter { $0.1 > 0 }
    return labels
      + others.map { SummaryRow(stream: stream, title: title, state: $0.0, frames: $0.1, label: nil) }
  }

  fileprivate func cells(by stretch: SummaryStretch?) -> [String] {
    var cells = cells
    if stretch != nil { cells.insert(stream.start.map { String($0.rfc3339.prefix(16)) + "Z" } ?? "-", at: 1) }
    return cells
  }

  func json(by stretch: SummaryStretch?) -> JSON {
    guard let stretch, case .object(var members) = json else { return json }
    members.insert((stretch.rawValue, .optional(stream.start?.rfc3339)), at: 2)
    return .object(members)
  }

  private var cells: [String] {
    [
      title, label?.name ?? "(\(state))", "\(frames)",
      label.map { decimal(100 * $0.share, 1) + " %" } ?? "-",
      label.map { decimal($0.meanConfidence, 3) } ?? "-",
      mediaText(label?.firstMediaTime), mediaText(label?.lastMediaTime),
    ]
  }

  var json: JSON {
    .object([
      ("stream", .text(stream.stream)), ("source", .text(stream.source)), ("state", .text(state)),
      ("label", .optional(label?.name)), ("frames", .integer(frames)),
      ("share", label.map { .number($0.share) } ?? .null),
      ("mean_confidence", label.map { .number($0.meanConfidence, places: 5) } ?? .null),
      ("first_wall_time", .optional(label?.firstWallTime.rfc3339)),
      ("last_wall_time", .optional(label?.lastWallTime.rfc3339)),
      ("first_media_seconds", mediaJSON(label?.firstMediaTime)),
      ("last_media_seconds", mediaJSON(label?.lastMediaTime)),
    ])
  }
}
