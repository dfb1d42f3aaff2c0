import Dispatch
import ShuffleNet
import ShuffledCore
import Synchronization

/// Measures the networks of one experiment in short turns: with each other, so that all meet the same moods of the machine,
/// and with the core's peak, because its clock changes. Only their blocks are timed, not the stem that makes their input.
package enum GuidelineBenchmark {
  /// What one network did when it was its turn.
  package struct Turn: Sendable {
    /// What each pass took.
    package var seconds: [Double]
    /// The core's peak just then: thousands of millions of multiply-adds a second.
    package var peak: Double

    package init(seconds: [Double], peak: Double) {
      self.seconds = seconds
      self.peak = peak
    }
  }

  package struct Result: Equatable, Sendable {
    /// The blocks', in one pass.
    package var multiplyAdds: Int
    /// Of one pass, the median.
    package var milliseconds: Double
    /// Of all workers: thousands of millions of multiply-adds a second.
    package var rate: Double
    /// What a worker reaches of what its core could do at the same time.
    package var peakShare: Double
    /// What a multiply-add costs, the first network's being 1.
    package var relativeCost: Double

    package init(
      multiplyAdds: Int, milliseconds: Double, rate: Double, peakShare: Double, relativeCost: Double
    ) {
      self.multiplyAdds = multiplyAdds
      self.milliseconds = milliseconds
      self.rate = rate
      self.peakShare = peakShare
      self.relativeCost = relativeCost
    }
  }

  /// A result a network. Blocks for about `duration` a network, and a little longer for what is not timed.
  /// - plans: of `GuidelineNetwork`s, all for one instruction set; at least one.
  static func run(_ plans: [ExecutionPlan], workers: Int, duration: Duration) -> [Result] {
    let inputs = plans.map { plan in
      guard let input = plan.marks.first, input.name == "input" else {
        preconditionFailure("not the plan of a guideline's network")
      }
      return input
    }
    let all = Mutex<[[Turn]]>([])
    DispatchQueue.concurrentPerform(iterations: workers) { number in
      let passes = plans.map { ModelBenchmark.prepared($0, seed: number) }
      let kernels = plans[0].kernels
      var rounds: [[Turn]] = []
      var spent = Duration.zero
      var before = kernels.measuredPeak()
      while spent < duration * plans.count {
        var round: [Turn] = []
        for (pass, input) in zip(passes, inputs) {
          var turn = Turn(seconds: [], peak: 0)
          let began = Instant.now
          repeat {
            let took = pass.run(timingAfter: input)
            turn.seconds.append(took.seconds)
            spent += took
          } while Instant.now - began < .milliseconds(5)
          let after = kernels.measuredPeak()
          turn.peak = (before + after) / 2
          round.append(turn)
          before = after
        }
        rounds.append(round)
      }
      all.withLock { $0 += rounds }
    }
    let multiplyAdds = zip(plans, inputs).map { plan, input in
      plan.operators[input.steps...].reduce(0) { $0 + $1.multiplyAdds }
    }
    return results(all.withLock { $0 }, multiplyAdds: multiplyAdds, workers: workers)
  }

  /// - Parameters:
  ///   - rounds: of all workers, at least one; in each, a turn a network.
  ///   - multiplyAdds: of a pass of each network.
  package static func results(_ rounds: [[Turn]], multiplyAdds: [Int], workers: Int) -> [Result] {
    // What one network reaches of the peak, round by round.
    let shares = multiplyAdds.indices.map { index in
      rounds.map { round in
        let turn = round[index]
        let done = Double(multiplyAdds[index] * turn.seconds.count) / 1e9
        return done / turn.seconds.reduce(0, +) / turn.peak
      }
    }
    return multiplyAdds.indices.map { index in
      let seconds = rounds.flatMap { $0[index].seconds }
      let done = Double(multiplyAdds[index] * seconds.count) / 1e9
      return Result(
        multiplyAdds: multiplyAdds[index], milliseconds: 1000 * median(seconds),
        rate: Double(workers) * done / seconds.reduce(0, +), peakShare: median(shares[index]),
        relativeCost: median(zip(shares[0], shares[index]).map { $0 / $1 }))
    }
  }
}
