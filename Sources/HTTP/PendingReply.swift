import Synchronization

/// The answer to one request, which may come later and from another thread than the question. The first answer counts.
final class PendingReply: Sendable {
  private enum State {
    case awaited
    case suspended(SuspendedConnection)
    case here(HTTPResponse)
  }

  private let state = Mutex(State.awaited)

  /// Any thread.
  func give(_ response: HTTPResponse) {
    state.withLock { state in
      switch state {
      case .here: return
      case .awaited: state = .here(response)
      case .suspended(let connection):
        state = .here(response)
        connection.resume()
      }
    }
  }

  /// The answer; nil where it is still to come and the connection waits for it. On the listener's thread.
  ///
  /// It stays here: while its server ends, libmicrohttpd says that it has taken an answer, drops it, and asks again.
  func take(orSuspend connection: OpaquePointer) -> HTTPResponse? {
    state.withLock { state in
      if case .here(let response) = state { return response }
      state = .suspended(SuspendedConnection(suspending: connection))
      return nil
    }
  }
}
