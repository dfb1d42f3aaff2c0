import Results
import Segmentation
import ShuffledCore
import Store

let querySegmentsCommand = Command(
  name: "query segments", summary: "what was it, from when to when",
  operands: nil,
  options: QueryOptions.all + [
    Option("replay", "find them again in the stored scores, without the video"),
    Option("diff", "show what a replay would change"),
  ] + SegmentationOptions.all,
  details: """
    A segment is a stretch in which a label's confidence, smoothed over time, stays at or above --exit and \
    somewhere comes up to --enter. Segments are recorded while frames are stored. With --replay they are found again \
    with other settings (those that are not given are the run's own, those of its labels too); nothing is changed. --diff replays and tells, segment by \
    segment, what is same, moved, new or gone.

    \(SegmentationOptions.details)

    Times of files are seconds of media time. --min-confidence is that of a segment's mean. --since and --until choose \
    runs, and of cameras' the segments that lie between them, in part at least.

    \(QueryOptions.details)
    """,
  examples: [
    ("shuffled query segments --label blurred", "when the picture was blurred"),
    ("shuffled query segments --replay --enter 0.9 --diff", "what a higher threshold would change"),
    ("shuffled query segments --diff --enter blocky=0.8", "what one for a single label would"),
  ],
  run: { arguments, context in
    let filter = try QueryOptions.filter(arguments)
    let limit = try QueryOptions.limit(arguments) ?? .max
    let isDiff = arguments.has("diff")
    let isReplay = arguments.has("replay") || isDiff
    let options = try SegmentationOptions(arguments)
    if SegmentationOptions.areGiven(arguments), !isReplay {
      throw Failure(
        .usage, cannot: "find segments", because: "what is recorded does not change with settings",
        remedy: "add --replay")
    }
    if isReplay, arguments.has("sql") {
      throw Failure(
        .usage, cannot: "use --sql with --replay", because: "a replay is more than SQL",
        remedy: "leave one of them out")
    }
    if try QueryOptions.wroteSQL(of: .segments, arguments, context) { return 0 }
    var writer = RowWriter(
      try QueryOptions.format(arguments), table: (isDiff ? [Column("change")] : []) + SegmentRow.columns,
      csv: (isDiff ? ["change"] : []) + SegmentRow.fields + (isDiff ? ["was_start", "was_end"] : []),
      to: context.output)
    let notes = try QueryOptions.withDatabase(arguments) { database in
      func replayed() throws -> [SegmentRow] {
        for label in options.labels { try database.checkLabel(label) }
        return try database.replay(matching: filter) { run, labels in
          try options.settings(base: NamedSegmentation(ofRun: run)).settings(labels: labels)
        }
      }
      if isDiff {
        let changes = SegmentChange.changes(
          recorded: try database.segments(matching: filter, ofKeptFrames: true), replayed: try replayed())
        for change in changes.prefix(limit) {
          try writer.write(cells: { change.cells }, json: { change.json })
        }
      } else {
        let segments = isReplay ? try replayed() : try database.segments(matching: filter)
        for segment in segments.prefix(limit) {
          try writer.write(cells: { segment.cells }, json: { segment.json })
        }
      }
      let incomplete = isReplay ? try database.runsWithDeletedFrames(matching: filter) : []
      return (coverage: try CoverageNote(filter, database), incomplete: incomplete)
    }
    try writer.finish()
    for (run, frames) in notes.incomplete {
      context.diagnostics.note(
        "run \(run): \(counted(frames, "frame")) of it were deleted, and segments of these are not found again"
      )
    }
    notes.coverage.write(context)
    return 0
  })

extension SegmentRow {
  fileprivate static let columns = [
    Column("run", .right), Column("stream"), Column("label"), Column("start", .right), Column("end", .right),
    Column("seconds", .right), Column("frames", .right), Column("conf", .right), Column("ending"),
  ]

  fileprivate func text(_ time: Int64) -> String {
    clock == .media
      ? mediaText(MediaTime(microseconds: time))
      : String(WallTime(microseconds: time).rfc3339.prefix(19)) + "Z"
  }

  fileprivate var cells: [String] {
    [
      "\(run)", shortened(stream, to: 20), label, text(start), text(end), decimal(seconds, 3), "\(frames)",
      decimal(meanConfidence, 3), ending ?? "(going on)",
    ]
  }
}

extension SegmentChange {
  fileprivate var cells: [String] {
    let segment = replayed ?? recorded
    return [kind.rawValue] + (segment?.cells ?? [])
  }
}
