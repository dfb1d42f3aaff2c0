import Foundation
import Glibc
import StatusReport
import TestSupport
import Testing

/// How `shuffled run` ends where something does not let it.
@Suite struct ServiceEndTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  /// A stream whose source cannot be interrupted: a pipe that nobody ever writes to.
  private func stuck() throws -> RunningService {
    _ = try Pipe("pipe.mp4", in: folder)
    let service = try RunningService(streams: #"gate: { path: "pipe.mp4", loop: true }"#, in: folder)
    try service.wait(for: "an answer") { $0.streams.first?.state == .connecting }
    return service
  }

  @Test func whatCannotBeStoppedIsGivenUp() throws {
    let ending = try stuck().end()
    #expect(ending.code == 0)
    #expect(
      RunningService.lines(ending).suffix(3) == [
        "notice stopping: SIGTERM came", "warning gate: did not stop in time and was given up",
        "notice stopped",
      ])
    // The next start finds what was left.
    #expect(try sqlite("SELECT state FROM runs", in: folder) == "running")
    unlink(folder.file("pipe.mp4"))
    let next = try RunningService(configured: folder)
    try next.wait(for: "gate", .backingOff)
    #expect(try next.end().code == 0)
    #expect(try sqlite("SELECT state FROM runs ORDER BY id", in: folder) == "abandoned\ninterrupted")
  }

  @Test func aSecondSignalEndsItAtOnce() throws {
    let service = try stuck()
    service.signal(SIGTERM)
    try service.wait(for: "the end's beginning") { $0.state == .stopping }
    #expect(try service.end(SIGTERM).code == 143)
  }

  @Test func closedOutputsHarmNobody() throws {
    try RunningService.configure(streams: #"gate: { path: "none.mp4", loop: true }"#, in: folder)
    let call = try Call(
      [program, "run", "--config", "c.json5"], in: folder, shell: "exec \"$@\" >&- 2>&-")
    try wait(forChangesIn: folder) { FileManager.default.fileExists(atPath: folder.file("s.sock")) }
    call.signal(SIGHUP)
    call.signal(SIGTERM)
    #expect(try call.end(within: 20) == Ending(code: 0, output: "", errors: ""))
    #expect(try shuffled(["db", "check", "-d", "x.db"], in: folder).code == 0)
  }
}
