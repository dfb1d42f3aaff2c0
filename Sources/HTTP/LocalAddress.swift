import Glibc
import ShuffledCore

/// A Unix-domain socket's name, as the system wants it.
struct LocalAddress {
  /// Bytes that a path may have; one is left for the zero at its end.
  static let longestPath = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

  private var address = sockaddr_un()

  /// Nil for a path that is empty or too long, or that holds a zero byte.
  init?(_ path: String) {
    let bytes = Array(path.utf8)
    guard !bytes.isEmpty, bytes.count <= Self.longestPath, !bytes.contains(0) else { return nil }
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
  }

  func withPointer<R>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
    withUnsafePointer(to: address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }

  /// Whether somebody answers there. Returns the error's number where nobody does. Does not block: a server that is
  /// busy answers too.
  func connectionError() -> Int32? {
    let descriptor = socket(AF_UNIX, Self.streamSocket | Int32(SOCK_NONBLOCK.rawValue), 0)
    guard descriptor >= 0 else { return errno }
    defer { close(descriptor) }
    let code = withPointer { connect(descriptor, $0, $1) == 0 ? 0 : errno }
    return code == 0 || code == EAGAIN ? nil : code
  }

  /// Not for the programs that this one starts.
  static let streamSocket = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)

  static func failureOfLength(_ operation: String, _ path: String) -> Failure {
    Failure(
      .usage, cannot: operation, path,
      because: "a socket's path has from 1 to \(longestPath) bytes, and this one has \(path.utf8.count)",
      remedy: "name a socket in a folder with a shorter path")
  }
}
