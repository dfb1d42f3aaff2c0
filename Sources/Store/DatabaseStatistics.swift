import ShuffledCore

/// What a database takes on disk, and for what.
public struct DatabaseStatistics: Equatable, Sendable {
  public struct Table: Equatable, Sendable {
    public var name: String
    public var rows: Int64
    /// Of the pages of the table and its indexes; nil where this SQLite cannot tell.
    public var bytes: Int64?
  }

  public var fileBytes: Int64
  /// Of the write-ahead log beside the file.
  public var logBytes: Int64
  public var pageSize: Int64
  /// Of the database: what is still in the log included.
  public var pages: Int64
  /// Those of them that hold nothing and will be used next.
  public var freePages: Int64
  /// The largest first.
  public var tables: [Table]
  public var frames: Int64
  /// The earliest and the latest moment that a stored frame was decoded; nil without frames.
  public var oldestFrame: WallTime?
  public var newestFrame: WallTime?

  /// What a frame takes, with its share of everything else; nil without frames.
  public var bytesPerFrame: Double? {
    frames > 0 ? Double((pages - freePages) * pageSize) / Double(frames) : nil
  }
}

extension Database {
  /// Measures the database. Blocks for one pass over the whole file; others may write meanwhile. Throws `Failure`
  /// `.inputOutput` when it cannot be read.
  public func statistics() throws -> DatabaseStatistics {
    let location = try DatabaseLocation(path, access: .reading)
    return try withConnection { connection in
      try connection.snapshot {
        func number(_ sql: String) throws -> Int64? { try connection.prepare(sql).firstInteger() }
        var tables: [DatabaseStatistics.Table] = []
        let bytes = try bytesOfTables(connection)
        let names = """
          SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
          """
        try connection.prepare(names).forEachRow { row in
          let name = row.text(0) ?? ""
          // The name comes from our own schema: a table's cannot be a bound parameter.
          let rows = try number("SELECT count(*) FROM \"\(name)\"") ?? 0
          tables.append(DatabaseStatistics.Table(name: name, rows: rows, bytes: bytes?[name]))
        }
        return DatabaseStatistics(
          fileBytes: location.size, logBytes: location.logSize, pageSize: try number("PRAGMA page_size") ?? 0,
          pages: try number("PRAGMA page_count") ?? 0, freePages: try number("PRAGMA freelist_count") ?? 0,
          tables: tables.sorted { ($1.bytes ?? 0, $1.rows, $0.name) < ($0.bytes ?? 0, $0.rows, $1.name) },
          frames: tables.first { $0.name == "frames" }?.rows ?? 0,
          oldestFrame: try number("SELECT min(wall_us) FROM batches").map(WallTime.init(microseconds:)),
          newestFrame: try number("SELECT max(wall_us + wall_span_us) FROM batches").map(
            WallTime.init(microseconds:)))
      }
    }
  }

  /// By table, indexes included; nil where SQLite was built without `dbstat`.
  private func bytesOfTables(_ connection: Connection) throws -> [String: Int64]? {
    let known = "SELECT 1 FROM pragma_module_list WHERE name = 'dbstat'"
    guard try connection.prepare(known).firstInteger() != nil else { return nil }
    var bytes: [String: Int64] = [:]
    let sql = """
      SELECT o.tbl_name, sum(d.pgsize)
      FROM (SELECT name, pgsize FROM dbstat('main', 1)) d JOIN sqlite_schema o ON o.name = d.name
      GROUP BY o.tbl_name
      """
    try connection.prepare(sql).forEachRow { bytes[$0.text(0) ?? ""] = $0.integer(1) }
    return bytes
  }
}
