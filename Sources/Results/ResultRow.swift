import Store

/// A row of an answer, as JSON and CSV have it: for `query` and `query export` alike.
protocol ResultRow: Sendable {
  /// The columns of the CSV, each the path of a value in `json`: `latency_ms.decode`.
  static var fields: [String] { get }
  var json: JSON { get }
}

extension FrameRow: ResultRow {}
extension SegmentRow: ResultRow {}
extension SummaryRow: ResultRow {}
extension LatencySummary: ResultRow {}
extension CoverageRow: ResultRow {}
extension RunRow: ResultRow {}
extension StreamRow: ResultRow {}
extension ModelRow: ResultRow {}
