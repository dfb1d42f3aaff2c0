import Foundation
import HTTP
import ShuffledCore
import StatusReport
import TestSupport
import Testing

/// `shuffled status`, asking a server of the test's own.
@Suite struct StatusTests {
  let folder: Folder
  let path: String

  init() throws {
    folder = try Folder()
    path = folder.file("control.sock")
  }

  static let start = "(start it, or name its --socket)"

  private static func stream(_ name: String, _ state: StreamState) -> StreamStatus {
    StreamStatus(
      name: name, source: "rtsp://camera/\(name)", state: state, since: .now(), model: "m", rate: "all")
  }

  private static let status = DaemonStatus(
    version: "0.1.0", pid: 7, started: WallTime(microseconds: 0), uptimeSeconds: 61, state: .running,
    database: DatabaseStatus(
      path: "/d.db", sizeBytes: 3, walBytes: 4, isWaitingForSpace: false, rowsWritten: 1),
    workers: WorkerStatus(count: 2, busy: 1), models: [ModelStatus(name: "m", sha256: "00", streams: 2)],
    config: ConfigStatus(path: "/c", loaded: WallTime(microseconds: 0)),
    streams: [stream("gate", .observed), stream("yard", .observed)])

  private func daemon(_ status: DaemonStatus = status) throws -> HTTPServer {
    try HTTPServer(listeners: [.local(path: path)]) { request, reply in
      reply(request.path == DaemonStatus.path ? HTTPResponse(json: status.json) : .error(404, "?"))
    }
  }

  private func ask(_ words: [String] = []) throws -> Ending {
    try shuffled(["status", "--socket", path] + words, in: folder)
  }

  @Test func noDaemon() throws {
    expectRefusal(
      try shuffled(["status", "--socket", "/nonexistent"], in: folder), 69,
      "cannot ask the daemon '/nonexistent': no daemon is running \(Self.start)")
    for option in ["--check", "--format=json"] {
      #expect(try ask([option]).code == 69)
    }
    expectRefusal(
      try shuffled(["status"], in: folder, environment: ["SHUFFLED_SOCKET": "/none/s"]), 69,
      "cannot ask the daemon '/none/s': no daemon is running \(Self.start)")
  }

  /// A proxy of the environment is not asked.
  @Test func aTable() throws {
    let daemon = try daemon()
    let ending = try shuffled(
      ["status"], in: folder,
      environment: [
        "XDG_RUNTIME_DIR": "/none", "SHUFFLED_SOCKET": path, "http_proxy": "http://127.0.0.1:1",
      ])
    #expect(ending.code == 0 && ending.errors == "")
    let lines = ending.output.split(separator: "\n", omittingEmptySubsequences: false)
    try #require(lines.count == 8, "\(ending)")
    #expect(
      lines[..<4] == [
        "shuffled 0.1.0, pid 7: running, up 1:01 since 1970-01-01T00:00:00Z",
        "database /d.db: 3 bytes, log 4 bytes, 1 row", "workers 1 of 2 busy, m for 2 streams", "",
      ])
    #expect(lines[4].hasPrefix("stream  state") && lines[5].hasPrefix("gate    observed"))
    #expect(lines[6].hasPrefix("yard    observed"))
    withExtendedLifetime(daemon) {}
  }

  @Test func json() throws {
    let daemon = try daemon()
    #expect(
      try ask(["-f", "json"]) == Ending(code: 0, output: Self.status.json + "\n", errors: ""))
    var one = Self.status
    one.streams.removeFirst()
    #expect(try ask(["-f", "json", "yard"]) == Ending(code: 0, output: one.json + "\n", errors: ""))
    withExtendedLifetime(daemon) {}
  }

  @Test func streamsThatAreNotThere() throws {
    let daemon = try daemon()
    expectRefusal(
      try ask(["yrad"]), 66,
      "cannot show stream 'yrad': the daemon has no such stream (did you mean 'yard'?)")
    expectRefusal(
      try ask(["gate", "nothing"]), 66,
      "cannot show stream 'nothing': the daemon has no such stream (it has gate, yard)")
    withExtendedLifetime(daemon) {}
  }

  @Test func check() throws {
    var status = Self.status
    status.streams.append(Self.stream("lobby", .frozen))
    // Of a clock that is ahead, so that the length is known.
    status.streams[2].since = WallTime(microseconds: WallTime.now().microseconds + 3_600_000_000)
    let daemon = try daemon(status)
    #expect(try ask(["--check"]) == Ending(code: 1, output: "lobby: frozen for 0.0 s\n", errors: ""))
    #expect(
      try ask(["--check", "gate", "yard"]) == Ending(code: 0, output: "2 streams observed\n", errors: ""))
    #expect(try ask(["--check", "-f", "json"]) == Ending(code: 1, output: status.json + "\n", errors: ""))
    withExtendedLifetime(daemon) {}
  }

  @Test func anAnswerOfSomethingElse() throws {
    let other = try HTTPServer(listeners: [.local(path: path)]) { $1(HTTPResponse.error(404, "what?")) }
    expectRefusal(
      try ask(), 69, "cannot ask the daemon '\(path)': it answered 404 (check that it is shuffled's socket)")
    other.stop()
    let older = try HTTPServer(listeners: [.local(path: path)]) { $1(HTTPResponse(json: "{}")) }
    expectRefusal(
      try ask(), 65,
      "cannot understand the daemon '\(path)': its answer is no status that is known here (restart the daemon if it is of another version than this program)"
    )
    withExtendedLifetime(older) {}
  }

  @Test func mistakes() throws {
    expectRefusal(
      try ask(["--watch", "--check"]), 64,
      "cannot use --watch with --check: one goes on, the other gives an exit code (give one)")
    let daemon = try daemon()
    expectRefusal(
      try ask(["--watch"]), 64,
      "cannot use --watch: standard output is not a terminal (leave it out, or use --format json)")
    withExtendedLifetime(daemon) {}
  }

  /// Line by line until the signal, then an end in order.
  @Test func watchingAsJSON() throws {
    let daemon = try daemon()
    let call = try Call(
      [program, "status", "--socket", path, "--watch", "-f", "json"], in: folder,
      shell: "exec \"$@\" >lines")
    try wait(forChangesIn: folder) {
      guard FileManager.default.fileExists(atPath: folder.file("lines")) else { return false }
      return String(decoding: try folder.data("lines"), as: UTF8.self).split(separator: "\n").count >= 2
    }
    call.signal(SIGINT)
    #expect(try call.end().code == 0)
    for line in String(decoding: try folder.data("lines"), as: UTF8.self).split(separator: "\n") {
      #expect(line == Self.status.json)
    }
    withExtendedLifetime(daemon) {}
  }

  /// Drawn over the last one; a daemon that ends is told of, and waited for.
  @Test func watchingOnATerminal() throws {
    let daemon = try daemon()
    let keyboard = Foundation.Pipe()
    let command = "stty cols 80 rows 6; exec '\(program)' status --socket '\(path)' --watch"
    let call = try Call(
      ["/usr/bin/env", "script", "-qfec", command, "screen"], in: folder,
      environment: ["TERM": "xterm", "SHELL": "/bin/sh"], input: keyboard)
    func screen() throws -> String { String(decoding: try folder.data("screen"), as: UTF8.self) }
    func wait(for text: String) throws {
      try EndToEndTests.wait(forChangesIn: folder) {
        try FileManager.default.fileExists(atPath: folder.file("screen")) && screen().contains(text)
      }
    }
    // Of seven lines, a terminal of six takes four and the count of the others.
    try wait(for: "… 3 more lines\u{1b}[K")
    daemon.stop()
    try wait(for: "\u{1b}[Hcannot ask the daemon")
    let again = try self.daemon()
    try EndToEndTests.wait(forChangesIn: folder) {
      try screen().components(separatedBy: "cannot ask the daemon").last?.contains("pid 7: running") ?? false
    }
    // Ctrl-C, as the terminal takes it.
    try keyboard.fileHandleForWriting.write(contentsOf: Data([3]))
    #expect(try call.end().code == 0)
    #expect(try screen().contains("\u{1b}[H\u{1b}[2J\u{1b}[Hshuffled 0.1.0, pid 7: running"))
    withExtendedLifetime(again) {}
  }
}
