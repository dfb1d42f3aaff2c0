import Dispatch
import Foundation
import HTTP
import ShuffledCore
import Synchronization
import TestSupport
import Testing

@Suite struct HTTPServerTests {
  let folder: Folder
  let path: String

  init() throws {
    folder = try Folder()
    path = folder.file("s")
  }

  private func server(
    _ limits: HTTPLimits = HTTPLimits(),
    handler: @escaping @Sendable (HTTPRequest) -> HTTPResponse = { HTTPResponse(json: "\"\($0.path)\"") }
  ) throws -> HTTPServer {
    try HTTPServer(
      listeners: [.local(path: path), .tcp(address: "127.0.0.1", port: 0)], limits: limits
    ) { request, reply in reply(handler(request)) }
  }

  /// The clients of both listeners.
  private func clients(_ server: HTTPServer) throws -> [RawClient] {
    [try RawClient(local: path), try RawClient(port: #require(server.port))]
  }

  @Test func bothListenersAnswer() throws {
    let server = try server()
    for client in try clients(server) {
      let reply = try client.ask("GET /a%20b HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(reply.status == "HTTP/1.1 200 OK" && reply.body == "\"/a b\"\n")
      #expect(reply.headers["content-type"] == "application/json" && reply.headers["content-length"] == "7")
      #expect(reply.headers["connection"] == "close" && reply.headers["cache-control"] == "no-store")
      #expect(reply.headers["x-content-type-options"] == "nosniff" && reply.headers["date"] != nil)
    }
  }

  @Test func headIsAnsweredWithoutTheBody() throws {
    let server = try server()
    for client in try clients(server) {
      let reply = try client.ask("HEAD /abc HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(reply.status == "HTTP/1.1 200 OK" && reply.body == "")
      #expect(reply.headers["content-length"] == "7")
    }
  }

  @Test(arguments: ["POST", "PUT", "DELETE", "TRACE", "get", "BREW"])
  func otherMethodsAreNot(method: String) throws {
    let calls = Mutex(0)
    let server = try server { _ in
      calls.withLock { $0 += 1 }
      return HTTPResponse(json: "1")
    }
    for client in try clients(server) {
      let reply = try client.ask("\(method) / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc")
      #expect(reply.status == "HTTP/1.1 405 Method Not Allowed" && reply.headers["allow"] == "GET, HEAD")
      #expect(reply.body == "{\"error\":\"only GET and HEAD are answered\"}\n")
    }
    #expect(calls.withLock { $0 } == 0)
  }

  @Test func theHandlerSeesTheRequest() throws {
    let seen = Mutex<[HTTPRequest]>([])
    let server = try server { request in
      seen.withLock { $0.append(request) }
      return HTTPResponse(
        status: 418, contentType: "text/plain", body: Array("tea".utf8),
        headers: [.init("Cache-Control", "max-age=5"), .init("X-A", "1"), .init("X-Bad", "a\r\nX-Evil: 1")])
    }
    for client in try clients(server) {
      let reply = try client.ask(
        "GET /a?b=1&c=%20 HTTP/1.1\r\nHost: x\r\nX-Thing: two words\r\nContent-Length: 2\r\n\r\nhi")
      #expect(reply.status.hasPrefix("HTTP/1.1 418 ") && reply.body == "tea")
      #expect(reply.headers["content-type"] == "text/plain" && reply.headers["x-a"] == "1")
      #expect(reply.headers["cache-control"] == "max-age=5" && reply.headers["x-evil"] == nil)
    }
    let requests = seen.withLock { $0 }
    try #require(requests.count == 2)
    for request in requests {
      #expect(request.method == .get && request.path == "/a")
      #expect(request.query == [.init("b", "1"), .init("c", " ")])
      #expect(request.header("x-thing") == "two words")
    }
    #expect(requests[0].isLocalSocket && !requests[1].isLocalSocket)
  }

  @Test func whatIsNoPathIsRefused() throws {
    let server = try server()
    for target in ["/%00", "/%zz", "*"] {
      let reply = try clients(server)[1].ask("GET \(target) HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(reply.status == "HTTP/1.1 400 Bad Request", "\(target)")
      #expect(reply.body == "{\"error\":\"what is asked for is not a path\"}\n", "\(target)")
    }
  }

  @Test func longRequestsAreRefused() throws {
    let server = try server(HTTPLimits(target: 100))
    let long = "/" + String(repeating: "a", count: 100)
    let header = "X: " + String(repeating: "a", count: 20_000)
    for client in try clients(server) {
      let reply = try client.ask("GET \(long) HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(reply.status.hasPrefix("HTTP/1.1 414 "))
      #expect(reply.body == "{\"error\":\"what is asked for has more than 100 bytes\"}\n")
    }
    for client in try clients(server) {
      let reply = try client.ask("GET / HTTP/1.1\r\nHost: x\r\n\(header)\r\n\r\n")
      #expect(reply.status.hasPrefix("HTTP/1.1 431 "))
    }
    for client in try clients(server) {
      #expect(try client.ask("GET /\(header) HTTP/1.1\r\n\r\n").status.hasPrefix("HTTP/1.1 4"))
      #expect(try clients(server)[0].ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").status == "HTTP/1.1 200 OK")
    }
  }

  /// Half a request is no reason for others to wait.
  @Test func aSlowClientHoldsUpNobody() throws {
    let server = try server()
    for index in 0..<2 {
      let slow = try clients(server)[index]
      slow.send("GET /slow HT")
      #expect(try clients(server)[index].ask("GET /fast HTTP/1.1\r\nHost: x\r\n\r\n").body == "\"/fast\"\n")
      slow.send("TP/1.1\r\nHost: x\r\n\r\n")
      #expect(try slow.rest().body == "\"/slow\"\n")
    }
  }

  /// More than may be at a time: those that are in take nothing from those that wait, whose turn comes.
  @Test func moreClientsThanConnections() throws {
    let server = try server(HTTPLimits(connections: 32))
    for index in 0..<2 {
      let all = try (0..<40).map { _ in try clients(server)[index] }
      for client in all { client.send("GET /x HTTP/1.1\r\nHost: x\r\n") }
      for (number, client) in all.enumerated() {
        client.send("\r\n")
        #expect(try client.rest().body == "\"/x\"\n", "client \(number)")
      }
    }
  }

  /// A byte now and then keeps no place for ever; the server is there for others after that.
  @Test func aConnectionIsNotForEver() throws {
    let server = try server(HTTPLimits(connections: 1, request: .milliseconds(200)))
    for index in 0..<2 {
      let slow = try clients(server)[index]
      slow.send("GET / HTTP/1.1\r\nX: ")
      let began = ContinuousClock.now
      while !slow.isClosed(within: 20) {
        slow.send("a")
        try #require(ContinuousClock.now - began < .seconds(30), "it is still open")
      }
      #expect(ContinuousClock.now - began >= .milliseconds(100))
      #expect(
        try clients(server)[index].ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").status == "HTTP/1.1 200 OK")
    }
  }

  /// An answer that nobody reads ends with its connection.
  @Test func aClientThatReadsNothing() throws {
    let large = [UInt8](repeating: 65, count: 64 << 20)
    let server = try server(HTTPLimits(connections: 1, answer: .milliseconds(200))) { request in
      HTTPResponse(contentType: "text/plain", body: request.path == "/large" ? large : [66])
    }
    let deaf = try clients(server)[0]
    deaf.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
    #expect(try clients(server)[0].ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").body == "B")
    #expect(try deaf.rest().body.count < large.count)
  }

  @Test func handlersOfDifferentListenersRunAtTheSameTime() throws {
    let (begun, goOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let server = try server { request in
      if !request.isLocalSocket {
        begun.signal()
        goOn.wait()
      }
      return HTTPResponse(json: "1")
    }
    let both = try clients(server)
    both[1].send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    #expect(begun.wait(timeout: .now() + .seconds(30)) == .success)
    #expect(try both[0].ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").body == "1\n")
    goOn.signal()
    #expect(try both[1].rest().body == "1\n")
  }

  /// Who waits for an answer holds up nobody else, for how long it may take.
  @Test func anAnswerMayComeLaterAndFromElsewhere() throws {
    let waiting = Mutex<[HTTPServer.Reply]>([])
    let server = try HTTPServer(
      listeners: [.local(path: path), .tcp(address: "127.0.0.1", port: 0)]
    ) { request, reply in
      if request.path == "/now" { return reply(HTTPResponse(json: "0")) }
      waiting.withLock { $0.append(reply) }
    }
    for index in 0..<2 {
      let patient = try (0..<20).map { _ in try clients(server)[index] }
      for client in patient { client.send("GET /later HTTP/1.1\r\nHost: x\r\n\r\n") }
      // Requests of one listener are read in the order of their connections.
      #expect(try clients(server)[index].ask("GET /now HTTP/1.1\r\nHost: x\r\n\r\n").body == "0\n")
      let replies = waiting.withLock { exchange(&$0, with: []) }
      for (number, reply) in replies.enumerated() {
        reply(HTTPResponse(json: "\(number)"))
        // Only the first one counts.
        reply(HTTPResponse(json: "-1"))
      }
      let bodies = try patient.prefix(replies.count).map { try $0.rest().body }
      #expect(Set(bodies) == Set((0..<replies.count).map { "\($0)\n" }) && replies.count > 0)
    }
    server.stop()
  }

  /// Once a request is whole, it is the answer's time that counts.
  @Test func anAnswerMayTakeLongerThanARequest() throws {
    let waiting = Mutex<[HTTPServer.Reply]>([])
    let server = try HTTPServer(
      listeners: [.local(path: path)], limits: HTTPLimits(request: .milliseconds(50))
    ) { _, reply in waiting.withLock { $0.append(reply) } }
    let patient = try RawClient(local: path)
    patient.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    // A slow request's end says that the time for requests is over.
    let slow = try RawClient(local: path)
    slow.send("GET / HTTP/1.1\r\nX: ")
    _ = try slow.rest()
    for reply in waiting.withLock({ $0 }) { reply(HTTPResponse(json: "1")) }
    #expect(try patient.rest().body == "1\n")
    server.stop()
  }

  @Test func whoWaitsIsToldThatTheServerStops() throws {
    let asked = DispatchSemaphore(value: 0)
    let kept = Mutex<HTTPServer.Reply?>(nil)
    let server = try HTTPServer(listeners: [.local(path: path)]) { _, reply in
      kept.withLock { $0 = reply }
      asked.signal()
    }
    let client = try RawClient(local: path)
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    #expect(asked.wait(timeout: .now() + 30) == .success)
    server.stop()
    _ = try client.rest()
    // Too late, and of no consequence.
    kept.withLock { $0 }?(HTTPResponse(json: "1"))
  }

  @Test func aStreamIsSentAsItComes() throws {
    let stream = ResponseStream()
    let closed = DispatchSemaphore(value: 0)
    stream.onClose { closed.signal() }
    let server = try server { _ in HTTPResponse(contentType: "text/plain", stream: stream) }
    let client = try RawClient(local: path)
    client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    for number in 0..<100 {
      #expect(stream.send(Array("line \(number)\n".utf8)))
      _ = try client.read(until: "line \(number)\n", count: 1)
    }
    stream.finish()
    #expect(!stream.send([1]))
    _ = try client.rest()
    #expect(closed.wait(timeout: .now() + 30) == .success)
    server.stop()
  }

  /// Whoever sends does not wait for a client that does not read: it is cut off.
  @Test func aStreamThatNobodyReadsIsCutOff() throws {
    let stream = ResponseStream(capacity: 100_000)
    let server = try server { _ in HTTPResponse(contentType: "text/plain", stream: stream) }
    let deaf = try RawClient(local: path)
    deaf.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    let piece = [UInt8](repeating: 65, count: 10_000)
    var sent = 0
    while stream.send(piece) {
      sent += 1
      try #require(sent < 100_000, "it takes everything")
    }
    #expect(sent >= 10)
    server.stop()
  }

  /// A stream lives longer than an answer may.
  @Test func aStreamMayTakeItsTime() throws {
    let stream = ResponseStream()
    let server = try server(HTTPLimits(request: .milliseconds(50), answer: .milliseconds(50))) { request in
      request.path == "/s"
        ? HTTPResponse(contentType: "text/plain", stream: stream) : HTTPResponse(json: "1")
    }
    let client = try RawClient(local: path)
    client.send("GET /s HTTP/1.1\r\nHost: x\r\n\r\n")
    stream.send([66])
    _ = try client.read(until: "B", count: 1)
    // A slow request's end says that the time is over.
    let slow = try RawClient(local: path)
    slow.send("GET / HTTP/1.1\r\nX: ")
    _ = try slow.rest()
    stream.send([67])
    _ = try client.read(until: "C", count: 1)
    server.stop()
  }

  @Test func stoppingEndsConnectionsAndRemovesTheSocket() throws {
    let server = try server()
    let port = try #require(server.port)
    let both = try clients(server)
    server.stop()
    server.stop()
    for client in both { #expect(try client.rest().status == "") }
    #expect(!FileManager.default.fileExists(atPath: path))
    // The port is free again at once.
    let again = try HTTPServer(listeners: [.tcp(address: "127.0.0.1", port: port)]) {
      $1(HTTPResponse(json: "2"))
    }
    #expect(try RawClient(port: port).ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").body == "2\n")
    withExtendedLifetime(again) {}
  }
}
