import CSQLite
import ShuffledCore

/// A prepared statement: finalised when the last reference goes, which must happen where its connection may be used.
/// Parameters count from 1 and columns from 0, as in SQLite.
package final class Statement {
  private let handle: OpaquePointer
  /// Unowned: a connection owns its cached statements, and whoever prepares another one has the connection.
  private unowned let connection: Connection

  init(_ sql: String, on connection: Connection) throws {
    var handle: OpaquePointer?
    try connection.check(sqlite3_prepare_v3(connection.handle, sql, -1, 0, &handle, nil))
    guard let handle else { preconditionFailure("there is no statement in '\(sql)'") }
    self.handle = handle
    self.connection = connection
  }

  deinit { sqlite3_finalize(handle) }

  // MARK: Parameters

  @inline(__always)
  package func bind(_ value: Int64, at index: Int32) {
    bound(sqlite3_bind_int64(handle, index, value), index)
  }

  @inline(__always)
  package func bindNull(at index: Int32) {
    bound(sqlite3_bind_null(handle, index), index)
  }

  package func bind(_ value: Int64?, at index: Int32) {
    if let value { bind(value, at: index) } else { bindNull(at: index) }
  }

  package func bind(_ value: Double, at index: Int32) {
    bound(sqlite3_bind_double(handle, index, value), index)
  }

  package func bind(_ value: String?, at index: Int32) {
    guard let value else { return bindNull(at: index) }
    let code = sqlite3_bind_text64(
      handle, index, value, UInt64(value.utf8.count), shuffled_sqlite_transient(), UInt8(SQLITE_UTF8))
    bound(code, index)
  }

  /// Binds bytes without copying them: they must stay as they are until the statement was run.
  @inline(__always)
  package func bindBorrowed(_ bytes: UnsafeRawBufferPointer, at index: Int32) {
    bound(sqlite3_bind_blob(handle, index, bytes.baseAddress, Int32(bytes.count), nil), index)
  }

  /// Binding fails only for an index that the statement does not have, or without memory.
  @inline(__always)
  private func bound(_ code: Int32, _ index: Int32) {
    precondition(code == SQLITE_OK, "cannot bind parameter \(index) of \(sql): SQLite's code \(code)")
  }

  /// The index of a named parameter: `:run`.
  func index(of name: String) -> Int32 {
    let index = sqlite3_bind_parameter_index(handle, name)
    precondition(index > 0, "there is no parameter \(name) in \(sql)")
    return index
  }

  private var sql: String { String(cString: sqlite3_sql(handle)) }

  /// The SQL with the bound values as literals: what another program can run to get the same rows.
  package var expandedSQL: String {
    guard let text = sqlite3_expanded_sql(handle) else {
      preconditionFailure("no memory for the text of \(sql)")
    }
    defer { sqlite3_free(text) }
    return String(cString: text)
  }

  // MARK: Running

  /// Goes to the next row; false after the last.
  package func step() throws -> Bool {
    let code = sqlite3_step(handle)
    if code == SQLITE_ROW { return true }
    if code == SQLITE_DONE { return false }
    sqlite3_reset(handle)
    try connection.check(code)
    preconditionFailure("sqlite3_step says \(code), which is no error and no result")
  }

  /// Runs a statement that gives no rows, so that it can be bound and run again.
  @inline(__always)
  package func run() throws {
    while try step() {}
    sqlite3_reset(handle)
  }

  /// Runs `body` for each row, then makes the statement ready to be used again.
  package func forEachRow(_ body: (Statement) throws -> Void) throws {
    defer { sqlite3_reset(handle) }
    while try step() { try body(self) }
  }

  /// The first column of the first row as an integer; nil without a row or for NULL.
  package func firstInteger() throws -> Int64? {
    defer { sqlite3_reset(handle) }
    return try step() ? optionalInteger(0) : nil
  }

  // MARK: Columns of the row

  package var columnCount: Int32 { sqlite3_column_count(handle) }

  package func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

  package func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

  package func real(_ column: Int32) -> Double { sqlite3_column_double(handle, column) }

  package func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

  package func text(_ column: Int32) -> String? {
    guard let bytes = sqlite3_column_text(handle, column) else { return nil }
    let count = Int(sqlite3_column_bytes(handle, column))
    return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  }

  /// Lends the bytes of a BLOB, valid until the statement goes on.
  package func blob(_ column: Int32) -> UnsafeRawBufferPointer {
    let bytes = sqlite3_column_blob(handle, column)
    return UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(handle, column)))
  }
}
