import ShuffledCore
import Synchronization

/// Ends blocking calls of a source: from any thread, once and for good. Several sources may share one.
public final class Interruption: Sendable {
  /// What FFmpeg asks many times a second.
  private let flag = Atomic<Bool>(false)
  /// For those who wait here.
  private let wakeup = Wakeup()

  public init() {}

  /// Never blocks. A source that is opening or reading ends within a fraction of a second.
  public func interrupt() {
    flag.store(true, ordering: .releasing)
    wakeup.signal()
  }

  public var isInterrupted: Bool { flag.load(ordering: .acquiring) }

  /// Blocks until `moment` or an interruption. Any thread.
  func wait(until moment: Instant) {
    wakeup.wait(for: moment - .now, forAll: true)
  }
}
