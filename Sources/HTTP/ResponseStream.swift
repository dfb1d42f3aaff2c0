import CMicrohttpd
import Synchronization

/// A body that goes on while there is something to tell, such as server-sent events. Any thread.
///
/// What was sent and is not yet with the client is kept here, so that nobody who sends waits for a slow one: whose share grows beyond
/// `capacity` is cut off.
public final class ResponseStream: Sendable {
  private struct State {
    var waiting: [UInt8] = []
    /// Nothing more is taken; what waits is still sent unless it was too much.
    var isOver = false
    var suspended: SuspendedConnection?
    var onClose: (@Sendable () -> Void)?
    var isClosed = false

    mutating func resume() {
      suspended?.resume()
      suspended = nil
    }
  }

  private let capacity: Int
  private let state = Mutex(State())

  /// - Parameter capacity: bytes that may wait for the client.
  public init(capacity: Int = 256 << 10) { self.capacity = capacity }

  /// Adds to the body. Does not block. False where nobody gets it: the stream is over, or the client was too slow.
  @discardableResult
  public func send(_ bytes: [UInt8]) -> Bool {
    state.withLock { state in
      guard !state.isOver, !state.isClosed else { return false }
      if state.waiting.count + bytes.count > capacity {
        state.waiting = []
        state.isOver = true
      } else {
        state.waiting += bytes
      }
      state.resume()
      return !state.isOver
    }
  }

  /// Ends the body after what was sent.
  public func finish() {
    state.withLock { state in
      state.isOver = true
      state.resume()
    }
  }

  /// Who is told, once, on any thread, when the client has gone or has got all; at once where that has happened already.
  public func onClose(_ action: @escaping @Sendable () -> Void) {
    let isClosed = state.withLock { state in
      state.onClose = action
      return state.isClosed
    }
    if isClosed { action() }
  }

  // MARK: On the listener's thread

  /// Moves what waits into `buffer`. 0: nothing does, and the connection was suspended; nil: it is over.
  func read(into buffer: UnsafeMutableRawBufferPointer, _ connection: OpaquePointer) -> Int? {
    state.withLock { state in
      guard !state.waiting.isEmpty else {
        if state.isOver { return nil }
        state.suspended = SuspendedConnection(suspending: connection)
        return 0
      }
      let count = min(buffer.count, state.waiting.count)
      buffer.copyBytes(from: state.waiting[..<count])
      state.waiting.removeFirst(count)
      return count
    }
  }

  func close() {
    let action = state.withLock { state in
      defer { state.isClosed = true }
      return state.isClosed ? nil : state.onClose
    }
    action?()
  }
}
