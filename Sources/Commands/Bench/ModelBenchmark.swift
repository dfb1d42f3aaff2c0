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
    /// What one core can do: thousands of millions of multiply-adds a second.
    var peak: Double
    var operators: [Operator]
  }

  /// Blocks for about `duration`, then a little longer for the operators.
  static func run(_ plan: ExecutionPlan, workers: Int, duration: Duration) -> Result {
    let merged = Mutex((latencies: LatencyHistogram(), rate: 0.0, peak: 0.0))
    DispatchQueue.concurrentPerform(iterations: workers) { number in
      let pass = prepared(plan, seed: number)
      var latencies = LatencyHistogram()
      var peak = measurePeak(plan.kernels)
      var spent = Duration.zero
      while spent < duration {
        // In turn with the passes, because the core's clock changes; its best is the peak.
        let part = Instant.now
        while Instant.now - part < .milliseconds(100) {
          let began = Instant.now
          pass.run()
          latencies.add(.now - began)
        }
        spent += .now - part
        peak = max(peak, measurePeak(plan.kernels))
      }
      let rate = Double(latencies.count) / spent.seconds
      merged.withLock { merged in
        merged.latencies.merge(latencies)
        merged.rate += rate
        merged.peak = max(merged.peak, peak)
      }
    }
    let (latencies, rate, peak) = merged.withLock { $0 }
    return Result(latencies: latencies, passesPerSecond: rate, peak: peak, operators: operators(plan))
  }

  /// A pass with noise for input, run a few times so that memory and caches are as they will be.
  private static func prepared(_ plan: ExecutionPlan, seed: Int) -> ForwardPass {
    let pass = ForwardPass(plan)
    let (layout, input) = (plan.inputLayout, pass.input)
    var state = UInt64(seed) &+ 1
    for c in 0..<3 {
      for y in 0..<layout.size.height {
        for x in 0..<layout.size.width {
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          input[layout.index(channel: c, y: y, x: x)] = Float(Int64(bitPattern: state) >> 40) / 0x1p23
        }
      }
    }
    for _ in 0..<5 { pass.run() }
    return pass
  }

  private static func measurePeak(_ kernels: KernelTable) -> Double {
    let began = Instant.now
    let done = kernels.peakF32(100_000_000)
    return Double(done) / (Instant.now - began).seconds / 1e9
  }

  private static func operators(_ plan: ExecutionPlan) -> [Operator] {
    let pass = prepared(plan, seed: 0)
    let repetitions = 50
    var best = [Duration](repeating: .seconds(3600), count: plan.operators.count)
    for _ in 0..<repetitions {
      var durations = [Duration](repeating: .zero, count: best.count)
      pass.run(timing: &durations)
      for index in best.indices { best[index] = min(best[index], durations[index]) }
    }
    var order: [String] = []
    var times: [String: (time: Duration, multiplyAdds: Int)] = [:]
    for (entry, time) in zip(plan.operators, best) {
      if times[entry.name] == nil { order.append(entry.name) }
      times[entry.name, default: (.zero, 0)].time += time
      times[entry.name, default: (.zero, 0)].multiplyAdds += entry.multiplyAdds
    }
    let whole = best.reduce(Duration.zero, +).seconds
    return order.map { name in
      let (time, multiplyAdds) = times[name] ?? (.zero, 0)
      return Operator(
        name: name, milliseconds: time.milliseconds, share: time.seconds / whole,
        rate: Double(multiplyAdds) / time.seconds / 1e9)
    }
  }
}
