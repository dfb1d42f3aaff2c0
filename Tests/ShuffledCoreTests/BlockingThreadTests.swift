import Dispatch
import Glibc
import ShuffledCore
import Synchronization
import Testing

@Suite struct BlockingThreadTests {
  /// Dispatch would run the first 255 and keep the others waiting.
  @Test func manyMayWaitAtOnce() throws {
    let (arrived, gate, gone) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0), DispatchGroup())
    for number in 0..<400 {
      gone.enter()
      try BlockingThread.start(for: "test \(number)") {
        arrived.signal()
        gate.wait()
        gone.leave()
      }
    }
    for number in 0..<400 {
      try #require(arrived.wait(timeout: .now() + .seconds(60)) == .success, "\(number) of 400 run")
    }
    for _ in 0..<400 { gate.signal() }
    #expect(gone.wait(timeout: .now() + .seconds(60)) == .success)
  }

  @Test func whatItRunsIsLetGoOf() throws {
    final class Token: Sendable {}
    weak var seen: Token?
    let done = DispatchSemaphore(value: 0)
    do {
      let token = Token()
      seen = token
      try BlockingThread.start(for: "test") { [token] in
        withExtendedLifetime(token) {}
        done.signal()
      }
    }
    done.wait()
    // The closure is released at the thread's very end.
    while seen != nil { sched_yield() }
  }
}
