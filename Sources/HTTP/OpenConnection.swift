import Dispatch
import Glibc
import ShuffledCore
import Synchronization

/// A connection's end at the latest: libmicrohttpd ends those that are silent, and this one those that are slow, which
/// would otherwise keep their places by a byte every few seconds.
final class OpenConnection: Sendable {
  private struct State {
    var descriptor: Int32?
    /// nil: it may stay.
    var deadline: Instant?
  }

  private let state: Mutex<State>

  init(_ descriptor: Int32, lifetime: Duration) {
    let deadline = Instant.now + lifetime
    state = Mutex(State(descriptor: descriptor < 0 ? nil : descriptor, deadline: deadline))
    endLater(lifetime)
  }

  /// From now on it has so long; nil: for as long as it takes.
  func extend(to lifetime: Duration?) {
    state.withLock { $0.deadline = lifetime.map { .now + $0 } }
  }

  private func endLater(_ time: Duration) {
    DispatchQueue.global().asyncAfter(deadline: .now() + .microseconds(Int(time.microseconds))) {
      [weak self] in self?.endIfDue()
    }
  }

  /// The server's thread sees the end, and closes.
  private func endIfDue() {
    let rest: Duration? = state.withLock { state in
      guard let deadline = state.deadline, let descriptor = state.descriptor else { return nil }
      let rest = deadline - .now
      if rest > .zero { return rest }
      // While the number is known here, it means this connection.
      shutdown(descriptor, Int32(SHUT_RDWR))
      return nil
    }
    if let rest { endLater(rest) }
  }

  /// To be called before the descriptor is closed.
  func close() { state.withLock { $0.descriptor = nil } }
}
