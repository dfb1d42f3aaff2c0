import ShuffledCore
import StatusReport
import TestSupport
import Testing
import Web

@Suite struct StatusRoutesTests {
  static let status = DaemonStatus(
    version: "0.1.0", pid: 1, started: WallTime(microseconds: 0), uptimeSeconds: 2, state: .running,
    database: DatabaseStatus(
      path: "/d", sizeBytes: 3, walBytes: 4, isWaitingForSpace: false, rowsWritten: 5),
    workers: WorkerStatus(count: 6, busy: 0), models: [],
    config: ConfigStatus(path: "/c", loaded: WallTime(microseconds: 0)), streams: [])

  @Test func theStatusAsJSON() {
    let response = StatusRoutes.respond(HTTPRequest(path: "/api/v1/status")) { Self.status }
    #expect(
      response
        == HTTPResponse(
          status: 200, contentType: "application/json", body: Array((Self.status.json + "\n").utf8)))
  }

  @Test func otherPathsAreNotThere() {
    for path in ["/", "/api/v1/status/", "/api/v1/Status", "/a\"b"] {
      let response = StatusRoutes.respond(HTTPRequest(path: path)) {
        Issue.record("nobody needs the status")
        return Self.status
      }
      let shown = path == "/a\"b" ? "/a\\\"b" : path
      #expect(response.status == 404 && response.contentType == "application/json")
      #expect(
        String(decoding: response.body, as: UTF8.self) == "{\"error\":\"there is nothing at '\(shown)'\"}\n")
    }
  }

  /// From a daemon to whoever asks it.
  @Test func overASocket() throws {
    let folder = try Folder()
    let path = folder.file("s")
    let server = try HTTPServer(listeners: [.local(path: path)]) { request in
      StatusRoutes.respond(request) { Self.status }
    }
    let (answer, socket) = try HTTPClient(sockets: [path]).get(StatusRoutes.statusPath)
    #expect(answer.status == 200)
    #expect(try DaemonStatus(json: answer.body, of: socket) == Self.status)
    #expect(try HTTPClient(sockets: [path]).get("/metrics").answer.status == 404)
    withExtendedLifetime(server) {}
  }
}
