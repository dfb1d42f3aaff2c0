import Downloads
import ShuffledCore

/// What the bar of a download says at one moment. Pure.
package struct DownloadLine {
  var title: String
  var progress: DownloadProgress
  /// What was there when this download began, which does not count for its speed.
  var first: Int64
  var elapsed: Duration

  package init(title: String, progress: DownloadProgress, first: Int64, elapsed: Duration) {
    self.title = title
    self.progress = progress
    self.first = first
    self.elapsed = elapsed
  }

  /// The line, shorter than `columns`: `shufflenet_v2_x1_0 [=====>    ]  52 %  4.6/8.8 MB  1.2 MB/s  left 0:04`.
  package func text(columns: Int) -> String {
    func megabytes(_ bytes: Int64) -> String { decimal(Double(bytes) / 1e6, 1) }
    let rate = Double(progress.received - first) / max(elapsed.seconds, 0.001)
    var facts = ""
    var share: Double?
    if let total = progress.total, total > 0 {
      let done = min(1, Double(progress.received) / Double(total))
      share = done
      facts +=
        " " + right("\(Int(done * 100))", 3) + " %  \(megabytes(progress.received))/\(megabytes(total)) MB"
    } else {
      facts += "  \(megabytes(progress.received)) MB"
    }
    facts += "  \(decimal(rate / 1e6, 1)) MB/s"
    if let total = progress.total, rate > 0 {
      facts += "  left \(clockText(seconds: Double(max(0, total - progress.received)) / rate))"
    }
    let room = columns - 1 - facts.count
    let name = shortened(printable(title), to: max(8, room / 2))
    let shown = share.map { bar($0, width: min(30, room - displayWidth(name) - 3)) } ?? ""
    return String((name + shown + facts).prefix(max(0, columns - 1)))
  }
}
