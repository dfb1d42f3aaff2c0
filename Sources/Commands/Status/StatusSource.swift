import HTTP
import ShuffledCore
import StatusReport

/// Where a daemon's status comes from, and which of its streams are meant.
struct StatusSource: Sendable {
  var sockets: [String]
  /// Names; none for all.
  var streams: [String]

  /// What the daemon says now, with the streams that are meant, in its order. Blocks until it answers, for some seconds at
  /// most. Throws `unavailable` when it does not, `badData` when it is not understood, and `noInput` when it has no such
  /// stream.
  func read() throws(Failure) -> DaemonStatus {
    let (answer, socket) = try HTTPClient(sockets: sockets).get(DaemonStatus.path)
    guard answer.status == 200 else {
      throw Failure(
        .unavailable, cannot: "ask the daemon", socket, because: "it answered \(answer.status)",
        remedy: "check that it is shuffled's socket")
    }
    var status = try DaemonStatus(json: answer.body, of: socket)
    guard !streams.isEmpty else { return status }
    let names = status.streams.map(\.name)
    for name in streams where !names.contains(name) {
      throw Failure(
        .noInput, cannot: "show stream", name, because: "the daemon has no such stream",
        remedy: Self.remedy(name, names))
    }
    status.streams.removeAll { !streams.contains($0.name) }
    return status
  }

  private static func remedy(_ name: String, _ names: [String]) -> String {
    if let nearest = nearestName(to: name, in: names) { return "did you mean '\(nearest)'?" }
    if names.isEmpty { return "it has none" }
    let shown = names.prefix(8).joined(separator: ", ")
    return names.count > 8 ? "it has \(shown) and \(names.count - 8) more" : "it has \(shown)"
  }
}
