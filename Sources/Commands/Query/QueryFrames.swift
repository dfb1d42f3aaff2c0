import Results
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
}
