import ShuffledCore
import Store

extension StreamRow: ResultRow {
  package static let fields = [
    "stream", "source", "runs", "first_wall_time", "last_wall_time", "frames.classified", "frames.failed",
    "frames.dropped",
  ]

  package var json: JSON {
    .object([
      ("stream", .text(name)), ("source", .text(source)), ("runs", .integer(runs)),
      ("first_wall_time", .optional(firstFrame?.rfc3339)),
      ("last_wall_time", .optional(lastFrame?.rfc3339)), ("frames", counts.json),
    ])
  }
}
