import ShuffledCore
import Store

let dbPruneCommand = Command(
  name: "db prune", summary: "delete results that are older, or more, than is to be kept", operands: nil,
  options: [
    DatabaseOption.option,
    Option("frames", argument: "AGE", "keep single frames for this long: 12h, 7d"),
    Option("minutes", argument: "AGE", "keep minutes' sums, segments and coverage for this long: 400d"),
    Option("size", argument: "SIZE", "keep at most this much: 500M, 20G; the oldest goes first"),
    reportFormatOption,
  ],
  details: """
    At least one of the three is needed. Minutes are deleted after their frames only, runs when nothing is left of \
    them. What 'query summary', 'latency', 'timeline' and 'coverage' say of frames that were deleted comes from \
    the minutes. It is done in small transactions, so that others may read meanwhile, and can be interrupted at any \
    time. Free pages are given back to the file system; a database that was made by version 0.1.0 needs 'shuffled db \
    compact' once for that.

    Exit codes: 0; 64 nothing to keep was named; 66 there is no such database; 74 it cannot be written, or somebody writes it; 130, \
    143 interrupted.
    """,
  examples: [
    ("shuffled db prune --frames 7d --minutes 400d --size 20G", "what a camera's disk is usually given")
  ],
  run: { arguments, context in
    let format: ReportFormat = try arguments.choice("format", otherwise: .text)
    let retention = Retention(
      frames: try arguments.age("frames"), minutes: try arguments.age("minutes"),
      size: try arguments.size("size"))
    guard retention != Retention() else {
      throw Failure(
        .usage, cannot: "run command", "db prune", because: "it needs --frames, --minutes or --size",
        remedy: "see 'shuffled db prune --help'")
    }
    let path = try DatabaseOption.existingPath(arguments)
    let database = try Database.openExistingForWriting(
      path: path, command: "shuffled " + context.commandLine.joined(separator: " "))
    defer { database.close() }
    let interrupt = Interrupt()
    var progress = Retention.Progress()
    while !progress.isDone, interrupt.signal == nil { progress.add(try database.prune(retention)) }
    let json = JSON.object([
      ("database", .text(path)), ("frames_deleted", .integer(progress.frames)),
      ("minutes_deleted", .integer(progress.minutes)), ("runs_deleted", .integer(progress.runs)),
      ("bytes_freed", .integer(progress.bytes)), ("done", .boolean(progress.isDone)),
    ])
    let text = """
      \(printable(path)): deleted \(counted(progress.frames, "frame")), \(counted(progress.minutes, "minute")), \
      \(counted(progress.runs, "run")); \(sizeText(progress.bytes)) given back

      """
    try context.output.write(format == .json ? json.line + "\n" : text)
    return interrupt.signal.map { 128 + $0 } ?? 0
  })
