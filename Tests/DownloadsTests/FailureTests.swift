import Downloads
import Foundation
import Glibc
import ShuffledCore
import TestSupport
import Testing

/// What servers and connections can do wrong, what is said of it, and that nothing of no use is left.
@Suite struct FailureTests {
  typealias Answer = LoopbackServer.Answer

  let folder: Folder
  let body = content(100_000)

  init() throws { folder = try Folder() }

  private func expectNothingLeft(at location: SourceLocation = #_sourceLocation) throws {
    #expect(try folder.names() == [], sourceLocation: location)
  }

  // MARK: The server's answers

  @Test(arguments: [
    ("404 Not Found", Failure.Kind.noInput, "the server answered 404 (check the address)"),
    ("410 Gone", .noInput, "the server answered 410 (check the address)"),
    ("403 Forbidden", .noInput, "the server answered 403 (check the address)"),
    ("204 No Content", .noInput, "the server answered 204 (check the address)"),
    ("206 Partial Content", .noInput, "the server answered 206 (check the address)"),
    ("302 Found", .noInput, "the server answered 302 (check the address)"),
    ("429 Too Many Requests", .unavailable, "the server answered 429 (try again later)"),
    ("500 Internal Server Error", .unavailable, "the server answered 500 (try again later)"),
    ("503 Service Unavailable", .unavailable, "the server answered 503 (try again later)"),
  ])
  func statuses(status: String, kind: Failure.Kind, cause: String) throws {
    for body in [Data(), content(200_000)] {
      let server = LoopbackServer(Answer(status, ["Content-Length: \(body.count)"], body))
      folder.expect(server.url(), kind, cause)
    }
    try expectNothingLeft()
  }

  @Test func aWrongHash() throws {
    let server = LoopbackServer(.whole(body))
    folder.expect(
      server.url(), .badData,
      "its SHA-256 is \(sha256(body)), which does not begin with 5666bf0f80 "
        + "(it was deleted; check the address)", sha256: "5666BF0F80")
    try expectNothingLeft()
    #expect(server.requests.count == 1)
  }

  @Test func aRedirectWithoutEnd() throws {
    let loop = Answer.redirect("/again")
    let server = LoopbackServer(loop, loop, loop, loop, loop, loop, .whole(body))
    folder.expect(
      server.url(), .unavailable, "the server redirects more than 5 times (check the address)")
    #expect(server.requests.count == 6)
    try expectNothingLeft()
  }

  @Test(arguments: [
    ("file:///etc/passwd", "'file:///etc/passwd', which is neither https nor http"),
    ("ftp://user:secret@host/a", "'ftp://host/a', which is neither https nor http"),
    ("gopher://host/?secret", "'gopher://host/?...', which is neither https nor http"),
    ("http://:::/", "something that is not a URL"),
  ])
  func redirectsToElsewhere(location: String, shown: String) throws {
    let server = LoopbackServer(.redirect(location))
    folder.expect(server.url(), .unavailable, "the server redirects to \(shown)")
    try expectNothingLeft()
  }

  @Test func fileThatIsTooLarge() throws {
    let cause = "it has more than 99999 bytes, the most that are taken"
    for answer in [Answer.whole(body), Answer("200 OK", [], body)] {
      let server = LoopbackServer(answer)
      folder.expect(server.url(), .badData, cause, limits: Download.Limits(size: 99_999))
      try expectNothingLeft()
      let enough = LoopbackServer(answer)
      #expect(
        try folder.fetch(enough.url(), limits: Download.Limits(size: 100_000))
          == .complete(sha256: sha256(body), size: 100_000))
      unlink(folder.target)
    }
  }

  // MARK: The connection

  @Test func aRefusedConnection() throws {
    let (socket, port) = boundSocket()
    defer { close(socket) }
    let url = "http://127.0.0.1:\(port)/model.pth"
    folder.expect(
      url, .unavailable, "no connection: connection refused (check the address and the network)")
    try expectNothingLeft()
  }

  /// A listener whose queue is full answers nobody.
  @Test func noConnectionInTime() throws {
    let (socket, port) = boundSocket()
    defer { close(socket) }
    listen(socket, 0)
    let waiting = (0..<4).map { _ in connectWithoutWaiting(port) }
    defer { for descriptor in waiting { close(descriptor) } }
    folder.expect(
      "http://127.0.0.1:\(port)/", .unavailable,
      "no connection in time (check the address and the network)",
      limits: Download.Limits(connecting: .milliseconds(200)))
    try expectNothingLeft()
  }

  /// `invalid` is a name that never has an address.
  @Test func anUnknownHost() throws {
    folder.expect(
      "http://host.invalid/a", .unavailable,
      "no host 'host.invalid' was found (check the address and the network)")
    try expectNothingLeft()
  }

  @Test func aServerThatSpeaksNoTLS() throws {
    let server = LoopbackServer(.nothing)
    let url = server.url().replacing("http:", with: "https:")
    folder.expect(url, .unavailable, "no secure connection can be made (check the address)")
    try expectNothingLeft()
  }

  @Test func aServerThatClosesAtOnce() throws {
    let server = LoopbackServer(.nothing)
    folder.expect(server.url(), .unavailable, "the connection was closed after 0 bytes (run it again)")
    try expectNothingLeft()
  }

  /// Before the body, before all of the header, and in the middle of its first line.
  @Test func aServerThatClosesEarly() throws {
    let headOnly = LoopbackServer(.part(0, of: body, ["ETag: \"1\""]))
    folder.expect(
      headOnly.url(), .unavailable, "the connection was closed after 0 of 100000 bytes (run it again)")
    for text in [
      "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n", "HTTP/1.1 404 Not Found\r\nServer", "HTTP/1",
    ] {
      var answer = Answer.nothing
      answer.bytes = Data(text.utf8)
      let server = LoopbackServer(answer)
      folder.expect(server.url(), .unavailable, "the connection was closed after 0 bytes (run it again)")
    }
    try expectNothingLeft()
  }

  @Test func aTruncatedFile() throws {
    let known = LoopbackServer(.part(60_000, of: body))
    folder.expect(
      known.url(), .unavailable, "the connection was closed after 60000 of 100000 bytes (run it again)")
    let chunks = Data("\(String(body.count, radix: 16))\r\n".utf8) + body.prefix(60_000)
    let chunked = LoopbackServer(Answer("200 OK", ["Transfer-Encoding: chunked", "ETag: \"1\""], chunks))
    folder.expect(
      chunked.url(), .unavailable, "the connection was closed after 60000 bytes \(goesOn)")
  }

  /// The server waits until the client gives up.
  @Test func aServerThatStalls() throws {
    let limits = Download.Limits(connecting: .seconds(1), stall: .seconds(1))
    let half = LoopbackServer(.part(60_000, of: body, ["ETag: \"1\""], staysOpen: true))
    folder.expect(
      half.url(), .unavailable, "it stalled after 60000 of 100000 bytes \(goesOn)", limits: limits)
    #expect(try folder.data(".model.pth.part") == body.prefix(60_000))
    var silent = Answer.nothing
    silent.staysOpen = true
    let server = LoopbackServer(silent)
    // The part is of another server's file, and not lost for it.
    folder.expect(server.url(), .unavailable, "it stalled after 0 bytes (run it again)", limits: limits)
    #expect(try folder.data(".model.pth.part") == body.prefix(60_000))
  }

  private func connectWithoutWaiting(_ port: UInt16) -> Int32 {
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    let descriptor = socket(AF_INET, kind, 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    address.sin_port = port.bigEndian
    withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    return descriptor
  }
}
