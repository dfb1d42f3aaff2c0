import Commands
import ShuffleNet
import Testing

@Suite struct GuidelineBenchmarkTests {
  private typealias Turn = GuidelineBenchmark.Turn

  /// Two networks of 8 and 4 G multiply-adds. In the second round the core's clock is halved, in the third something else
  /// has the core while the second network runs.
  private static let rounds = [
    [Turn(seconds: [0.5, 0.5], peak: 32), Turn(seconds: [0.5], peak: 32)],
    [Turn(seconds: [1], peak: 16), Turn(seconds: [1], peak: 16)],
    [Turn(seconds: [0.5], peak: 32), Turn(seconds: [8], peak: 32)],
  ]

  @Test func costsAreComparedRoundByRound() {
    #expect(
      GuidelineBenchmark.results(
        Self.rounds, multiplyAdds: [8_000_000_000, 4_000_000_000], workers: 1) == [
          GuidelineBenchmark.Result(
            multiplyAdds: 8_000_000_000, milliseconds: 500, rate: 12.8, peakShare: 0.5, relativeCost: 1),
          GuidelineBenchmark.Result(
            multiplyAdds: 4_000_000_000, milliseconds: 1000, rate: 12 / 9.5, peakShare: 0.25, relativeCost: 2),
        ])
  }

  /// Their rounds lie one after the other; what they do at once adds up.
  @Test func workersAddUp() {
    let one = GuidelineBenchmark.results([Self.rounds[0]], multiplyAdds: [1 << 30, 1 << 30], workers: 1)
    let two = GuidelineBenchmark.results(
      [Self.rounds[0], Self.rounds[0]], multiplyAdds: [1 << 30, 1 << 30], workers: 2)
    #expect(two.map(\.rate) == one.map { 2 * $0.rate })
    #expect(two.map(\.peakShare) == one.map(\.peakShare))
    #expect(two.map(\.milliseconds) == [500, 500])
  }

  private static func report(_ block: GuidelineBlock) -> BenchGuidelinesReport {
    BenchGuidelinesReport(
      guideline: .channelRatio, network: GuidelineNetwork(block), bands: .whole, set: .portable, workers: 2,
      result: GuidelineBenchmark.Result(
        multiplyAdds: 1_016_064_000, milliseconds: 18.52, rate: 54.86, peakShare: 0.9331, relativeCost: 1.0284
      ))
  }

  @Test(arguments: [
    (GuidelineBlock.ratio(channels: 90, between: 180), "  1:2                    90, 180"),
    (.grouped(channels: 128, groups: 1), "  1 group                    128"),
    (.grouped(channels: 360, groups: 8), "  8 groups                   360"),
    (.fragments(channels: 128, count: 1, .series), "  1 fragment                 128"),
    (.fragments(channels: 64, count: 4, .series), "  4 in series                 64"),
    (.fragments(channels: 64, count: 4, .parallel), "  4 in parallel               64"),
    (.bottleneck(channels: 32, hasReLU: true, hasShortcut: true), "  ReLU and shortcut           32"),
    (.bottleneck(channels: 32, hasReLU: false, hasShortcut: false), "  neither                     32"),
  ])
  func aRow(block: GuidelineBlock, start: String) {
    #expect(Self.report(block).text == start + "   1016.1   18.520     54.9   93.3 %   1.03\n")
  }

  @Test func anObject() {
    #expect(
      Self.report(.ratio(channels: 90, between: 180)).json.line
        == #"{"guideline":"G1","blocks":"1:2","channels":[90,180],"count":10,"size":"56x56","whole":true,"isa":"portable","#
        + #""workers":2,"multiply_adds":1016064000,"p50_ms":18.52,"gmacs_per_second":54.86,"#
        + #""peak_share":0.9331,"relative_cost":1.0284}"#)
  }
}
