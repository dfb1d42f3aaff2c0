import Glibc
import Results
import ShuffledCore
import Store

/// One call of `shuffled query export`: tables of a database as files of a folder.
struct Export {
  enum Format: String, CaseIterable, Sendable {
    case csv, json

    /// Of a file's name.
    fileprivate var ending: String { self == .json ? "jsonl" : rawValue }

    fileprivate var output: OutputFormat { self == .json ? .json : .csv }
  }

  /// What was written of a table.
  struct Table {
    var name: String
    var rows: Int64
    /// Names of its files.
    var files: [String]
  }

  let folder: String
  private let exporters: [Exporter]
  private let formats: [Format]
  private let isReplacing: Bool
  private let filter: QueryFilter

  /// Throws a usage failure.
  init(_ arguments: Arguments) throws {
    guard let folder = arguments.text("to"), !folder.isEmpty else {
      throw Failure(
        .usage, cannot: "export", because: "no folder is named", remedy: "see 'shuffled query export --help'")
    }
    self.folder = folder
    let tables = try arguments.choices("tables", of: Exporter.all.map(\.name))
    exporters = Exporter.all.filter { tables.contains($0.name) }
    formats = try arguments.choices("formats", of: Format.allCases.map(\.rawValue))
      .compactMap(Format.init)
    isReplacing = arguments.has("force")
    filter = try QueryOptions.filter(arguments)
  }

  /// Writes the files, all of one moment of the database; none has its name before all are whole. Blocks until then. nil when
  /// `isCancelled` said so: nothing is left then. Throws `Failure`: what the queries throw, or `.inputOutput` when a file cannot
  /// be written.
  func write(from database: Database, isCancelled: @escaping @Sendable () -> Bool) throws -> [Table]? {
    let isNew = access(folder, F_OK) != 0
    var files: [ExportFile] = []
    defer {
      for file in files { file.removePart() }
      // Does nothing where there is something in it.
      if isNew { rmdir(folder) }
    }
    try makeFolders(folder)
    var tables: [Table] = []
    for exporter in exporters {
      let names = formats.map { "\(exporter.name).\($0.ending)" }
      tables.append(Table(name: exporter.name, rows: 0, files: names))
      // One by one: what was made before one that cannot be made is removed.
      for name in names { files.append(try ExportFile(name, in: folder, isReplacing: isReplacing)) }
    }
    let isWhole: Void? = try database.atOneMoment(isCancelled: isCancelled) {
      for (index, exporter) in exporters.enumerated() {
        let ofTable = files[(index * formats.count)...].prefix(formats.count)
        tables[index].rows = try write(exporter, from: database, to: Array(ofTable))
      }
    }
    guard isWhole != nil else { return nil }
    for file in files { try file.publish() }
    return tables
  }

  /// One pass over the rows, whatever the formats. Returns their number.
  private func write(_ exporter: Exporter, from database: Database, to files: [ExportFile]) throws -> Int64 {
    var writers = zip(formats, files).map { format, file in
      RowWriter(format.output, table: [], csv: exporter.fields, to: file)
    }
    var rows: Int64 = 0
    try exporter.forEachRow(database, filter) { row in
      for index in writers.indices { try writers[index].write(cells: { [] }, json: { row }) }
      rows += 1
    }
    for index in writers.indices { try writers[index].finish() }
    for file in files { try file.finish() }
    return rows
  }
}

extension Arguments {
  /// Some of a few words, with commas between, in the order of `known`; all of them where the option is missing. Throws a usage
  /// failure for any other word.
  fileprivate func choices(_ name: String, of known: [String]) throws -> [String] {
    guard let text = text(name) else { return known }
    let words = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    if let unknown = words.first(where: { !known.contains($0) }) {
      throw Self.wrong(name, unknown, "it takes " + known.joined(separator: ", ") + " with commas between")
    }
    return known.filter(words.contains)
  }
}
