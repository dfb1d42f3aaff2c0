import ShuffledCore
import Synchronization

/// Ends the blocking calls of one source. Any thread; for good.
public final class SourceStop: Sendable {
  private struct State {
    var isStopped = false
    var action: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())

  public init() {}

  public var isStopped: Bool { state.withLock(\.isStopped) }

  public func stop() {
    let action = state.withLock { state in
      state.isStopped = true
      return state.action
    }
    action?()
  }

  /// What stopping does; done at once where it has been stopped already. Must not block.
  public func onStop(_ action: @escaping @Sendable () -> Void) {
    let isStopped = state.withLock { state in
      state.action = action
      return state.isStopped
    }
    if isStopped { action() }
  }
}
