import Dispatch
import Glibc
import ShuffledCore
import Synchronization

/// SIGINT and SIGTERM: the first asks the work to end in order, the second ends the process at once.
///
/// `@unchecked Sendable`: the state is behind a mutex; the Dispatch sources are set once, and Dispatch's objects may
/// be used from any thread.
final class Interrupt: @unchecked Sendable {
  private struct State {
    var signal: Int32?
    var action: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())
  private let sources: [any DispatchSourceSignal]

  init() {
    let queue = DispatchQueue(label: "shuffled.signals", qos: .userInitiated)
    sources = [SIGINT, SIGTERM].map { number in
      // The default would end the process before the source hears of it.
      Glibc.signal(number, SIG_IGN)
      return DispatchSource.makeSignalSource(signal: number, queue: queue)
    }
    for (index, number) in [SIGINT, SIGTERM].enumerated() {
      sources[index].setEventHandler { [weak self] in
        guard let self else { return }
        // Signals that come in quick succession are told in one call, which says how many they were.
        received(number, times: sources[index].data)
      }
      sources[index].activate()
    }
  }

  deinit {
    for source in sources { source.cancel() }
    for number in [SIGINT, SIGTERM] { Glibc.signal(number, SIG_DFL) }
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

  private func received(_ number: Int32, times: UInt) {
    let action = state.withLock { state -> (@Sendable () -> Void)? in
      // Committed rows are safe at any moment; nothing else needs to be put in order.
      if state.signal != nil || times > 1 { _exit(128 + number) }
      state.signal = number
      return state.action
    }
    action?()
  }
}
