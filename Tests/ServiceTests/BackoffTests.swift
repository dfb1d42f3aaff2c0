import Service
import ShuffledCore
import Testing

/// Chance that is always the same: the most.
struct MostChance: RandomNumberGenerator {
  func next() -> UInt64 { .max }
}

/// The least.
struct LeastChance: RandomNumberGenerator {
  func next() -> UInt64 { 0 }
}

@Suite struct BackoffTests {
  private static func waits(_ kind: SourceProblem.Kind, _ count: Int) -> [Double] {
    var (backoff, chance) = (Backoff(), MostChance())
    return (0..<count).map { _ in
      (backoff.next(after: kind, using: &chance).seconds * 1_000).rounded() / 1_000
    }
  }

  @Test func waitsDoubleUpToTheLongest() {
    #expect(Self.waits(.unreachable, 8) == [1, 2, 4, 8, 16, 30, 30, 30])
    #expect(Self.waits(.ended, 6) == [1, 2, 4, 8, 16, 30])
  }

  @Test func aSilentSourceWaitsFourSecondsAtMost() {
    #expect(Self.waits(.silent, 5) == [1, 2, 4, 4, 4])
  }

  @Test(arguments: [SourceProblem.Kind.denied, .missing]) func aRefusalByNameWaitsAMinuteOrMore(
    kind: SourceProblem.Kind
  ) {
    #expect(Self.waits(kind, 3) == [90, 90, 90])
    var (backoff, chance) = (Backoff(), LeastChance())
    #expect(backoff.next(after: kind, using: &chance) == .seconds(60))
  }

  @Test func chanceTakesUpToHalf() {
    var (backoff, chance) = (Backoff(), LeastChance())
    let waits = (0..<6).map { _ in backoff.next(after: .ended, using: &chance) }
    #expect(waits == [.seconds(0.5), .seconds(1), .seconds(2), .seconds(4), .seconds(8), .seconds(15)])
  }

  @Test func manyFailuresDoNotOverflow() {
    #expect(Self.waits(.other, 100_000).last == 30)
  }

  @Test func itBeginsAnewAfterAReset() {
    var (backoff, chance) = (Backoff(), LeastChance())
    for _ in 0..<5 { _ = backoff.next(after: .ended, using: &chance) }
    backoff.reset()
    #expect(backoff.failures == 0)
    #expect(backoff.next(after: .ended, using: &chance) == .seconds(0.5))
  }
}
