import ShuffledCore
import StatusReport

/// A daemon's status for a person: who it is, a table of its streams, and what is not well. Nothing in it moves a
/// terminal's cursor.
package struct StatusText {
  private static let longestName = 20
  /// Less than this makes no table.
  private static let fewestColumns = 40

  private let status: DaemonStatus
  private let now: WallTime
  private let columns: Int

  /// - columns: no line is wider.
  package init(_ status: DaemonStatus, now: WallTime, columns: Int) {
    self.status = status
    self.now = now
    self.columns = max(Self.fewestColumns, columns)
  }

  package var text: String {
    var text = head.map { $0 + "\n" }.joined()
    text += status.streams.isEmpty ? "\nno streams\n" : "\n" + table
    let notes = status.streams.flatMap(notes)
    if !notes.isEmpty { text += "\n" + notes.map { $0 + "\n" }.joined() }
    return text
  }

  // MARK: The daemon

  private var head: [String] {
    let up = clockText(seconds: status.uptimeSeconds)
    let database = status.database
    let facts =
      ": \(sizeText(database.sizeBytes)), log \(sizeText(database.walBytes)), \(counted(database.rowsWritten, "row"))"
    let path = shortened(printable(database.path), to: max(10, columns - 9 - displayWidth(facts)))
    var lines = [
      "shuffled \(status.version), pid \(status.pid): \(status.state.rawValue), up \(up) since \(secondsText(status.started))",
      "database \(path)\(facts)",
      "workers \(status.workers.busy) of \(status.workers.count) busy"
        + status.models.map { ", \($0.name) for \(counted(Int64($0.streams), "stream"))" }.joined(),
    ]
    if database.isWaitingForSpace {
      lines.append("results wait: the disk is full, or another program holds the database")
    }
    if let error = status.config.lastReloadError {
      lines.append("configuration of \(secondsText(status.config.loaded)) is still followed: \(error.text)")
    }
    return lines.map(line)
  }

  // MARK: The streams

  private static let heads = [
    Column("stream"), Column("state"), Column("for", .right), Column("rate", .right), Column("age", .right),
    Column("drops", .right), Column("label"),
  ]

  private var table: String {
    var rows = status.streams.map(cells)
    fit(&rows)
    let collected = CollectedText()
    var writer = RowWriter(.table, table: Self.heads, csv: [], to: collected)
    do {
      for row in rows { try writer.write(cells: { row }, json: { .null }) }
      try writer.finish()
    } catch {
      preconditionFailure("collected text can always be written: \(error)")
    }
    // Where there is too little room even so, a line that is cut is better than one that is broken.
    return collected.text.split(separator: "\n").map { line(String($0)) + "\n" }.joined()
  }

  private func cells(_ stream: StreamStatus) -> [String] {
    [
      stream.name, stream.state.rawValue, stream.length(until: now),
      stream.receivedFPS == nil && stream.classifiedFPS == nil
        ? "-" : "\(Self.rate(stream.receivedFPS))/\(Self.rate(stream.classifiedFPS))",
      stream.lastResult.map { lengthText(seconds: $0.ageSeconds) } ?? "-", "\(stream.dropped)",
      stream.lastResult.map { "\(percent($0.confidence)) \($0.label)" } ?? "-",
    ].map(printable)
  }

  /// Names and labels share what the columns between them leave.
  private func fit(_ rows: inout [[String]]) {
    let last = Self.heads.count - 1
    func width(_ column: Int) -> Int {
      rows.map { displayWidth($0[column]) }.reduce(Self.heads[column].name.count, max)
    }
    let room = columns - (1..<last).reduce(2 * last) { $0 + width($1) }
    let wanted = min(width(0), Self.longestName)
    let label = min(width(last), max(room - wanted, room / 2))
    let name = min(width(0), max(Self.heads[0].name.count, room - label))
    for index in rows.indices {
      rows[index][0] = shortened(rows[index][0], to: name)
      rows[index][last] = shortened(rows[index][last], to: max(Self.heads[last].name.count, label))
    }
  }

  private static func rate(_ value: Double?) -> String {
    value.map { decimal($0, $0 < 99.95 ? 1 : 0) } ?? "-"
  }

  /// What a row cannot say.
  private func notes(_ stream: StreamStatus) -> [String] {
    var notes: [String] = []
    if stream.state != .observed, let cause = stream.cause {
      var note = "\(stream.name): \(cause)"
      if let error = stream.lastError, error.text == cause { note += ", at \(secondsText(error.time))" }
      notes.append(note)
    }
    if stream.level != .asAsked {
      notes.append(
        "\(stream.name): the processors are too slow for \(stream.rate), so it is \(stream.level.rawValue)")
    }
    return notes.map(line)
  }

  private func line(_ text: String) -> String { shortened(printable(text), to: columns) }
}
