import ShuffledCore
import Store

/// A stretch in which a stream was not watched.
package struct Gap: ResultRow {
  package var stream: String
  package var source: String
  package var stretch: CoverageRow.Stretch

  package static func all(_ row: CoverageRow) -> [Gap] {
    row.stretches.filter { $0.state != .observed }.map {
      Gap(stream: row.stream, source: row.source, stretch: $0)
    }
  }

  package static let fields = ["stream", "source", "state", "start", "end", "seconds", "reason"]

  package var json: JSON {
    .object([
      ("stream", .text(stream)), ("source", .text(source)), ("state", .text(stretch.name)),
      ("start", .text(stretch.start.rfc3339)), ("end", .text(stretch.end.rfc3339)),
      ("seconds", .number(stretch.length.seconds)), ("reason", .optional(stretch.reason)),
    ])
  }
}
