import Results
import ShuffledCore
import Store

/// A table of an export: the rows of the query that has its name.
struct Exporter: Sendable {
  /// In the order in which they are read and told.
  static let all: [Exporter] = [
    Exporter(
      "frames",
      streaming: { (database, filter, body: (FrameRow) throws -> Void) in
        try database.frames(matching: filter, body)
      }),
    Exporter("segments") { try $0.segments(matching: $1) },
    Exporter("summary") { try SummaryRow.rows($0.summary(matching: $1)) },
    Exporter("latency") { try $0.latency(matching: $1) },
    Exporter("coverage") { try $0.coverage(matching: $1.ofRuns) },
    Exporter("runs") { try $0.runs(matching: $1.ofRuns) },
    Exporter("streams") { try $0.streams(matching: $1.ofRuns) },
    Exporter("models") { try $0.models(matching: $1.ofRuns) },
  ]

  let name: String
  /// The columns of its CSV.
  let fields: [String]
  /// Calls the last argument with each row. Blocks until all are read. Throws what the query throws, and what that does.
  let forEachRow: @Sendable (Database, QueryFilter, (JSON) throws -> Void) throws -> Void

  /// A table that may not fit into memory.
  init<Row: ResultRow>(
    _ name: String,
    streaming forEachRow:
      @escaping @Sendable (Database, QueryFilter, (Row) throws -> Void) throws -> Void
  ) {
    self.name = name
    fields = Row.fields
    self.forEachRow = { database, filter, body in
      try forEachRow(database, filter) { try body($0.json) }
    }
  }

  init<Row: ResultRow>(_ name: String, _ rows: @escaping @Sendable (Database, QueryFilter) throws -> [Row]) {
    self.init(name, streaming: { database, filter, body in try rows(database, filter).forEach(body) })
  }
}
