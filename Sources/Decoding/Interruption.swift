import Dispatch
import ShuffledCore
import Synchronization

/// Ends blocking calls of a source: from any thread, once and for good. Several sources may share one.
public final class Interruption: Sendable {
  /// What FFmpeg asks many times a second.
  private let flag = Atomic<Bool>(false)
  /// Those who wait here.
  private let waiting = Mutex<[DispatchSemaphore]>([])

  public init() {}

  /// Never blocks. A source that is opening or reading ends within a fraction of a second.
  public func interrupt() {
    flag.store(true, ordering: .releasing)
    // Whoever waits is in the list or will see the flag.
    waiting.withLock { for semaphore in $0 { semaphore.signal() } }
  }

  public var isInterrupted: Bool { flag.load(ordering: .acquiring) }

  /// Blocks until `moment` or an interruption. Any thread.
  func wait(until moment: Instant) {
    let semaphore = DispatchSemaphore(value: 0)
    waiting.withLock { $0.append(semaphore) }
    defer { waiting.withLock { $0.removeAll { $0 === semaphore } } }
    guard !isInterrupted else { return }
    let time = max(.zero, moment - .now)
    // A clock that leaps or a wait of a century is no concern of Dispatch.
    _ = semaphore.wait(timeout: .now() + .nanoseconds(Int(min(time.seconds, 1e9) * 1e9)))
  }
}
