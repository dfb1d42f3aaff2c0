import Dispatch
import ShuffledCore
import Synchronization

/// Puts what the workers finish out of order back into order, and hands it to the sink, one record at a time.
///
/// Frames are numbered by `ticket` when they enter; a ticket is also a permit, and there are only so many: a
/// worker that is stuck on one frame stops the decoder before the records behind it pile up.
final class Sequencer: Sendable {
  private struct State {
    /// Finished records whose predecessors are not, by ticket.
    var waiting: [Int: FrameRecord] = [:]
    var next = 0
    /// Somebody is handing records to the sink; who finds it so leaves theirs to that thread.
    var isDelivering = false
    var failure: Failure?
  }

  private let state = Mutex(State())
  private let permits: DispatchSemaphore
  private let sink: any FrameSink

  init(sink: any FrameSink, window: Int) {
    precondition(window > 0, "a window of \(window) frames")
    self.sink = sink
    permits = DispatchSemaphore(value: 0)
    for _ in 0..<window { permits.signal() }
  }

  /// Waits until another frame may enter.
  func enter() { permits.wait() }

  /// A frame that had entered will not be finished after all.
  func leave() { permits.signal() }

  /// Takes the record of the frame with this ticket (0, 1, 2, ... in order of entry). Blocks while the sink
  /// does. Throws what the sink threw, now or earlier; nothing is handed to the sink after that.
  func finish(_ record: FrameRecord, ticket: Int) throws {
    state.withLock { $0.waiting[ticket] = record }
    while let ready = nextReady() {
      do {
        try sink.append(ready)
      } catch {
        let failure = error as? Failure ?? Failure(.failed, cannot: "store result", because: "\(error)")
        state.withLock { state in
          state.failure = failure
          state.isDelivering = false
        }
        permits.signal()
        throw failure
      }
      state.withLock { $0.isDelivering = false }
      permits.signal()
    }
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }

  /// Claims the next record in order, if it is there and nobody else is delivering.
  private func nextReady() -> FrameRecord? {
    state.withLock { state in
      guard !state.isDelivering, state.failure == nil,
        let record = state.waiting.removeValue(forKey: state.next)
      else { return nil }
      state.next += 1
      state.isDelivering = true
      return record
    }
  }
}
