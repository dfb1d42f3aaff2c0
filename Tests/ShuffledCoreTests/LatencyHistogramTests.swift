import ShuffledCore
import Testing

@Suite struct LatencyHistogramTests {
  @Test func nothingHasNoPercentile() {
    let histogram = LatencyHistogram()
    #expect(histogram.percentile(0.5) == nil)
    #expect(histogram.count == 0)
    #expect(histogram.max == .zero)
  }

  @Test func smallNumbersAreExact() {
    var histogram = LatencyHistogram()
    for nanoseconds in 1...100 { histogram.add(.nanoseconds(nanoseconds)) }
    #expect(histogram.percentile(0.5) == .nanoseconds(50))
    #expect(histogram.percentile(0.99) == .nanoseconds(99))
    #expect(histogram.percentile(1) == .nanoseconds(100))
    #expect(histogram.percentile(0) == .nanoseconds(1))
    #expect(histogram.sum == .nanoseconds(5050))
    #expect(histogram.max == .nanoseconds(100))
  }

  /// Against the nearest rank of the sorted values, over nine orders of magnitude.
  @Test func percentilesAreWithinABucket() {
    var histogram = LatencyHistogram()
    var state: UInt64 = 42
    var all: [Int64] = []
    for _ in 0..<20_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let nanoseconds = Int64(state >> 20) >> Int64((state >> 8) % 40)
      all.append(nanoseconds)
      histogram.add(.nanoseconds(nanoseconds))
    }
    all.sort()
    for share in [0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 1] {
      let exact = Double(all[Int((share * Double(all.count)).rounded(.up)) - 1])
      let found = (histogram.percentile(share)?.seconds ?? .nan) * 1e9
      #expect(abs(found - exact) <= exact / 64 + 1, "\(share): \(found) for \(exact)")
    }
    #expect(histogram.count == 20_000)
  }

  @Test func aNegativeDurationCountsAsZero() {
    var histogram = LatencyHistogram()
    histogram.add(.nanoseconds(-5))
    #expect(histogram.percentile(0.5) == .zero)
    #expect(histogram.sum == .zero)
  }
}
