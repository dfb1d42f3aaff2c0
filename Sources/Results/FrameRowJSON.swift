import ShuffledCore
import Store

extension FrameRow: ResultRow {
  package static let fields =
    [
      "run", "stream", "sequence", "media_seconds", "wall_time", "wall_time_us", "state", "label",
      "confidence",
    ]
    + (Stage.allCases.map(\.rawValue) + ["total"]).map { "latency_ms.\($0)" } + ["error"]

  package var json: JSON {
    let latencies = Stage.allCases.map { stage in
      (stage.rawValue, latency[stage].map { JSON.number($0.milliseconds, places: 3) } ?? .null)
    }
    return .object([
      ("run", .integer(run)), ("stream", .text(stream)), ("sequence", .integer(sequence)),
      ("media_seconds", .seconds(mediaTime)), ("wall_time", .text(wallTime.rfc3339)),
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
