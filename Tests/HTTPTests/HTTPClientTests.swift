import Foundation
import Glibc
import HTTP
import ShuffledCore
import TestSupport
import Testing

@Suite struct HTTPClientTests {
  let folder: Folder
  let path: String

  init() throws {
    folder = try Folder()
    path = folder.file("s")
  }

  private func serve(_ answer: HTTPResponse) throws -> HTTPServer {
    try HTTPServer(listeners: [.local(path: path)]) { $1(answer) }
  }

  /// The line that a request to these sockets fails with.
  private func refusal(_ sockets: [String], _ limits: HTTPClient.Limits = .init()) -> String {
    do {
      return "answered \(try HTTPClient(sockets: sockets, limits: limits).get("/x").answer.status)"
    } catch {
      #expect(error.kind == .unavailable || error.kind == .usage)
      return error.description
    }
  }

  private static let start = "(start it, or name its --socket)"

  /// A socket that is bound, and listens if `waiting` is given, and never answers. The caller closes it.
  private func silent(waiting: Int32? = nil) throws -> Int32 {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let code = withUnsafePointer(to: address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(code == 0)
    if let waiting { try #require(listen(descriptor, waiting) == 0) }
    return descriptor
  }

  @Test func theAnswer() throws {
    let body = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0) }
    let server = try serve(HTTPResponse(status: 404, contentType: "x/y", body: body))
    let (answer, socket) = try HTTPClient(sockets: [path]).get("/x")
    #expect(answer == HTTPClient.Answer(status: 404, body: body) && socket == path)
    withExtendedLifetime(server) {}
  }

  @Test func noSocket() {
    #expect(refusal([path]) == "cannot ask the daemon '\(path)': no daemon is running \(Self.start)")
    #expect(refusal(["/none/s"]) == "cannot ask the daemon '/none/s': no daemon is running \(Self.start)")
  }

  @Test func aSocketWithoutADaemon() throws {
    close(try silent())
    #expect(
      refusal([path])
        == "cannot ask the daemon '\(path)': the daemon that made this socket has ended \(Self.start)")
  }

  @Test func aSocketThatOthersMayUse() throws {
    let server = try serve(HTTPResponse(json: "1"))
    chmod(path, 0)
    asNobody {
      #expect(
        refusal([path])
          == "cannot ask the daemon '\(path)': permission denied (join the group 'shuffled', or use sudo)")
    }
    withExtendedLifetime(server) {}
  }

  @Test func aPathThatIsTooLong() {
    let long = "/" + String(repeating: "a", count: 200)
    #expect(
      refusal([long])
        == "cannot ask the daemon '\(long)': a socket's path has from 1 to 107 bytes, and this one has 201 (name a socket in a folder with a shorter path)"
    )
  }

  @Test func nobodyAnswers() throws {
    let descriptor = try silent(waiting: 5)
    defer { close(descriptor) }
    #expect(
      refusal([path], .init(whole: .milliseconds(100)))
        == "cannot ask the daemon '\(path)': no answer within 100 ms (see 'journalctl -u shuffled' for what holds it up)"
    )
  }

  @Test func anAnswerThatIsTooLarge() throws {
    let server = try serve(HTTPResponse(contentType: "x/y", body: [UInt8](repeating: 1, count: 1001)))
    #expect(
      refusal([path], .init(size: 1000))
        == "cannot ask the daemon '\(path)': its answer has more than 1000 bytes, the most that are taken (check that it is shuffled's socket)"
    )
    #expect(refusal([path], .init(size: 1001)) == "answered 200")
    withExtendedLifetime(server) {}
  }

  /// The first that can be connected to; where there is none, what is told is of one that is there.
  @Test func severalSockets() throws {
    let (none, stale) = (folder.file("none"), folder.file("stale"))
    #expect(
      refusal([none, folder.file("other")])
        == "cannot ask the daemon '\(none)': no daemon is running \(Self.start)")
    close(try silent())
    try FileManager.default.moveItem(atPath: path, toPath: stale)
    #expect(
      refusal([none, stale])
        == "cannot ask the daemon '\(stale)': the daemon that made this socket has ended \(Self.start)")
    let server = try serve(HTTPResponse(json: "1"))
    #expect(try HTTPClient(sockets: [none, stale, path]).get("/x").socket == path)
    withExtendedLifetime(server) {}
  }
}
