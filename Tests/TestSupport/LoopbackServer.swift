import Foundation
import Glibc
import Synchronization

/// An HTTP server on 127.0.0.1 that gives one scripted answer a connection, in order, on a thread of its own, and keeps
/// the requests it got. It is gone with its last holder.
package final class LoopbackServer: Sendable {
  /// What is done on one connection, after its request was read.
  package struct Answer: Sendable {
    package var bytes: Data
    /// Says nothing more until the client closes; otherwise the server closes at once.
    package var staysOpen = false

    /// A status line, fields, and a body as it is: nothing is added.
    package init(_ status: String, _ fields: [String] = [], _ body: Data = Data(), staysOpen: Bool = false) {
      let head = ["HTTP/1.1 \(status)"] + fields + ["Connection: close", "", ""]
      bytes = Data(head.joined(separator: "\r\n").utf8) + body
      self.staysOpen = staysOpen
    }

    /// 200 with all of `body`.
    package static func whole(_ body: Data, _ fields: [String] = []) -> Answer {
      Answer("200 OK", ["Content-Length: \(body.count)"] + fields, body)
    }

    /// 200 that promises all of `body` and brings its first `count` bytes.
    package static func part(_ count: Int, of body: Data, _ fields: [String] = [], staysOpen: Bool = false)
      -> Answer
    {
      Answer(
        "200 OK", ["Content-Length: \(body.count)"] + fields, body.prefix(count), staysOpen: staysOpen)
    }

    /// 206 with what follows the first `count` bytes of `body`.
    package static func rest(after count: Int, of body: Data, _ fields: [String] = []) -> Answer {
      Answer(
        "206 Partial Content",
        [
          "Content-Length: \(body.count - count)",
          "Content-Range: bytes \(count)-\(body.count - 1)/\(body.count)",
        ] + fields, body.dropFirst(count))
    }

    package static func redirect(_ location: String, status: String = "302 Found") -> Answer {
      Answer(status, ["Location: \(location)", "Content-Length: 4"], Data("gone".utf8))
    }

    /// Closes without a word.
    package static var nothing: Answer {
      var answer = Answer("")
      answer.bytes = Data()
      return answer
    }
  }

  package let port: UInt16
  private let listener: Listener
  private let taken: Taken

  /// Closed when neither the server nor its thread has it any more: the number may mean another file then.
  private final class Listener: Sendable {
    let descriptor: Int32
    init(descriptor: Int32) { self.descriptor = descriptor }
    func end() { shutdown(descriptor, Int32(SHUT_RDWR)) }
    deinit { close(descriptor) }
  }

  /// What the server's thread shares with its owner.
  private final class Taken: Sendable {
    let requests = Mutex<[[String]]>([])
  }

  package init(_ answers: Answer...) {
    let (socket, port) = boundSocket()
    precondition(listen(socket, 16) == 0, "listen: errno \(errno)")
    self.port = port
    listener = Listener(descriptor: socket)
    taken = Taken()
    Thread.detachNewThread { [listener, taken] in
      for answer in answers {
        let connection = accept(listener.descriptor, nil, nil)
        guard connection >= 0 else { break }
        LoopbackServer.serve(connection, answer, taken)
        close(connection)
      }
      // Whoever connects after the last answer is refused.
      listener.end()
    }
  }

  /// Wakes the thread if it waits for a client.
  deinit { listener.end() }

  /// - Parameter user: `user:password@`
  package func url(_ path: String = "/model.pth", user: String = "") -> String {
    "http://\(user)127.0.0.1:\(port)\(path)"
  }

  /// The lines of each request's head.
  package var requests: [[String]] { taken.requests.withLock { $0 } }

  /// The value of a field in request `index`.
  package func field(_ name: String, _ index: Int) -> String? {
    guard requests.indices.contains(index) else { return nil }
    return requests[index].first { $0.hasPrefix(name + ": ") }.map { String($0.dropFirst(name.count + 2)) }
  }

  private static func serve(_ connection: Int32, _ answer: Answer, _ taken: Taken) {
    var head = Data()
    var bytes = [UInt8](repeating: 0, count: 4_096)
    // Anything but a GET, as a secure connection begins, is not waited for.
    while !head.suffix(4).elementsEqual(Data("\r\n\r\n".utf8)) {
      let count = recv(connection, &bytes, bytes.count, 0)
      guard count > 0 else { return }
      head += bytes.prefix(count)
      guard head.first == UInt8(ascii: "G") else { return }
    }
    let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n").map(String.init)
    taken.requests.withLock { $0.append(lines) }
    var rest = answer.bytes[...]
    while !rest.isEmpty {
      let sent = rest.withUnsafeBytes {
        send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      // The client has seen enough.
      guard sent > 0 else { return }
      rest = rest.dropFirst(sent)
    }
    if answer.staysOpen { while recv(connection, &bytes, bytes.count, 0) > 0 {} }
  }
}

/// A socket that has a port of 127.0.0.1 and does not listen: whoever connects is refused.
package func boundSocket() -> (socket: Int32, port: UInt16) {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = inet_addr("127.0.0.1")
  var size = socklen_t(MemoryLayout<sockaddr_in>.size)
  let isBound = withUnsafeMutablePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
    }
  }
  precondition(isBound, "no port: errno \(errno)")
  return (descriptor, UInt16(bigEndian: address.sin_port))
}
