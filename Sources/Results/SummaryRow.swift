import ShuffledCore
import Store

/// A stream's label; or its frames that have none: failed or dropped.
package struct SummaryRow: ResultRow {
  package var stream: StreamSummary
  /// What the table calls the stream.
  package var title: String
  package var state: String
  package var frames: Int64
  package var label: StreamSummary.Label?

  package static func fields(by stretch: SummaryStretch?) -> [String] {
    stretch.map { ["stream", "source", $0.rawValue] + fields.dropFirst(2) } ?? fields
  }

  package static let fields = [
    "stream", "source", "state", "label", "frames", "share", "mean_confidence", "first_wall_time",
    "last_wall_time", "first_media_seconds", "last_media_seconds",
  ]

  package static func rows(_ streams: [StreamSummary]) -> [SummaryRow] {
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

  package func json(by stretch: SummaryStretch?) -> JSON {
    guard let stretch, case .object(var members) = json else { return json }
    members.insert((stretch.rawValue, .optional(stream.start?.rfc3339)), at: 2)
    return .object(members)
  }

  package var json: JSON {
    .object([
      ("stream", .text(stream.stream)), ("source", .text(stream.source)), ("state", .text(state)),
      ("label", .optional(label?.name)), ("frames", .integer(frames)),
      ("share", label.map { .number($0.share) } ?? .null),
      ("mean_confidence", label.map { .number($0.meanConfidence, places: 5) } ?? .null),
      ("first_wall_time", .optional(label?.firstWallTime.rfc3339)),
      ("last_wall_time", .optional(label?.lastWallTime.rfc3339)),
      ("first_media_seconds", .seconds(label?.firstMediaTime)),
      ("last_media_seconds", .seconds(label?.lastMediaTime)),
    ])
  }
}
