import ShuffledCore
import Store

extension CoverageRow: ResultRow {
  package static let fields = [
    "stream", "source", "live", "start", "end", "seconds", "observed", "connecting", "stalled", "frozen",
    "stopped", "offline", "frames_decoded", "frames.classified", "frames.failed", "frames.dropped",
    "frames_deleted_until",
  ]

  package var json: JSON {
    let states: [CoverageState?] = [.observed, .connecting, .stalled, .frozen, .stopped, nil]
    return .object(
      [
        ("stream", .text(stream)), ("source", .text(source)), ("live", .boolean(isLive)),
        ("start", .text(start.rfc3339)), ("end", .text(end.rfc3339)), ("seconds", .number(total.seconds)),
      ] + states.map { ($0?.rawValue ?? "offline", .number(share(of: $0), places: 6)) }
        + [
          ("frames_decoded", .integer(decoded)), ("frames", counts.json),
          ("frames_deleted_until", .optional(framesDeletedUntil?.rfc3339)),
        ])
  }
}
