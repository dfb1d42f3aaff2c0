import ShuffledCore
import Store

extension ModelRow: ResultRow {
  package static let fields = [
    "model", "sha256", "labels", "runs", "frames.classified", "frames.failed", "frames.dropped",
    "architecture",
  ]

  package var json: JSON {
    .object([
      ("model", .text(name)), ("sha256", .text(sha256)), ("labels", .integer(labelCount)),
      ("runs", .integer(runs)), ("frames", counts.json), ("architecture", .written(architecture)),
      ("label_names", .written(labels)),
    ])
  }
}
