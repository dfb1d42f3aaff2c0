import Glibc
import ShuffledCore

let benchStoreCommand = Command(
  name: "bench store", summary: "how many frames a second can be stored, in how many bytes",
  operands: nil,
  options: [
    Option("frames", letter: "n", argument: "N", "how many are stored (default: 1000000)"),
    Option("batch", letter: "b", argument: "N", "frames a transaction (default: 512)"),
    Option("top", letter: "k", argument: "K", "classes a frame (default: 5)"),
    Option("streams", argument: "N", "streams that the frames are of, in turn (default: 1)"),
    Option("rate", argument: "F", "frames a second that a stream's times tell of (default: 50)"),
    Option("directory", argument: "DIR", "where the database is made (default: TMPDIR, or /tmp)"),
    Option("keep", argument: "FILE", "make the database there, and keep it"),
    DurabilityOption.option,
    reportFormatOption,
  ],
  details: """
    Stores made frames, the same in every call, in a database of their own as 'process' does, as fast as it goes. \
    The database is removed at the end, unless it is to be kept: for trying queries on a large one. Its bytes are those of the closed file, into which the log was brought, \
    labels included. Where it lies decides what is measured: name a directory on the disk in question.
    """,
  examples: [
    ("shuffled bench store --directory /var/lib/shuffled", "on the disk that results will lie on"),
    (
      "shuffled bench store -n 50000000 --streams 16 --rate 1.2 --keep big.db",
      "a month of 16 cameras, to try queries on"
    ),
  ],
  run: { arguments, context in
    let format: ReportFormat = try arguments.choice("format", otherwise: .text)
    let benchmark = StoreBenchmark(
      frames: try arguments.integer("frames", in: 1...1_000_000_000) ?? 1_000_000,
      batch: try arguments.integer("batch", in: 1...65_536) ?? 512,
      top: try arguments.integer("top", in: 1...100) ?? 5,
      streams: try arguments.integer("streams", in: 1...256) ?? 1,
      rate: try arguments.number("rate", in: 0.001...1_000) ?? 50,
      durability: try DurabilityOption.value(arguments))
    let kept = arguments.text("keep")
    if let kept, access(kept, F_OK) == 0 {
      throw Failure(
        .usage, cannot: "make database", kept, because: "there is a file of this name",
        remedy: "give another --keep")
    }
    let folder =
      kept == nil
      ? try TemporaryFolder(in: arguments.text("directory") ?? context.environment["TMPDIR"] ?? "/tmp") : nil
    defer { folder?.remove() }
    let interrupt = Interrupt()
    let path = kept ?? (folder?.path ?? ".") + "/bench.db"
    let result = try benchmark.run(writing: path) { interrupt.signal != nil }
    guard let result else { return 128 + (interrupt.signal ?? 0) }
    let report = BenchStoreReport(benchmark: benchmark, result: result)
    try context.output.write(format == .json ? report.json.line + "\n" : report.text)
    return 0
  })

/// What `bench store` says.
struct BenchStoreReport {
  var benchmark: StoreBenchmark
  var result: StoreBenchmark.Result

  var text: String {
    """
    \(grouped(result.frames)) frames with top \(benchmark.top), \(grouped(benchmark.batch)) a transaction, durability \(benchmark.durability.rawValue)
      \(grouped(Int(result.framesPerSecond))) frames/s, \(decimal(result.elapsed.seconds, 2)) s
      \(decimal(result.bytesPerFrame, 2)) bytes a frame, \(sizeText(result.bytes))

    """
  }

  var json: JSON {
    .object([
      ("frames", .integer(Int64(result.frames))), ("top", .integer(Int64(benchmark.top))),
      ("batch", .integer(Int64(benchmark.batch))),
      ("durability", .text(benchmark.durability.rawValue)), ("seconds", .number(result.elapsed.seconds)),
      ("frames_per_second", .number(result.framesPerSecond, places: 1)), ("bytes", .integer(result.bytes)),
      ("bytes_per_frame", .number(result.bytesPerFrame, places: 3)),
    ])
  }
}

/// A folder for one database.
private struct TemporaryFolder {
  let path: String

  /// Throws `inputOutput` when it cannot be made.
  init(in directory: String) throws {
    var template = Array("\(directory)/shuffled-bench-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else {
      throw Failure(
        .inputOutput, cannot: "make a database in", directory, because: systemText(errno),
        remedy: "give another --directory")
    }
    path = String(cString: made)
  }

  func remove() {
    for ending in ["", "-wal", "-shm", "-journal", ".lock"] { unlink("\(path)/bench.db\(ending)") }
    rmdir(path)
  }
}
