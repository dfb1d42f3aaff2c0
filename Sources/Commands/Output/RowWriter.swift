import ShuffledCore

/// How results are written.
enum OutputFormat: String, CaseIterable, Sendable { case table, json, csv }

/// A column of a table.
struct Column: Sendable {
  enum Alignment: Sendable { case left, right }
  var name: String
  var alignment: Alignment

  init(_ name: String, _ alignment: Alignment = .left) {
    self.name = name
    self.alignment = alignment
  }
}

/// Writes rows as a table for people, as one JSON object a line, or as CSV (RFC 4180). Rows are written as they
/// come; a table's widths are those of its first rows.
struct RowWriter {
  private static let rowsForWidths = 256

  private let format: OutputFormat
  private let columns: [Column]
  private let fields: [String]
  private let paths: [[String]]
  private let output: any TextOutput
  private var held: [[String]] = []
  private var widths: [Int]?
  private var hasHeader = false

  /// - columns: of the table; fields: of the CSV, each the path of a value in the rows' JSON (`latency_ms.decode`).
  init(_ format: OutputFormat, table columns: [Column], csv fields: [String], to output: any TextOutput) {
    self.format = format
    self.columns = columns
    self.fields = fields
    paths = fields.map(JSON.keys)
    self.output = output
  }

  /// - cells: a text a column, for the table; json: the row as an object, for the others. Only what the format needs
  ///   is made.
  mutating func write(cells: () -> [String], json: () -> JSON) throws {
    switch format {
    case .json: try output.write(json().line + "\n")
    case .csv:
      if !hasHeader { try output.write(Self.csv(fields)) }
      hasHeader = true
      let row = json()
      try output.write(Self.csv(paths.map { row[$0].plainText }))
    case .table:
      held.append(cells().map(printable))
      if widths != nil || held.count >= Self.rowsForWidths { try writeTable() }
    }
  }

  /// To be called after the last row.
  mutating func finish() throws {
    if format == .table { try writeTable() }
    if format == .csv, !hasHeader { try output.write(Self.csv(fields)) }
  }

  private mutating func writeTable() throws {
    if widths == nil {
      let all = [columns.map(\.name)] + held
      let found = columns.indices.map { column in all.map { displayWidth($0[column]) }.max() ?? 0 }
      widths = found
      try output.write(line(columns.map(\.name), found))
    }
    if let widths { for row in held { try output.write(line(row, widths)) } }
    held = []
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    let padded = columns.indices.map { index in
      columns[index].alignment == .left
        ? pad(cells[index], widths[index]) : right(cells[index], widths[index])
    }
    var text = padded.joined(separator: "  ")
    while text.last == " " { text.removeLast() }
    return text + "\n"
  }

  private static func csv(_ cells: [String]) -> String {
    cells.map { cell in
      guard needsQuotes(cell) else { return cell }
      return "\"" + cell.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
        + "\""
    }.joined(separator: ",") + "\r\n"
  }

  private static func needsQuotes(_ cell: String) -> Bool {
    // Letters, digits and points of ASCII, which most cells are made of, end nothing; the others are looked at one by one.
    let isPlain = cell.utf8.allSatisfy { $0 > UInt8(ascii: ",") && $0 < 0x7f }
    return !isPlain && cell.contains { $0 == "," || $0 == "\"" || $0.isNewline }
  }
}
