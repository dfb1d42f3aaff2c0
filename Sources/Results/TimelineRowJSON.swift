import ShuffledCore
import Store

extension TimelineRow {
  package static let fields = [
    "stream", "source", "run", "start", "start_seconds", "seconds", "label", "share", "frames", "unwatched",
  ]

  package func json(_ index: Int) -> JSON {
    let cell = cells[index]
    let start = start + Int64(index) * width
    let label = cell.label
    return .object([
      ("stream", .text(stream)), ("source", .text(source)), ("run", run.map(JSON.integer) ?? .null),
      ("start", clock == .wall ? .text(WallTime(microseconds: start).rfc3339) : .null),
      ("start_seconds", clock == .media ? .number(Double(start) / 1e6) : .null),
      ("seconds", .number(Double(width) / 1e6)), ("label", .optional(label)),
      (
        "share", label.map { .number(Double(cell.labels[$0] ?? 0) / Double(cell.frames), places: 6) } ?? .null
      ),
      ("frames", .integer(cell.frames)),
      ("unwatched", cell.unwatched.map { .number($0, places: 6) } ?? .null),
    ])
  }
}
