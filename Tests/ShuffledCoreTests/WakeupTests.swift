import ShuffledCore
import Synchronization
import Testing

@Suite struct WakeupTests {
  @Test func aSignalIsKeptAndTakenOnce() {
    let wakeup = Wakeup()
    #expect(!wakeup.wait(for: .zero))
    wakeup.signal()
    wakeup.signal()
    #expect(wakeup.wait(for: .seconds(3_600)))
    #expect(!wakeup.wait(for: .zero))
    #expect(!wakeup.wait(for: .milliseconds(-1)))
  }

  @Test func itEndsAWaitOfAnotherThread() throws {
    let (wakeup, done) = (Wakeup(), Wakeup())
    let woken = Atomic(false)
    try BlockingThread.start(for: "test") {
      woken.store(wakeup.wait(for: .seconds(1e12)), ordering: .releasing)
      done.signal()
    }
    wakeup.signal()
    #expect(done.wait(for: .seconds(60)))
    let isWoken = woken.load(ordering: .acquiring)
    #expect(isWoken)
  }

  @Test func oneForAllStays() throws {
    let (wakeup, done) = (Wakeup(), Wakeup())
    let woken = Atomic(0)
    for _ in 0..<4 {
      try BlockingThread.start(for: "test") {
        if wakeup.wait(for: .seconds(60), forAll: true),
          woken.add(1, ordering: .acquiringAndReleasing).newValue == 4
        {
          done.signal()
        }
      }
    }
    wakeup.signal()
    #expect(done.wait(for: .seconds(60)))
    #expect(wakeup.wait(for: .zero, forAll: true))
  }
}
