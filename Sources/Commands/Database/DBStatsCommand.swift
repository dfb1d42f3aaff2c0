import ShuffledCore
import Store

let dbStatsCommand = Command(
  name: "db stats", summary: "what a database takes on disk, and for what", operands: nil,
  options: [DatabaseOption.option, reportFormatOption],
  details: """
    A table's bytes include its indexes. A frame's are the database's without its free pages, divided by the number \
    of frames. Reads the whole file once; others may write meanwhile.

    Exit codes: 0; 66 there is no such database; 74 it cannot be read.
    """,
  examples: [("shuffled db stats", "how large, since when, how many bytes a frame")],
  run: { arguments, context in
    let format: ReportFormat = try arguments.choice("format", otherwise: .text)
    let path = try DatabaseOption.existingPath(arguments)
    let statistics = try QueryOptions.withDatabase(arguments) { try $0.statistics() }
    try context.output.write(format == .json ? statistics.json(path).line + "\n" : statistics.text(path))
    return 0
  })

extension DatabaseStatistics {
  fileprivate func text(_ path: String) -> String {
    func line(_ name: String, _ value: String) -> String { "  " + pad(name, 9) + value + "\n" }
    var text = printable(path) + "\n"
    text += line("file", sizeText(fileBytes))
    text += line("log", sizeText(logBytes))
    text += line(
      "pages", "\(grouped(Int(pages))) of \(counted(pageSize, "byte")), \(grouped(Int(freePages))) free")
    text += line(
      "frames", grouped(Int(frames)) + (bytesPerFrame.map { ", \(decimal($0, 1)) bytes each" } ?? ""))
    if let oldestFrame, let newestFrame {
      text += line("decoded", "\(secondsText(oldestFrame)) to \(secondsText(newestFrame))")
    }
    text += "\n  " + pad("table", 16) + right("rows", 14) + right("bytes", 16) + "\n"
    for table in tables {
      text += "  " + pad(table.name, 16) + right(grouped(Int(table.rows)), 14)
      text += right(table.bytes.map { grouped(Int($0)) } ?? "-", 16) + "\n"
    }
    return text
  }

  fileprivate func json(_ path: String) -> JSON {
    .object([
      ("database", .text(path)), ("file_bytes", .integer(fileBytes)), ("log_bytes", .integer(logBytes)),
      ("page_size", .integer(pageSize)), ("pages", .integer(pages)), ("free_pages", .integer(freePages)),
      ("frames", .integer(frames)),
      ("bytes_per_frame", bytesPerFrame.map { .number($0, places: 3) } ?? .null),
      ("oldest_wall_time", .optional(oldestFrame?.rfc3339)),
      ("newest_wall_time", .optional(newestFrame?.rfc3339)),
      (
        "tables",
        .array(
          tables.map {
            .object([
              ("table", .text($0.name)), ("rows", .integer($0.rows)),
              ("bytes", $0.bytes.map(JSON.integer) ?? .null),
            ])
          })
      ),
    ])
  }
}

/// `61.7 MB`; below a million `1,234 bytes`.
func sizeText(_ bytes: Int64) -> String {
  bytes < 1_000_000 ? "\(grouped(Int(bytes))) bytes" : "\(decimal(Double(bytes) / 1e6, 1)) MB"
}
