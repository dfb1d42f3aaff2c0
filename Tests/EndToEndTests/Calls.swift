import Foundation
import Glibc
import ShuffledCore
import TestSupport
import Testing

/// The program as it was built beside this test bundle.
let program: String = {
  let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
  return bundle.deletingLastPathComponent().appendingPathComponent("shuffled").path
}()

/// The repository's fixtures.
let fixtures = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures").path

/// A real network of odd widths with seven classes; what it answers means nothing.
let networks = fixtures + "/networks"
let modelLabels = ["apple", "bear", "cloud", "door", "engine", "fence", "gate"]

/// What a call of the program left behind.
struct Ending: Equatable, CustomStringConvertible {
  /// The exit code; a signal's number, negative, where one ended it.
  var code: Int32
  var output: String
  var errors: String

  var description: String { "code \(code), output '\(output)', errors '\(errors)'" }
}

/// The program, or another one, while it runs in a test's folder.
final class Call {
  private let process = Process()
  private let ended = DispatchSemaphore(value: 0)
  private let capture: String

  /// - Parameters:
  ///   - words: the program and its arguments.
  ///   - shell: a script that runs them as `"$@"`, for redirections.
  ///   - input: what it reads from standard input.
  init(
    _ words: [String], in folder: Folder, environment: [String: String] = [:], shell: String? = nil,
    input: Any = FileHandle.nullDevice
  ) throws {
    // In a folder of their own, so that who waits for the test's files is not woken by a call.
    let captures = folder.file(".calls")
    try FileManager.default.createDirectory(atPath: captures, withIntermediateDirectories: true)
    capture = captures + "/" + UUID().uuidString
    let words = shell.map { ["/bin/sh", "-c", $0, "sh"] + words } ?? words
    process.executableURL = URL(fileURLWithPath: words[0])
    process.arguments = Array(words.dropFirst())
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    process.environment = ["PATH": "/usr/local/bin:/usr/bin:/bin", "SHUFFLED_MODELS": networks]
      .merging(environment) { $1 }
    process.standardInput = input
    // Files, not pipes: nobody has to read them meanwhile.
    process.standardOutput = try Self.file(capture + ".out")
    process.standardError = try Self.file(capture + ".err")
    process.terminationHandler = { [ended] _ in ended.signal() }
    try launching.withLock { _ in try process.run() }
  }

  deinit {
    // Only what a failed test left running.
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
  }

  var identifier: Int32 { process.processIdentifier }

  func signal(_ number: Int32) { kill(identifier, number) }

  /// What it has written to standard error so far.
  func errors() throws -> String { try String(contentsOfFile: capture + ".err", encoding: .utf8) }

  /// Waits for the end. Killed, and an issue recorded, when there is none.
  func end(within seconds: Int = 60, at location: SourceLocation = #_sourceLocation) throws -> Ending {
    if ended.wait(timeout: .now() + .seconds(seconds)) == .timedOut {
      Issue.record(
        "'\((process.arguments ?? []).joined(separator: " "))' did not end within \(seconds) s",
        sourceLocation: location)
      kill(identifier, SIGKILL)
      ended.wait()
    }
    let status = process.terminationStatus
    return Ending(
      code: process.terminationReason == .exit ? status : -status,
      output: try String(contentsOfFile: capture + ".out", encoding: .utf8),
      errors: try String(contentsOfFile: capture + ".err", encoding: .utf8))
  }

  private static func file(_ path: String) throws -> FileHandle {
    _ = FileManager.default.createFile(atPath: path, contents: nil)
    return try #require(FileHandle(forWritingAtPath: path))
  }
}

/// Runs the program in a folder until it ends.
func shuffled(
  _ arguments: [String], in folder: Folder, environment: [String: String] = [:], shell: String? = nil,
  at location: SourceLocation = #_sourceLocation
) throws -> Ending {
  try Call([program] + arguments, in: folder, environment: environment, shell: shell).end(at: location)
}

/// `shuffled process` with the test's model and `x.db` in the folder, unless the arguments say otherwise.
func process(
  _ arguments: [String], in folder: Folder, shell: String? = nil,
  at location: SourceLocation = #_sourceLocation
) throws -> Ending {
  try shuffled(
    ["process", "--model", "custom-width", "--database", "x.db"] + arguments, in: folder, shell: shell,
    at: location)
}

/// Expects one line on standard error, nothing on standard output, and an exit code.
func expectRefusal(
  _ ending: Ending, _ code: Int32, _ line: String, at location: SourceLocation = #_sourceLocation
) {
  #expect(ending == Ending(code: code, output: "", errors: "shuffled: \(line)\n"), sourceLocation: location)
}

/// What plain `sqlite3` answers: a line a row, columns between `|`.
func sqlite(_ sql: String, _ database: String = "x.db", in folder: Folder) throws -> String {
  let ending = try Call(["/usr/bin/env", "sqlite3", "-readonly", database, sql], in: folder).end()
  guard ending.code == 0 else { throw CommandFailure(description: "sqlite3 \(sql): \(ending.errors)") }
  return ending.output.trimmingCharacters(in: .newlines)
}

/// A report's text without what differs from call to call: rates, seconds and milliseconds become `#`.
func masked(_ text: String) -> String {
  text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
    let first = line.split(separator: " ").first.map(String.init) ?? ""
    let isMeasured = first == "speed" || Stage.allCases.map(\.rawValue).contains(first) || first == "total"
    return isMeasured
      ? line.replacingOccurrences(of: " +[0-9]+\\.[0-9]+", with: " #", options: .regularExpression)
      : String(line)
  }.joined(separator: "\n")
}

/// What `process` says of a video of which all frames show one label.
func report(
  _ name: String, _ state: String = "complete", frames: String, run: Int = 1, labels: [(String, Int, String)]
) -> String {
  var text = """
    \(name): \(state)
      frames   \(frames)
      speed # frames/s, # s
      stored   run \(run) in x.db

      stage           p50 ms    p99 ms
      decode # #
      wait # #
      preprocess # #
      inference # #
      store # #
      total # #

      label           frames     share

    """
  for (label, count, share) in labels {
    func right(_ text: String) -> String { String(repeating: " ", count: 10 - text.count) + text }
    text += "  " + label.padding(toLength: 12, withPad: " ", startingAt: 0) + right("\(count)") + right(share)
    text += "\n"
  }
  return text
}

/// The objects of JSON lines.
func objects(_ text: String) throws -> [[String: Any]] {
  try text.split(separator: "\n").map { line in
    try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
  }
}

/// Waits until `condition` holds; it is asked again whenever a file of the folder changes, and twice a second (what
/// SQLite writes through its shared memory tells nobody). Records an issue when it does not hold within a minute.
func wait(
  forChangesIn folder: Folder, until condition: () throws -> Bool,
  at location: SourceLocation = #_sourceLocation
) throws {
  let watch = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
  try #require(inotify_add_watch(watch, folder.path, UInt32(IN_MODIFY | IN_CREATE | IN_DELETE)) >= 0)
  defer { close(watch) }
  var buffer = [UInt8](repeating: 0, count: 65_536)
  let deadline = ContinuousClock.now + .seconds(60)
  while try !condition() {
    guard ContinuousClock.now < deadline else {
      Issue.record(
        "what was waited for in \(folder.path) did not come within a minute", sourceLocation: location)
      return
    }
    var descriptor = pollfd(fd: watch, events: Int16(POLLIN), revents: 0)
    if poll(&descriptor, 1, 500) > 0 { _ = read(watch, &buffer, buffer.count) }
  }
}
