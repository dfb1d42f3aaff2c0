import Glibc
import HTTP
import ShuffledCore

/// The command line as a whole: finds the command, runs it, and turns its failure into a line and an exit code.
public struct Program: Sendable {
  /// The variables of the environment that mean something to it.
  public static let environmentNames =
    [
      "HOME", "SHUFFLED_ISA", "SHUFFLED_MODELS", "TERM", "TMPDIR", "XDG_DATA_HOME",
      "CREDENTIALS_DIRECTORY", "JOURNAL_STREAM", "STATE_DIRECTORY",
    ]
    + ControlSocket.environmentNames

  /// What it is for, in the help and in the manual.
  static let purpose = "classifies video with ShuffleNet and keeps what it saw in SQLite"

  let commands: [Command]

  init(commands: [Command]) { self.commands = commands }

  /// The program with all its commands.
  public static let shuffled: Program = Program(commands: [
    runCommand, processCommand, classifyCommand, statusCommand, queryFramesCommand, querySegmentsCommand,
    querySummaryCommand,
    queryTimelineCommand, queryLatencyCommand, queryCoverageCommand,
    queryRunsCommand, queryStreamsCommand, queryModelsCommand,
    queryExportCommand,
    dbCheckCommand, dbStatsCommand, dbBackupCommand, dbPruneCommand, dbCompactCommand,
    modelFetchCommand, modelConvertCommand, modelListCommand, modelInspectCommand, modelInitCommand,
    modelVerifyCommand,
    benchModelCommand, benchKernelsCommand, benchPreprocessCommand, benchGuidelinesCommand,
    benchStoreCommand,
    manualCommand, completionCommand,
  ])

  /// Runs a command line (the program's own name is not part of it) and returns the exit code. Blocks until it
  /// is done. Results go to standard output, everything else to standard error.
  public func main(_ words: [String], environment: [String: String]) -> Int32 {
    Self.occupyStandardDescriptors()
    // A reader that goes away and a file that may not grow are told as errors of the write, not by a signal.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    let context = Context(
      environment: environment, executable: Self.executablePath(), commandLine: words,
      output: StandardOutput(), diagnostics: Diagnostics())
    do {
      let code = try run(words, context)
      try context.output.flush()
      return code
    } catch is ReaderGone {
      return ReaderGone.exitCode
    } catch {
      let failure = error as? Failure ?? Failure(.failed, cannot: "go on", because: "\(error)")
      // What was already found is shown before the reason why there is no more.
      if failure.operation != StandardOutput.operation { try? context.output.flush() }
      context.diagnostics.report(failure)
      return failure.kind.exitCode
    }
  }

  func run(_ words: [String], _ context: Context) throws -> Int32 {
    guard let first = words.first else {
      context.diagnostics.write(Help.program(commands))
      return Failure.Kind.usage.exitCode
    }
    switch first {
    case "--help", "-h", "help":
      let rest = Array(words.dropFirst())
      if rest.isEmpty { try context.output.write(Help.program(commands)) } else { try help(rest, context) }
      return 0
    case "--version":
      try context.output.write("shuffled \(Version.number)\n")
      return 0
    default: break
    }
    guard let (command, rest) = try find(words, context) else { return 0 }
    // Help is asked for in any company: an error beside it does not matter.
    if rest.prefix(while: { $0 != "--" }).contains(where: { $0 == "--help" || $0 == "-h" }) {
      try context.output.write(Help.command(command))
      return 0
    }
    return try command.run(Parser.parse(rest, for: command), context)
  }

  /// The command that the words begin with, and the words after it; nil where help for a group was given.
  private func find(_ words: [String], _ context: Context) throws -> (Command, [String])? {
    let first = words[0]
    if let command = commands.first(where: { $0.name == first }) {
      return (command, Array(words.dropFirst()))
    }
    let group = commands.filter { $0.name.hasPrefix(first + " ") }
    if first.hasPrefix("-") { throw unknownOption(first) }
    guard !group.isEmpty else { throw unknown(first, Array(Set(commands.map(\.firstWord))).sorted()) }
    guard words.count > 1, words[1] != "--help", words[1] != "-h" else {
      let text = Help.group(first, group)
      if words.count > 1 {
        try context.output.write(text)
        return nil
      }
      throw Failure(
        .usage, cannot: "run command", first,
        because: "it needs one of "
          + group.map { String($0.name.dropFirst(first.count + 1)) }.joined(separator: ", "),
        remedy: "see 'shuffled \(first) --help'")
    }
    let name = "\(first) \(words[1])"
    guard let command = group.first(where: { $0.name == name }) else {
      throw unknown(name, group.map(\.name))
    }
    return (command, Array(words.dropFirst(2)))
  }

  private func help(_ words: [String], _ context: Context) throws {
    guard let (command, _) = try find(words + ["--help"], context) else { return }
    try context.output.write(Help.command(command))
  }

  private func unknownOption(_ option: String) -> Failure {
    let remedy = nearestName(to: option, in: ["--help", "--version"]).map { "did you mean '\($0)'?" }
    return Failure(
      .usage, cannot: "understand option", option, because: "it stands before a command",
      remedy: remedy ?? "see 'shuffled --help'")
  }

  private func unknown(_ name: String, _ known: [String]) -> Failure {
    let remedy =
      nearestName(to: name, in: known).map { "did you mean '\($0)'?" }
      ?? "known are \(known.joined(separator: ", "))"
    return Failure(.usage, cannot: "run command", name, because: "there is no such command", remedy: remedy)
  }

  /// Where a standard descriptor is closed, the next file that is opened would get its number, and results or
  /// messages would be written into it. Each gets a file that cannot be used the way it is meant to be, so that
  /// the error is told.
  private static func occupyStandardDescriptors() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) == -1 {
      // The lowest free number is this one: those below are taken.
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  /// The running program's file; empty where the system does not tell.
  private static func executablePath() -> String {
    guard let resolved = realpath("/proc/self/exe", nil) else { return "" }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}

extension Command {
  /// The name of its group, or its own.
  var firstWord: String { String(name.prefix { $0 != " " }) }
}
