import KernelInterface
import ShuffledCore

extension KernelTable {
  /// What this core does just now at most, in thousands of millions of multiply-adds a second. Takes about half a
  /// millisecond.
  func measuredPeak() -> Double {
    let began = Instant.now
    let done = peakF32(vectorLanes * 2_500_000)
    return Double(done) / (Instant.now - began).seconds / 1e9
  }
}

/// The middle one; the upper one of two. There must be one.
func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
