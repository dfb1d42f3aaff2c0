import ShuffledCore
import Store

extension RunRow: ResultRow {
  package static let fields = [
    "run", "stream", "source", "model", "model_sha256", "state", "error", "started", "ended", "seconds",
    "frames_decoded", "frames.classified", "frames.failed", "frames.dropped", "program", "settings",
  ]

  /// By the wall clock, from its start to its end.
  package var length: Duration? { ended.map { .microseconds($0.microseconds - started.microseconds) } }

  package var json: JSON {
    .object([
      ("run", .integer(run)), ("stream", .text(stream)), ("source", .text(source)), ("model", .text(model)),
      ("model_sha256", .text(modelSHA256)), ("state", .text(state.rawValue)), ("error", .optional(error)),
      ("started", .text(started.rfc3339)), ("ended", .optional(ended?.rfc3339)),
      ("seconds", length.map { .number($0.seconds) } ?? .null),
      ("frames_decoded", decoded.map(JSON.integer) ?? .null), ("frames", counts.json),
      ("program", .text(program)), ("settings", .written(settings)),
    ])
  }
}
