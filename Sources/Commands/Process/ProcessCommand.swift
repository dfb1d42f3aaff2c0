import CInstructions
import Decoding
import Glibc
import Segmentation
import ShuffledCore
import Store

/// How `process` and `classify` write their answers.
enum ReportFormat: String, CaseIterable, Sendable { case text, json }

let reportFormatOption = Option(
  "format", letter: "f", argument: "text|json", "how to write results (default: text)")

let processCommand = Command(
  name: "process", summary: "classify every frame of video files and store the results",
  operands: "VIDEO...",
  options: [
    ReadyModel.option, DatabaseOption.option,
    Option("fps", argument: "F", "classify at most F frames a second of media time"),
    Option("every", argument: "N", "classify one frame in N"),
    Option("keyframes", "classify only frames that need no other to be decoded"),
    ReadyModel.topOption,
    Option("workers", letter: "w", argument: "N", "frames classified at a time (default: one a core)"),
    Option("resume", "go on with runs that did not end; leave out videos that are done"),
    DurabilityOption.option,
  ] + SegmentationOptions.all + [reportFormatOption],
  details: """
    Every decoded frame that is selected gets one row in the database. A file that fails is reported and the \
    others go on. Ctrl-C (or SIGTERM) stores what is under way and ends; a second one ends at once. With --resume the same \
    call goes on where it stopped, however that came about: no frame is stored twice, and none is missing.

    \(SegmentationOptions.details)

    Exit codes: 0 all was processed; 65 a file is damaged or not a video; 66 there is no such file; 74 the \
    database cannot be written; 1 several files failed in different ways; 130 or 143 interrupted.
    """,
  examples: [
    ("shuffled process gate.mp4", "classifies every frame into ./shuffled.db"),
    ("shuffled process --fps 2 --database night.db *.mkv", "two frames a second of each file"),
    ("shuffled process --keyframes week.mp4", "a quick look: nothing else is decoded"),
    ("shuffled process --enter 0.6,blocky=0.8 gate.mp4", "blocky only where that is quite sure"),
  ],
  run: { try ProcessRun($0, $1).run() })

/// One call of `shuffled process`.
struct ProcessRun {
  private let paths: [String]
  private let settings: ProcessSettings
  private let format: ReportFormat
  private let model: ReadyModel
  private let database: Database
  private let context: Context

  /// Checks the options and opens model and database. Throws `Failure`.
  init(_ arguments: Arguments, _ context: Context) throws {
    guard !arguments.operands.isEmpty else {
      throw Failure(
        .usage, cannot: "process", because: "no video is named", remedy: "see 'shuffled process --help'")
    }
    format = try arguments.choice("format", otherwise: .text)
    settings = try ProcessSettings(arguments)
    model = try ReadyModel(arguments, context)
    try settings.segmentation.checkLabels(of: model.description)
    database = try Database.openForWriting(
      path: DatabaseOption.path(arguments),
      command: "shuffled " + context.commandLine.joined(separator: " "),
      durability: try DurabilityOption.value(arguments),
      logHeld: { [diagnostics = context.diagnostics] in diagnostics.note($0.description) })
    paths = arguments.operands
    self.context = context
  }

  func run() throws -> Int32 {
    defer { database.close() }
    let interrupt = Interrupt()
    var failures: [Failure] = []
    var wasCutShort = false
    for (index, path) in paths.enumerated() {
      if interrupt.signal != nil {
        wasCutShort = true
        break
      }
      if let failure = try process(path, interrupt, index, &wasCutShort) {
        context.diagnostics.report(failure)
        failures.append(failure)
      }
    }
    // A signal that came when all was done changes nothing.
    if wasCutShort, let signal = interrupt.signal {
      let name = signal == SIGINT ? "SIGINT" : "SIGTERM"
      context.diagnostics.note("interrupted by \(name); what was classified is stored in '\(database.path)'")
      return 128 + signal
    }
    let codes = Set(failures.map(\.kind.exitCode))
    return codes.count > 1 ? Failure.Kind.failed.exitCode : codes.first ?? 0
  }

  /// Processes one video and returns what is wrong with it, if anything. Throws what is not the video's fault and
  /// would be met by the next one too.
  private func process(
    _ path: String, _ interrupt: Interrupt, _ index: Int, _ wasCutShort: inout Bool
  ) throws -> Failure? {
    let job: VideoJob
    do {
      job = try VideoJob(path: path, settings, model, database, context)
    } catch let failure as Failure {
      return failure
    }
    if let run = job.finished {
      context.diagnostics.note("'\(path)' is done already: run \(run) in '\(database.path)'")
      return nil
    }
    let report = try job.run(interrupt, progressTitle: progressTitle(index))
    if report.state == .interrupted { wasCutShort = true }
    try write(report)
    return report.failure
  }

  private func progressTitle(_ index: Int) -> String {
    let name = String(paths[index].split(separator: "/").last ?? "")
    return paths.count > 1 ? "[\(index + 1)/\(paths.count)] \(name)" : name
  }

  private func write(_ report: ProcessReport) throws {
    try context.output.write(format == .json ? report.json.line + "\n" : report.text)
    try context.output.flush()
  }
}

/// What the options of `process` ask for, beyond model and database.
struct ProcessSettings: Sendable {
  var selection: FrameSelection
  var top: Int
  var workers: Int
  var resumes: Bool
  var segmentation: NamedSegmentation

  init(_ arguments: Arguments) throws {
    let every = try arguments.integer("every", in: 1...1_000_000)
    let rate = try arguments.number("fps", in: 0.001...1000)
    guard every == nil || rate == nil else {
      throw Failure(
        .usage, cannot: "use --every with --fps", because: "both choose frames", remedy: "give one")
    }
    let keyframes = arguments.has("keyframes")
    for (other, isGiven) in [("every", every != nil), ("fps", rate != nil)] where keyframes && isGiven {
      throw Failure(
        .usage, cannot: "use --keyframes with --\(other)", because: "both choose frames", remedy: "give one")
    }
    selection =
      every.map(FrameSelection.every) ?? rate.map(FrameSelection.rate) ?? (keyframes ? .keyframes : .all)
    top = try arguments.integer("top", in: 1...1000) ?? 5
    workers =
      try arguments.integer("workers", in: WorkerCount.allowed)
      // Those that this process may run on: taskset and cpusets may leave it fewer than there are.
      ?? WorkerCount.usual(processors: Int(shuffled_available_processors()))
    resumes = arguments.has("resume")
    segmentation = try SegmentationOptions(arguments).settings()
  }

  /// As the run's row keeps them.
  var json: JSON {
    .object([
      selection.setting, ("top", .integer(Int64(top))), ("workers", .integer(Int64(workers))),
      ("segments", segmentation.json),
    ])
  }
}
