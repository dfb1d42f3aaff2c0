import Service
import Testing

@Suite struct RateGovernorTests {
  private typealias Load = RateGovernor.Load

  private static let calm = ["a": Load(taken: 25, dropped: 0), "b": Load(taken: 25, dropped: 0)]

  @Test func aFewDropsAreNothing() {
    var governor = RateGovernor()
    for _ in 0..<100 {
      #expect(governor.look(["a": Load(taken: 100, dropped: 5)], busy: 1) == nil)
    }
    #expect(governor.levels.isEmpty)
  }

  @Test func theStreamThatLosesMostGoesDownAStepAWindow() {
    var governor = RateGovernor()
    let loads = [
      "a": Load(taken: 100, dropped: 20), "b": Load(taken: 100, dropped: 30), "c": Load(taken: 9, dropped: 0),
    ]
    #expect(governor.look(loads, busy: 1) == .init(stream: "b", from: .asAsked, to: .half))
    #expect(governor.look(loads, busy: 1) == .init(stream: "b", from: .half, to: .quarter))
    #expect(governor.look(loads, busy: 1) == .init(stream: "b", from: .quarter, to: .keyframes))
    #expect(governor.look(loads, busy: 1) == .init(stream: "a", from: .asAsked, to: .half))
    #expect(governor.levels == ["a": .half, "b": .keyframes])
  }

  @Test func aStreamGoesNoLowerThanMakesADifference() {
    var governor = RateGovernor()
    let loads = ["keys": Load(taken: 10, dropped: 9, lowest: .asAsked)]
    #expect(governor.look(loads, busy: 1) == nil)
    #expect(governor.look(["file": Load(taken: 10, dropped: 9, lowest: .quarter)], busy: 1)?.to == .half)
    #expect(governor.look(["file": Load(taken: 10, dropped: 9, lowest: .quarter)], busy: 1)?.to == .quarter)
    #expect(governor.look(["file": Load(taken: 10, dropped: 9, lowest: .quarter)], busy: 1) == nil)
  }

  /// After a reload a stream of the same name begins as asked.
  @Test func aStreamThatIsGoneIsForgotten() {
    var governor = RateGovernor()
    let bad = ["a": Load(taken: 100, dropped: 50)]
    #expect(governor.look(bad, busy: 1)?.to == .half)
    governor.forget("a")
    #expect(governor.levels.isEmpty)
    #expect(governor.look(bad, busy: 1) == .init(stream: "a", from: .asAsked, to: .half))
  }

  @Test func calmBringsTheLowestBackStepByStep() {
    var governor = RateGovernor()
    let bad = ["a": Load(taken: 100, dropped: 50), "b": Load(taken: 100, dropped: 60)]
    for _ in 0..<4 { _ = governor.look(bad, busy: 1) }
    #expect(governor.levels == ["a": .half, "b": .keyframes])
    var changes: [String] = []
    for window in 1...24 {
      if let change = governor.look(Self.calm, busy: 0.5) {
        changes.append("\(window) \(change.stream) \(change.to.rawValue)")
      }
    }
    #expect(changes == ["6 b quarter rate", "12 b half rate", "18 a as asked", "24 b as asked"])
    #expect(governor.levels.isEmpty)
  }

  @Test func busyWorkersGetNoMoreToDo() {
    var governor = RateGovernor()
    _ = governor.look(["a": Load(taken: 100, dropped: 50)], busy: 1)
    for _ in 0..<50 { #expect(governor.look(["a": Load(taken: 50, dropped: 0)], busy: 0.71) == nil) }
    #expect(governor.look(["a": Load(taken: 50, dropped: 0)], busy: 0.69)?.to == .asAsked)
  }

  @Test func aRaiseThatWasTooMuchIsTriedLaterEachTime() {
    var governor = RateGovernor()
    let (bad, good) = (["a": Load(taken: 100, dropped: 50)], ["a": Load(taken: 50, dropped: 0)])
    _ = governor.look(bad, busy: 1)
    _ = governor.look(bad, busy: 1)
    var waits: [Int] = []
    for _ in 0..<6 {
      var windows = 0
      repeat { windows += 1 } while governor.look(good, busy: 0.2) == nil && windows < 1_000
      waits.append(windows)
      #expect(governor.look(bad, busy: 1)?.to == .quarter)
    }
    #expect(waits == [6, 12, 24, 48, 96, 120])
  }

  @Test func streamsThatAreGoneAreForgotten() {
    var governor = RateGovernor()
    _ = governor.look(["a": Load(taken: 100, dropped: 50)], busy: 1)
    _ = governor.look(["b": Load(taken: 100, dropped: 0)], busy: 0)
    #expect(governor.levels.isEmpty)
  }
}
