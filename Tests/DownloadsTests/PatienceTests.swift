import Downloads
import ShuffledCore
import Testing

@Suite struct PatienceTests {
  let start = Instant.now

  /// What a patience of 30 seconds says at moments, in milliseconds from the start, by which so many bytes have come.
  private func answers(first: Duration = .zero, _ moments: [(Int, bytes: Int)]) -> [Bool] {
    var patience = Patience(limit: .seconds(30), first: first, now: start)
    return moments.map { patience.isOver(after: $0.bytes, now: start + .milliseconds($0.0)) }
  }

  @Test func silenceEndsIt() {
    let moments = [(45_000, 0), (45_001, 0), (50_000, 1_000), (80_000, 0), (80_001, 0)]
    #expect(answers(first: .seconds(15), moments) == [false, true, false, false, true])
  }

  /// A byte a second is enough for ever, a little less is not.
  @Test func tricklesEndIt() {
    #expect(answers((1...1_000).map { ($0 * 1_000, 1) }).allSatisfy { !$0 })
    #expect(answers((1...1_000).map { ($0 * 1_100, 1) }).firstIndex(of: true) == 300)
  }
}
