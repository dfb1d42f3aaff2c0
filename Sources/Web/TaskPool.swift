import Dispatch
import Synchronization

/// Work that may block, a few pieces at a time, in order. What is more than may wait is not taken. Any thread.
final class TaskPool: Sendable {
  private struct State {
    var waiting: [@Sendable () -> Void] = []
    var running = 0
    var isStopping = false
  }

  private let width: Int
  private let capacity: Int
  private let state = Mutex(State())
  private let group = DispatchGroup()

  init(width: Int, capacity: Int) {
    self.width = width
    self.capacity = capacity
  }

  /// False where too much waits already, or the pool stops.
  func submit(_ task: @escaping @Sendable () -> Void) -> Bool {
    let (isTaken, isNew) = state.withLock { state in
      guard !state.isStopping, state.waiting.count < capacity else { return (false, false) }
      state.waiting.append(task)
      let isNew = state.running < width
      if isNew { state.running += 1 }
      return (true, isNew)
    }
    if isNew { DispatchQueue.global(qos: .utility).async(group: group) { self.work() } }
    return isTaken
  }

  private func work() {
    while true {
      let task: (@Sendable () -> Void)? = state.withLock { state in
        guard !state.waiting.isEmpty else {
          state.running -= 1
          return nil
        }
        return state.waiting.removeFirst()
      }
      guard let task else { return }
      task()
    }
  }

  /// Takes no more, and blocks until what was taken is done.
  func stop() {
    state.withLock { $0.isStopping = true }
    group.wait()
  }
}
