import ShuffledCore
import Store

extension LatencySummary: ResultRow {
  package static let fields = ["stage", "count", "mean_ms", "p50_ms", "p90_ms", "p99_ms", "max_ms", "exact"]

  package var values: [(String, Duration)] {
    [("mean", mean), ("p50", p50), ("p90", p90), ("p99", p99), ("max", max)]
  }

  package var json: JSON {
    .object(
      [("stage", .text(name)), ("count", .integer(count))]
        + values.map { ("\($0.0)_ms", count > 0 ? .number($0.1.milliseconds, places: 3) : .null) }
        + [("exact", .boolean(isExact))])
  }
}
