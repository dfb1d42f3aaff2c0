import Dispatch
import ShuffledCore
import Synchronization

/// A bounded queue between one decoder and many workers. When it is full, `push` blocks: nothing is dropped,
/// and what is in memory is bounded by construction.
final class FrameQueue<Element: Sendable>: Sendable {
  /// A ring: `count` elements from `head` on. A place is emptied when its element is taken, so that a picture
  /// lives no longer than its worker needs it.
  private struct State {
    var places: [Element?]
    var head = 0
    var count = 0
    var isClosed = false

    mutating func append(_ element: Element) {
      places[(head + count) % places.count] = element
      count += 1
    }

    mutating func removeFirst() -> Element? {
      guard count > 0 else { return nil }
      defer {
        places[head] = nil
        head = (head + 1) % places.count
        count -= 1
      }
      return places[head]
    }
  }

  private let state: Mutex<State>
  /// Counts the free places and the waiting elements. Closing adds one to each, which every thread that is
  /// woken by it passes on.
  private let places: DispatchSemaphore
  private let filled = DispatchSemaphore(value: 0)

  init(capacity: Int) {
    precondition(capacity > 0, "a queue of \(capacity) places")
    state = Mutex(State(places: Array(repeating: nil, count: capacity)))
    // A semaphore that is freed below its first value is a fault to Dispatch, so it starts at zero.
    places = DispatchSemaphore(value: 0)
    for _ in 0..<capacity { places.signal() }
  }

  /// Waits for a free place. Returns false, and does not take the element, once the queue is closed.
  func push(_ element: Element) -> Bool {
    places.wait()
    let taken = state.withLock { state in
      guard !state.isClosed else { return false }
      state.append(element)
      return true
    }
    if taken { filled.signal() } else { places.signal() }
    return taken
  }

  /// Waits for an element. Returns nil once the queue is closed and empty.
  func pop() -> Element? {
    filled.wait()
    let element = state.withLock { $0.removeFirst() }
    if element != nil { places.signal() } else { filled.signal() }
    return element
  }

  /// No more elements: what is queued is still handed out, then `pop` gives nil. Waiting threads wake up.
  func close() {
    let first = state.withLock { state in
      defer { state.isClosed = true }
      return !state.isClosed
    }
    if first {
      filled.signal()
      places.signal()
    }
  }
}
