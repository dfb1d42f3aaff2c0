import ShuffledCore
import Store

let queryFramesCommand = Command(
  name: "query frames", summary: "one row a frame: what it showed, how sure, how fast",
  operands: nil, options: QueryOptions.all, details: QueryOptions.details,
  examples: [
    ("shuffled query frames --label blurred --min-confidence 0.9", "the frames that are surely blurred"),
    ("shuffled query frames --run 3 --format csv > run3.csv", "all of a run for a spreadsheet"),
  ],
  run: { arguments, context in
    if try QueryOptions.wroteSQL(of: .frames, arguments, context) { return 0 }
    let (filter, limit) = (try QueryOptions.filter(arguments), try QueryOptions.limit(arguments))
    var writer = RowWriter(
      try QueryOptions.format(arguments), table: FrameRow.columns, csv: FrameRow.fields, to: context.output)
    try QueryOptions.withDatabase(arguments) { database in
      try database.frames(matching: filter, limit: limit) { row in
        try writer.write(cells: { row.cells }, json: { row.json })
      }
      try writer.finish()
      try CoverageNote(filter, database).write(context)
    }
    return 0
  })

extension FrameRow {
  fileprivate static let columns = [
    Column("run", .right), Column("stream"), Column("frame", .right), Column("media s", .right),
    Column("decoded at"), Column("label"), Column("conf", .right), Column("total ms", .right),
  ]

  static let fields =
    [
      "run", "stream", "sequence", "media_seconds", "wall_time", "wall_time_us", "state", "label",
      "confidence",
    ]
    + (Stage.allCases.map(\.rawValue) + ["total"]).map { "latency_ms.\($0)" } + ["error"]

  /// Whole seconds of wall time are enough for a person, who has the media time beside them.
  fileprivate var cells: [String] {
    [
      "\(run)", shortened(stream, to: 24), "\(sequence)", mediaText(mediaTime),
      secondsText(wallTime),
      predictions.first?.label ?? "(\(state.name))",
      predictions.first.map { decimal($0.confidence, 3) } ?? "-",
      total.map { decimal($0.milliseconds, 2) } ?? "-",
    ]
  }

  var json: JSON {
    let latencies = Stage.allCases.map { stage in
      (stage.rawValue, latency[stage].map { JSON.number($0.milliseconds, places: 3) } ?? .null)
    }
    return .object([
      ("run", .integer(run)), ("stream", .text(stream)), ("sequence", .integer(sequence)),
      ("media_seconds", mediaJSON(mediaTime)), ("wall_time", .text(wallTime.rfc3339)),
      ("wall_time_us", .integer(wallTime.microseconds)), ("state", .text(state.name)),
      ("label", .optional(predictions.first?.label)),
      ("confidence", predictions.first.map { .number($0.confidence, places: 5) } ?? .null),
      (
        "predictions",
        .array(
          predictions.map {
            .object([("label", .text($0.label)), ("confidence", .number($0.confidence, places: 5))])
          })
      ),
      (
        "latency_ms",
        .object(latencies + [("total", total.map { .number($0.milliseconds, places: 3) } ?? .null)])
      ),
      ("error", .optional(error)),
    ])
  }
}
