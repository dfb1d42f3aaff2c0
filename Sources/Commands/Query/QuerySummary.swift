import ShuffledCore
import Store

let querySummaryCommand = Command(
  name: "query summary", summary: "which labels were seen, how often, how sure, and when",
  operands: nil, options: QueryOptions.all, details: QueryOptions.details,
  examples: [
    ("shuffled query summary", "all streams"),
    ("shuffled query summary --stream gate.mp4 --since 1d", "one stream's last day"),
  ],
  run: { arguments, context in
    if try QueryOptions.wroteSQL(of: .summary, arguments, context) { return 0 }
    let filter = try QueryOptions.filter(arguments)
    var remaining = try QueryOptions.limit(arguments) ?? .max
    var writer = RowWriter(
      try QueryOptions.format(arguments), table: SummaryRow.columns, csv: SummaryRow.fields,
      to: context.output)
    let streams = try QueryOptions.withDatabase(arguments) { try $0.summary(matching: filter) }
    let names = Dictionary(grouping: streams, by: \.stream)
    // Two files of one name are told apart by their paths.
    let rows = streams.flatMap {
      SummaryRow.rows($0, names[$0.stream, default: []].count > 1 ? $0.source : $0.stream)
    }
    for row in rows where remaining > 0 {
      try writer.write(cells: { row.cells }, json: { row.json })
      remaining -= 1
    }
    try writer.finish()
    return 0
  })

/// A stream's label; or its frames that have none: failed or dropped.
private struct SummaryRow {
  var stream: StreamSummary
  /// What the table calls the stream.
  var title: String
  var state: String
  var frames: Int64
  var label: StreamSummary.Label?

  static let columns = [
    Column("stream"), Column("label"), Column("frames", .right), Column("share", .right),
    Column("mean conf", .right), Column("first s", .right), Column("last s", .right),
  ]

  static let fields = [
    "stream", "source", "state", "label", "frames", "share", "mean_confidence", "first_wall_time",
    "last_wall_time", "first_media_seconds", "last_media_seconds",
  ]

  static func rows(_ stream: StreamSummary, _ title: String) -> [SummaryRow] {
    let labels = stream.labels.map {
      SummaryRow(stream: stream, title: title, state: "classified", frames: $0.count, label: $0)
    }
    let others = [("failed", stream.counts.failed), ("dropped", stream.counts.dropped)].filter { $0.1 > 0 }
    return labels
      + others.map { SummaryRow(stream: stream, title: title, state: $0.0, frames: $0.1, label: nil) }
  }

  var cells: [String] {
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
