import Dispatch
import Glibc
import ShuffledCore
import Synchronization

/// SIGINT and SIGTERM: the first asks the work to end in order, the second ends the process at once. SIGHUP: whoever wants to know is told.
///
/// Both are blocked and taken by a thread of their own, one at a time: with Dispatch's signal sources, a second signal
/// soon after the first was not always told.
final class Interrupt: Sendable {
  private struct State {
    var signal: Int32?
    var action: (@Sendable () -> Void)?
    var hangup: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())

  /// To be made on the main thread, once a process: signals are blocked from then on. (Dispatch's threads block
  /// them by themselves.)
  /// - Parameter hangups: whether SIGHUP is taken too; otherwise it ends the process, as when a terminal is closed.
  init(hangups: Bool = false) {
    var awaited = sigset_t()
    sigemptyset(&awaited)
    for number in [SIGINT, SIGTERM] + (hangups ? [SIGHUP] : []) {
      // Where it is ignored, as for a shell's background jobs, it would never come.
      Glibc.signal(number, SIG_DFL)
      sigaddset(&awaited, number)
    }
    pthread_sigmask(SIG_BLOCK, &awaited, nil)
    let signals = awaited
    // A serial queue's block has a thread to itself, this one until the process ends.
    DispatchQueue(label: "shuffled.signals").async { [weak self] in
      var signals = signals
      var number: Int32 = 0
      while sigwait(&signals, &number) == 0 { self?.received(number) }
    }
  }

  /// The first signal that came, if one did.
  var signal: Int32? { state.withLock(\.signal) }

  /// What the first signal does from now on; done at once if it has come already. Called on any thread, must not
  /// block.
  func onSignal(_ action: @escaping @Sendable () -> Void) {
    let came = state.withLock { state in
      state.action = action
      return state.signal != nil
    }
    if came { action() }
  }

  /// What each SIGHUP does from now on. Called on any thread, must not block.
  func onHangup(_ action: @escaping @Sendable () -> Void) { state.withLock { $0.hangup = action } }

  private func received(_ number: Int32) {
    if number == SIGHUP {
      state.withLock(\.hangup)?()
      return
    }
    let action = state.withLock { state -> (@Sendable () -> Void)? in
      // Committed rows are safe at any moment; nothing else needs to be put in order.
      if state.signal != nil { _exit(128 + number) }
      state.signal = number
      return state.action
    }
    action?()
  }
}
