import Dispatch
import KernelInterface
import ShuffleNet
import ShuffledCore
import Synchronization

/// Measures forward passes of one plan: on their own, on several workers at once, and operator by operator.
enum ModelBenchmark {
  struct Operator: Sendable {
    var name: String
    var milliseconds: Double
    /// Of the sum over all operators.
    var share: Double
    /// Thousands of millions of multiply-adds a second.
    var rate: Double
  }

  struct Result: Sendable {
    var latencies: LatencyHistogram
    var passesPerSecond: Double
    /// The best that one core was seen to do: thousands of millions of multiply-adds a second.
    var peak: Double
    /// What a worker's passes reach of what its core could do at the same time.
    var peakShare: Double
    var operators: [Operator]
  }

  /// Blocks for about `duration`, then at most as long again for the operators.
  static func run(_ plan: ExecutionPlan, workers: Int, duration: Duration) -> Result {
    let merged = Mutex((latencies: LatencyHistogram(), rate: 0.0, peak: 0.0, shares: [Double]()))
    DispatchQueue.concurrentPerform(iterations: workers) { number in
      let pass = prepared(plan, seed: number)
      var latencies = LatencyHistogram()
      var shares: [Double] = []
      var before = plan.kernels.measuredPeak()
      var best = before
      var spent = Duration.zero
      while spent < duration {
        // In turn with the passes, because the core's clock changes from one moment to the next.
        let part = Instant.now
        var passes = 0
        repeat {
          let began = Instant.now
          pass.run()
          latencies.add(.now - began)
          passes += 1
        } while Instant.now - part < .milliseconds(5)
        let took = Instant.now - part
        let after = plan.kernels.measuredPeak()
        let rate = Double(passes * plan.multiplyAdds) / took.seconds / 1e9
        shares.append(rate / ((before + after) / 2))
        spent += took
        best = max(best, after)
        before = after
      }
      let rate = Double(latencies.count) / spent.seconds
      merged.withLock { merged in
        merged.latencies.merge(latencies)
        merged.rate += rate
        merged.peak = max(merged.peak, best)
        merged.shares += shares
      }
    }
    let (latencies, rate, peak, shares) = merged.withLock { $0 }
    return Result(
      latencies: latencies, passesPerSecond: rate, peak: peak, peakShare: median(shares),
      operators: operators(plan, peak: peak, within: duration))
  }

  /// A pass with noise for input, run a few times so that memory and caches are as they will be.
  static func prepared(_ plan: ExecutionPlan, seed: Int) -> ForwardPass {
    let pass = ForwardPass(plan)
    let (layout, input) = (plan.inputLayout, pass.input)
    var generator = SeededGenerator(seed: UInt64(seed))
    for c in 0..<3 {
      for y in 0..<layout.size.height {
        for x in 0..<layout.size.width {
          input[layout.index(channel: c, y: y, x: x)] = Float.random(in: -2...2, using: &generator)
        }
      }
    }
    for _ in 0..<5 { pass.run() }
    return pass
  }

  /// The time of each class of operators: medians over up to a hundred passes, each time scaled from the clock of its moment to
  /// that of the best peak.
  private static func operators(
    _ plan: ExecutionPlan, peak: Double, within duration: Duration
  ) -> [Operator] {
    let pass = prepared(plan, seed: 0)
    let entries = plan.operators
    var names: [String] = []
    var multiplyAdds: [String: Int] = [:]
    for entry in entries {
      if multiplyAdds[entry.name] == nil { names.append(entry.name) }
      multiplyAdds[entry.name, default: 0] += entry.multiplyAdds
    }
    var samples: [String: [Double]] = [:]
    var before = plan.kernels.measuredPeak()
    let start = Instant.now
    for number in 0..<100 where number == 0 || .now - start < duration {
      var durations = [Duration](repeating: .zero, count: entries.count)
      pass.run(timing: &durations)
      let after = plan.kernels.measuredPeak()
      var times: [String: Double] = [:]
      for (entry, duration) in zip(entries, durations) { times[entry.name, default: 0] += duration.seconds }
      for (name, time) in times { samples[name, default: []].append(time * (before + after) / 2 / peak) }
      before = after
    }
    let times = names.map { median(samples[$0] ?? [.nan]) }
    let whole = times.reduce(0, +)
    return zip(names, times).map { name, time in
      Operator(
        name: name, milliseconds: time * 1000, share: time / whole,
        rate: Double(multiplyAdds[name] ?? 0) / time / 1e9)
    }
  }
}
