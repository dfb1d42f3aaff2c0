import Decoding
import ShuffledCore
import Store

/// What `process` says of one video in the end.
struct ProcessReport {
  var path: String
  var database: String
  var run: Int64
  var state: RunState
  var statistics: DecodingStatistics
  var counts: Tally.Counts
  /// Frames that were stored before, by the run that was gone on with; nil for a new one.
  var resumed: Int64?
  var elapsed: Duration
  var labels: [String]
  /// What went wrong, if something did.
  var failure: Failure?

  /// Frames decoded or skipped a second, by the clock on the wall.
  private var rate: Double { Double(statistics.frames) / max(elapsed.seconds, 1e-9) }

  private var stages: [(name: String, histogram: LatencyHistogram)] {
    Stage.allCases.map { ($0.rawValue, counts.stages[$0] ?? LatencyHistogram()) } + [("total", counts.total)]
  }

  /// Labels that were seen, most often first.
  private var seen: [(label: String, frames: Int64, share: Double)] {
    counts.labels.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
      (labels[$0.key], $0.value, Double($0.value) / Double(max(counts.classified, 1)))
    }
  }

  var text: String {
    let sampled =
      (statistics.skipped > 0 ? ", \(statistics.skipped) skipped" : "")
      + (statistics.selected < statistics.frames ? ", \(statistics.selected) selected" : "")
      + (resumed.map { ", \($0) stored before" } ?? "")
    var text = """
      \(printable(path)): \(state.rawValue)
        frames   \(statistics.decoded) decoded\(sampled), \(counts.classified) classified, \(counts.failed) failed
        speed    \(decimal(rate, 1)) frames/s, \(decimal(elapsed.seconds, 2)) s
        stored   run \(run) in \(printable(database))

      """
    guard counts.classified > 0 else { return text }
    text += "\n  " + pad("stage", 12) + right("p50 ms", 10) + right("p99 ms", 10) + "\n"
    for (name, histogram) in stages {
      text += "  " + pad(name, 12)
      text += right(milliseconds(histogram, 0.5), 10) + right(milliseconds(histogram, 0.99), 10) + "\n"
    }
    let width = max(12, (seen.map { displayWidth(printable($0.label)) }.max() ?? 0) + 2)
    text += "\n  " + pad("label", width) + right("frames", 10) + right("share", 10) + "\n"
    for (label, frames, share) in seen {
      text +=
        "  " + pad(printable(label), width) + right("\(frames)", 10)
        + right(decimal(100 * share, 1) + " %", 10) + "\n"
    }
    return text
  }

  var json: JSON {
    .object([
      ("source", .text(path)), ("database", .text(database)), ("run", .integer(run)),
      ("state", .text(state.rawValue)),
      (
        "frames",
        .object([
          ("decoded", .integer(statistics.decoded)), ("skipped", .integer(statistics.skipped)),
          ("selected", .integer(statistics.selected)),
          ("classified", .integer(counts.classified)), ("failed", .integer(counts.failed)),
          ("stored_before", .integer(resumed ?? 0)),
          ("damaged", .integer(statistics.damagedFrames)),
        ])
      ),
      ("damaged_packets", .integer(statistics.damagedPackets)),
      ("seconds", .number(elapsed.seconds)), ("frames_per_second", .number(rate, places: 3)),
      (
        "latency_ms",
        .object(
          stages.map { name, histogram in
            let values = [("p50", 0.5), ("p99", 0.99)].map { key, share in
              (key, histogram.percentile(share).map { JSON.number($0.milliseconds) } ?? .null)
            }
            return (name, .object(values))
          })
      ),
      (
        "labels",
        .array(
          seen.map { label, frames, share in
            .object([("label", .text(label)), ("frames", .integer(frames)), ("share", .number(share))])
          })
      ),
      ("error", .optional(failure?.description)),
    ])
  }

  private func milliseconds(_ histogram: LatencyHistogram, _ share: Double) -> String {
    histogram.percentile(share).map { decimal($0.milliseconds, 3) } ?? "-"
  }
}
