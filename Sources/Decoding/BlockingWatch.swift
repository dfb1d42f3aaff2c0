import CFFmpeg
import ShuffledCore
import Synchronization

/// Says when FFmpeg must give up a blocking call: at an interruption or after a deadline. FFmpeg's own timeouts are
/// infinite where they are not set, and count anew with every byte where they are.
///
/// FFmpeg keeps a pointer to it, so it must outlive the container it watches; its demuxer holds it.
final class BlockingWatch: Sendable {
  let interruption: Interruption
  /// Nanoseconds since `epoch`; `Int64.max`: none.
  private let deadline = Atomic<Int64>(.max)
  private let isClosing = Atomic<Bool>(false)
  private let epoch = Instant.now

  init(_ interruption: Interruption) { self.interruption = interruption }

  /// Calls end at `moment`, unless a later one is set before. Any thread.
  func setDeadline(_ moment: Instant) {
    deadline.store(nanoseconds(moment - epoch), ordering: .releasing)
  }

  /// What closing sends, as RTSP's TEARDOWN, gets half a second, interrupted or not: a server that keeps on sending
  /// to nobody is no use to its owner.
  func beginClosing() {
    isClosing.store(true, ordering: .releasing)
    setDeadline(.now + .milliseconds(500))
  }

  /// The deadline has passed.
  var isOverdue: Bool {
    nanoseconds(.now - epoch) >= deadline.load(ordering: .acquiring)
  }

  var mustEnd: Bool {
    isOverdue || (interruption.isInterrupted && !isClosing.load(ordering: .acquiring))
  }

  /// What FFmpeg calls, from the thread that is blocked in it.
  var callback: AVIOInterruptCB {
    AVIOInterruptCB(
      callback: { watch in
        guard let watch else { return 0 }
        return Unmanaged<BlockingWatch>.fromOpaque(watch).takeUnretainedValue().mustEnd ? 1 : 0
      }, opaque: Unmanaged.passUnretained(self).toOpaque())
  }

  /// Saturates after 292 years.
  private func nanoseconds(_ duration: Duration) -> Int64 {
    let (seconds, rest) = duration.components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    guard !overflow else { return seconds < 0 ? .min : .max }
    let (sum, carry) = whole.addingReportingOverflow(rest / 1_000_000_000)
    return carry ? .max : sum
  }
}
