import Service
import ShuffledCore
import Testing

@Suite struct StreamCountsTests {
  /// A record that took 30 ms before its result, 20 ms before it was committed at `committed`.
  private static func record(
    _ sequence: Int64, _ outcome: FrameOutcome, committed: Instant, wait: Duration = .milliseconds(5)
  ) -> FrameRecord {
    FrameRecord(
      sequence: sequence, mediaTime: nil, wallTime: WallTime(microseconds: sequence), outcome: outcome,
      latency: StageLatency(
        decode: .milliseconds(10), wait: wait, preprocess: .milliseconds(5), inference: .milliseconds(10)),
      finished: committed - .milliseconds(20))
  }

  private static let classified = FrameOutcome.classified([
    Prediction(index: 2, confidence: 0.5), Prediction(index: 1, confidence: 0.25),
  ])

  @Test func everyFrameIsCountedByWhatBecameOfIt() throws {
    let (counts, moment) = (StreamCounts(at: Moments.at(0).instant), Moments.at(1).instant)
    counts.commit(
      [
        Self.record(0, Self.classified, committed: moment), Self.record(1, .dropped, committed: moment),
        Self.record(2, .failed("NaN"), committed: moment), Self.record(3, Self.classified, committed: moment),
      ], at: moment)
    let values = counts.values(decoded: 9, at: moment)
    #expect((values.decoded, values.classified, values.dropped, values.failed) == (9, 2, 1, 1))
    let last = try #require(values.last)
    #expect(last.prediction == Prediction(index: 2, confidence: 0.5))
    #expect(last.at == WallTime(microseconds: 3))
  }

  @Test func distributionsAreOfTheClassified() throws {
    let (counts, moment) = (StreamCounts(at: Moments.at(0).instant), Moments.at(1).instant)
    counts.commit(
      [
        Self.record(0, Self.classified, committed: moment), Self.record(1, .dropped, committed: moment),
        Self.record(2, Self.classified, committed: moment, wait: .milliseconds(100)),
      ], at: moment)
    let found = counts.distributions
    #expect(found.age.count == 2 && found.age.sum == .milliseconds(50 + 145))
    let wait = try #require(found.stages[.wait])
    #expect(wait.sum == .milliseconds(105))
    #expect(wait.cumulative.map(\.count) == [0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2])
    #expect(found.stages[.store]?.sum == .milliseconds(40))
    #expect(Set(found.stages.keys) == Set(Stage.allCases))
  }

  @Test func ratesAreThoseOfTheLastTenSeconds() {
    let counts = StreamCounts(at: Moments.at(0).instant)
    #expect(counts.values(decoded: 0, at: Moments.at(0.5).instant).classifiedRate == nil)
    // 5 a second for 20 seconds, then nothing.
    for number in 0..<100 {
      let moment = Moments.at(Double(number) / 5 + 0.05).instant
      counts.commit([Self.record(Int64(number), Self.classified, committed: moment)], at: moment)
    }
    func rate(_ seconds: Double) -> Double? {
      counts.values(decoded: 0, at: Moments.at(seconds).instant).classifiedRate
    }
    #expect(rate(20) == 5)
    #expect(rate(23) == 30.0 / 9)
    #expect(rate(29) == 0)
    #expect(rate(10_000) == 0)
  }

  @Test func agesAreForgottenAfterTwoMinutes() throws {
    let counts = StreamCounts(at: Moments.at(0).instant)
    func add(_ seconds: Double, wait: Duration) {
      let moment = Moments.at(seconds).instant
      counts.commit([Self.record(0, Self.classified, committed: moment, wait: wait)], at: moment)
    }
    func ages(_ seconds: Double) -> (Double, Double)? {
      let values = counts.values(decoded: 0, at: Moments.at(seconds).instant)
      guard let half = values.age50, let most = values.age99 else { return nil }
      return (half.milliseconds, most.milliseconds)
    }
    #expect(ages(0) == nil)
    for second in 1...9 { add(Double(second), wait: .milliseconds(5)) }
    add(10, wait: .milliseconds(955))
    let both = try #require(ages(10))
    // 10 + 5 + 5 + 10 + 20 ms, and with 955 ms of waiting a second; buckets are 1.6 % wide.
    #expect(abs(both.0 - 50) < 1 && abs(both.1 - 1_000) < 16)
    add(61, wait: .milliseconds(5))
    #expect(try #require(ages(61)).1 > 900)
    add(122, wait: .milliseconds(5))
    let later = try #require(ages(122))
    #expect(abs(later.1 - 50) < 1)
  }
}
