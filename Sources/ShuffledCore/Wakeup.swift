import CEvents
import Glibc

/// Wakes those who wait, by the monotonic clock. A `DispatchSemaphore` waits by the date on Linux: where that is set back, a wait of
/// two seconds takes as much longer.
public final class Wakeup: Sendable {
  /// Counts signals. Where the system has no descriptor left it is -1, and waits take their whole time.
  private let descriptor: Int32

  public init() { descriptor = shuffled_event_make() }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Any thread; never blocks. What nobody waits for yet is kept; two signals are one.
  public func signal() { shuffled_event_signal(descriptor) }

  /// Blocks until a signal, for at most so long. False where none came.
  /// - Parameter forAll: the signal stays, for all who wait now or later.
  @discardableResult
  public func wait(for time: Duration, forAll: Bool = false) -> Bool {
    // A wait of a century is as good as one without an end.
    let end = Instant.now + min(max(.zero, time), .seconds(3_000_000_000))
    while true {
      let ready = shuffled_event_wait(descriptor, Int64(max(0, (end - .now).seconds * 1e9)))
      if ready == 0 { return false }
      // Another one may have taken it.
      if ready > 0, forAll || shuffled_event_take(descriptor) != 0 { return true }
    }
  }
}
