import Foundation
import Glibc

/// A client that says what it likes, over a socket that blocks; for at most so long as a test may take.
package final class RawClient: Sendable {
  private let descriptor: Int32

  package init(local path: String) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    try connect(to: address)
  }

  /// - Parameter patience: seconds that it waits for something to come.
  package init(port: UInt16, patience: Int = 30) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    try connect(to: address, patience: patience)
  }

  deinit { close(descriptor) }

  private func connect<Address>(to address: Address, patience: Int = 30) throws {
    var limit = timeval(tv_sec: patience, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    let code = withUnsafePointer(to: address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size)) == 0 ? 0 : errno
      }
    }
    guard code == 0 else { throw CommandFailure(description: "connect: \(String(cString: strerror(code)))") }
  }

  /// False once the server has closed.
  @discardableResult
  package func send(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
  }

  /// All that comes until the server closes.
  package func rest() throws -> Reply {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      if count == 0 { break }
      if count < 0, errno == ECONNRESET { break }
      guard count > 0 else { throw CommandFailure(description: "recv: \(String(cString: strerror(errno)))") }
      bytes += buffer.prefix(count)
    }
    return Reply(String(decoding: bytes, as: UTF8.self))
  }

  /// Whether the server has closed, or does within so many milliseconds.
  package func isClosed(within milliseconds: Int32) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&entry, 1, milliseconds) == 1 else { return false }
    var byte: UInt8 = 0
    return recv(descriptor, &byte, 1, Int32(MSG_DONTWAIT)) <= 0
  }

  /// What comes until `text` has come so many times.
  package func read(until text: String, count: Int) throws -> String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let got = recv(descriptor, &buffer, buffer.count, 0)
      guard got > 0 else {
        throw CommandFailure(description: "ended before '\(text)': \(String(decoding: bytes, as: UTF8.self))")
      }
      bytes += buffer.prefix(got)
      let all = String(decoding: bytes, as: UTF8.self)
      if all.components(separatedBy: text).count > count { return all }
    }
  }

  /// Goes away without a word.
  package func hangUp() { shutdown(descriptor, Int32(SHUT_RDWR)) }

  /// An answer as long as it says it is, from a server that does not close.
  package func answer() throws -> Reply {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let reply = Reply(String(decoding: bytes, as: UTF8.self))
      if let length = reply.headers["content-length"].flatMap({ Int($0) }), reply.body.utf8.count >= length {
        return reply
      }
      let got = recv(descriptor, &buffer, buffer.count, 0)
      guard got > 0 else { throw CommandFailure(description: "ended after \(bytes.count) bytes") }
      bytes += buffer.prefix(got)
    }
  }

  package func ask(_ request: String) throws -> Reply {
    send(request)
    return try rest()
  }
}

/// An answer as it came.
package struct Reply {
  package var status = ""
  package var headers: [String: String] = [:]
  package var body = ""

  package init(_ text: String) {
    guard let end = text.range(of: "\r\n\r\n") else {
      status = text
      return
    }
    let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
    status = lines[0]
    for line in lines.dropFirst() {
      let name = line.prefix { $0 != ":" }
      let value = line.dropFirst(name.count + 1).drop { $0 == " " }
      headers[name.lowercased()] = String(value)
    }
    body = String(text[end.upperBound...])
  }
}
