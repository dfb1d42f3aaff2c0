import Results
import ShuffledCore
import Store

/// What is said beside an answer about a time range: how much of it each stream was watched. It goes to standard error, so
/// that results are the same rows with and without it.
struct CoverageNote {
  private var rows: [CoverageRow]

  /// More streams than these are summed up.
  private static let told = 8

  /// Asks the database, if the query is about a time range.
  init(_ filter: QueryFilter, _ database: Database) throws {
    guard filter.since != nil || filter.until != nil else {
      rows = []
      return
    }
    let scope = QueryFilter(run: filter.run, stream: filter.stream, since: filter.since, until: filter.until)
    rows = try database.coverage(matching: scope)
  }

  func write(_ context: Context) {
    for row in rows.prefix(Self.told) { context.diagnostics.note("\(row.stream): \(row.note)") }
    if rows.count > Self.told {
      context.diagnostics.note(
        "and \(rows.count - Self.told) more streams: see 'shuffled query coverage'")
    }
  }
}

extension CoverageRow {
  /// `watched 98.2 % of 24:00:00, offline 1.8 %; of the frames dropped 0.3 %`.
  fileprivate var note: String {
    guard total > .zero else { return "not watched in this time" }
    var text =
      "watched \(percent(share(of: .observed))) of \(isLive ? "" : "its runs' ")\(lengthText(seconds: total.seconds))"
    let states: [CoverageState?] = [.connecting, .stalled, .frozen, .stopped, nil]
    for state in states where share(of: state) > 0 {
      text += ", \(state?.rawValue ?? "offline") \(percent(share(of: state)))"
    }
    let lost = [("dropped", droppedShare), ("failed", failedShare), ("passed over", sampledOutShare)]
      .filter { $0.1 > 0 }.map { "\($0.0) \(percent($0.1))" }
    if !lost.isEmpty { text += "; of the frames " + lost.joined(separator: ", ") }
    if let deleted = framesDeletedUntil { text += "; single frames are kept from \(secondsText(deleted)) on" }
    return text
  }
}

/// `98.2 %`; what is not quite all or nothing is not written as such.
func percent(_ share: Double) -> String {
  let value = share > 0 && share < 0.001 ? 0.1 : share < 1 && share > 0.999 ? 99.9 : 100 * share
  return decimal(value, 1) + " %"
}
