import Foundation
import Glibc
import HTTP
import ShuffledCore
import TestSupport
import Testing

@Suite struct ListenerTests {
  let folder: Folder
  let path: String

  init() throws {
    folder = try Folder()
    path = folder.file("s")
  }

  private func serve(_ listener: Listener) throws -> HTTPServer {
    try HTTPServer(listeners: [listener]) { $1(HTTPResponse(json: "1")) }
  }

  private func expect(_ line: String, _ listener: Listener, at location: SourceLocation = #_sourceLocation) {
    #expect(sourceLocation: location) { _ = try serve(listener) } throws: { error in
      let text = (error as? Failure)?.description
      if text != line { Issue.record("'\(text ?? "\(error)")'", sourceLocation: location) }
      return true
    }
  }

  @Test func theModeDoesNotDependOnTheUmask() throws {
    let server = try serve(.local(path: path))
    var status = stat()
    #expect(lstat(path, &status) == 0 && status.st_mode == S_IFSOCK | 0o660)
    withExtendedLifetime(server) {}
  }

  /// What a daemon leaves that was killed: a socket that nobody listens on.
  @Test func aStaleSocketIsReplaced() throws {
    let stale = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let code = withUnsafePointer(to: address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(stale, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    close(stale)
    try #require(code == 0 && FileManager.default.fileExists(atPath: path))
    let server = try serve(.local(path: path))
    #expect(try RawClient(local: path).ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").body == "1\n")
    server.stop()
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func aLiveSocketIsRefused() throws {
    let server = try serve(.local(path: path))
    expect(
      "cannot listen on '\(path)': another daemon answers there (stop it, or name another socket)",
      .local(path: path))
    #expect(try RawClient(local: path).ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").body == "1\n")
    withExtendedLifetime(server) {}
  }

  /// A socket that somebody put in the place of the own one stays.
  @Test func anothersSocketIsNotRemoved() throws {
    let first = try serve(.local(path: path))
    try FileManager.default.removeItem(atPath: path)
    let second = try serve(.local(path: path))
    first.stop()
    #expect(try RawClient(local: path).ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").body == "1\n")
    withExtendedLifetime(second) {}
  }

  @Test func whatIsNoSocketStays() throws {
    try folder.write("precious", to: "s")
    expect(
      "cannot listen on '\(path)': there is something that is not a socket (name another path, or remove it)",
      .local(path: path))
    #expect(String(decoding: try folder.data("s"), as: UTF8.self) == "precious")
  }

  @Test func pathsThatCannotBe() throws {
    let long = "/tmp/" + String(repeating: "a", count: 103)
    expect(
      "cannot listen on '\(long)': a socket's path has from 1 to 107 bytes, and this one has 108 (name a socket in a folder with a shorter path)",
      .local(path: long))
    expect(
      "cannot listen on '\(path)/x/s': there is no such folder (make the folder)", .local(path: path + "/x/s")
    )
  }

  @Test func theLongestPathIsTaken() throws {
    let base = "/tmp/shuffled-\(getpid())-"
    let longest = base + String(repeating: "a", count: 107 - base.utf8.count)
    let server = try serve(.local(path: longest))
    #expect(try RawClient(local: longest).ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n").body == "1\n")
    server.stop()
  }

  @Test func addressesThatCannotBe() throws {
    expect(
      "cannot listen on 'localhost:80': 'localhost' is not an IP address (give one such as 127.0.0.1, 0.0.0.0, ::1 or ::)",
      .tcp(address: "localhost", port: 80))
    expect(
      "cannot listen on '192.0.2.1:0': this computer has no such address (see 'ip address' for those it has)",
      .tcp(address: "192.0.2.1", port: 0))
    let server = try serve(.tcp(address: "127.0.0.1", port: 0))
    let port = try #require(server.port)
    expect(
      "cannot listen on '127.0.0.1:\(port)': the port is taken (stop the program that listens there, or name another port)",
      .tcp(address: "127.0.0.1", port: port))
  }

  /// One that cannot be had leaves nothing of the others.
  @Test func allListenersOrNone() throws {
    #expect(throws: Failure.self) {
      try HTTPServer(listeners: [.local(path: path), .tcp(address: "nowhere", port: 0)]) {
        $1(HTTPResponse(json: "1"))
      }
    }
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/net/if_inet6"), "there is no IPv6 here"))
  func addressesOfSixteenBytes() throws {
    let server = try serve(.tcp(address: "::1", port: 0))
    #expect(try #require(server.port) > 0)
  }
}
