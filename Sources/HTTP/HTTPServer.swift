import ShuffledCore
import Synchronization

/// An HTTP/1.1 server: GET, HEAD and OPTIONS, one request a connection. It is stopped with its last holder.
///
/// Each listener has a thread of its own, by libmicrohttpd, on which it reads requests, calls the handler, and sends
/// answers, for all of the listener's connections in turn. The handler is called with a request that is whole, so that
/// a slow client never holds it; but while it runs, the other connections of its listener wait, so it must not block: what takes
/// longer is answered later, from wherever it was done. Handlers of different listeners may run at the same time.
///
/// libmicrohttpd's threads block the signals that the thread blocks which makes the server.
public final class HTTPServer: Sendable {
  /// Takes the answer; any thread, any time. The first one counts. Each request is to have one.
  public typealias Reply = @Sendable (HTTPResponse) -> Void
  public typealias Handler = @Sendable (HTTPRequest, @escaping Reply) -> Void

  /// The first TCP listener's port; nil where there is none.
  public let port: UInt16?
  private let listeners: Mutex<[ServedListener]>

  /// Listens and answers from then on. Throws a `Failure` that names the path or the address which cannot be had.
  public init(
    listeners wanted: [Listener], limits: HTTPLimits = HTTPLimits(), handler: @escaping Handler
  ) throws(Failure) {
    var served: [ServedListener] = []
    for listener in wanted {
      served.append(try ServedListener(listener, limits, handler))
    }
    port = served.lazy.compactMap(\.port).first
    listeners = Mutex(served)
  }

  /// Takes no more requests, refuses those that have no answer yet, ends streams and all connections, and removes the sockets' files.
  /// Blocks until that is done; must not be called by the handler. Any thread; a second call does nothing.
  public func stop() {
    listeners.withLock { listeners in
      for listener in listeners { listener.stop() }
      listeners = []
    }
  }

  deinit { stop() }
}
