import ShuffledCore

/// A row of an answer, as JSON and CSV have it: for `query`, `query export` and the API alike.
package protocol ResultRow: Sendable {
  /// The columns of the CSV, each the path of a value in `json`: `latency_ms.decode`.
  static var fields: [String] { get }
  var json: JSON { get }
}
