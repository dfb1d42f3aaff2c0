import Dispatch
import Glibc
import ShuffledCore
import Synchronization

/// A connection's end at the latest: libmicrohttpd ends those that are silent, and this one those that are slow, which
/// would otherwise keep their places by a byte every few seconds.
final class OpenConnection: Sendable {
  private let descriptor: Mutex<Int32?>

  init(_ descriptor: Int32, lifetime: Duration) {
    self.descriptor = Mutex(descriptor < 0 ? nil : descriptor)
    DispatchQueue.global().asyncAfter(
      deadline: .now() + .microseconds(Int(lifetime.microseconds))
    ) { [weak self] in self?.end() }
  }

  /// The server's thread sees the end, and closes.
  private func end() {
    // While the number is known here, it means this connection.
    descriptor.withLock { descriptor in
      if let descriptor { shutdown(descriptor, Int32(SHUT_RDWR)) }
    }
  }

  /// To be called before the descriptor is closed.
  func close() { descriptor.withLock { $0 = nil } }
}
