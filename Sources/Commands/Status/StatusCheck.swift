import ShuffledCore
import StatusReport

extension DaemonStatus {
  /// What is not well, a printable line each: the database, and each stream that is not observed.
  package func complaints(now: WallTime) -> [String] {
    let space = database.isWaitingForSpace ? ["database: results wait to be written"] : []
    return space
      + streams.filter { $0.state != .observed }.map { stream in
        var line = "\(stream.name): \(stream.state.rawValue) for \(stream.length(until: now))"
        if let cause = stream.cause { line += ", \(cause)" }
        return printable(line)
      }
  }
}

extension StreamStatus {
  /// How long it has been in its state; the clock may have been set back since.
  func length(until now: WallTime) -> String {
    lengthText(seconds: max(0, Double(now.microseconds - since.microseconds) / 1e6))
  }

  /// Why it is in its state, as well as is known.
  var cause: String? { reason ?? lastError?.text }
}
