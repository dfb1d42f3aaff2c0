import Dispatch
import Glibc
import KernelInterface
import KernelProblems
import ShuffleNet
import ShuffledCore
import Synchronization

/// Measures calls of one kernel on memory that no cache holds: there are as many copies of the call's memory as a core's
/// second-level cache has room for several times over, and they take turns.
package enum KernelBenchmark {
  package struct Result: Sendable {
    package var latencies: LatencyHistogram
    /// Of all workers: calls a second.
    package var callsPerSecond: Double
    package var multiplyAdds: Int
    /// Bytes that a call reads or writes.
    package var bytes: Int
    /// Copies that took turns, a worker.
    package var copies: Int
    /// What a worker reaches of what its core could do at the same time.
    package var peakShare: Double
  }

  /// Compares with the reference first, then blocks for about `duration`. Throws `Failure` where the kernel is wrong.
  package static func run(
    _ call: KernelCall, _ kernels: KernelTable, workers: Int, duration: Duration
  ) throws(Failure) -> Result {
    let problem = call.problem(kernels)
    if let fault = problem.fault(kernels) {
      throw Failure(
        .failed, cannot: "trust the \(kernels.name) kernel", "\(problem)", because: fault,
        remedy: "please report this with your processor's name")
    }
    let merged = Mutex((latencies: LatencyHistogram(), rate: 0.0, shares: [Double]()))
    let bytes = problem.trial(kernels).bytes
    let copies = max(2, (rotatedBytes + bytes - 1) / bytes)
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      let trials = (0..<copies).map { _ in problem.trial(kernels) }
      for trial in trials { trial.run() }
      var latencies = LatencyHistogram()
      var shares: [Double] = []
      var (spent, next) = (Duration.zero, 0)
      var before = kernels.measuredPeak()
      while spent < duration {
        let part = Instant.now
        var calls = 0
        repeat {
          let began = Instant.now
          trials[next].run()
          latencies.add(.now - began)
          next = (next + 1) % copies
          calls += 1
        } while Instant.now - part < .milliseconds(2)
        let took = Instant.now - part
        let after = kernels.measuredPeak()
        shares.append(Double(calls * problem.multiplyAdds) / took.seconds / 1e9 / ((before + after) / 2))
        spent += took
        before = after
      }
      merged.withLock { merged in
        merged.latencies.merge(latencies)
        merged.rate += Double(latencies.count) / spent.seconds
        merged.shares += shares
      }
    }
    let (latencies, rate, shares) = merged.withLock { $0 }
    return Result(
      latencies: latencies, callsPerSecond: rate, multiplyAdds: problem.multiplyAdds, bytes: bytes,
      copies: copies, peakShare: median(shares))
  }

  /// Four times the second-level cache, and at least 8 MiB.
  private static let rotatedBytes = max(8 << 20, 4 * sysconf(Int32(_SC_LEVEL2_CACHE_SIZE)))
}

extension KernelCall {
  /// The call on integers, where the result is exact.
  func problem(_ kernels: KernelTable) -> any KernelProblem {
    let slabs = (outputs + slabLanes - 1) / slabLanes
    let read = PixelSize(width: size.width * stride, height: size.height * stride)
    switch kernel {
    case .stem:
      return StemConvolutionProblem(
        size: read, outputs: outputs, activation: activation, values: .integers, seed: 1)
    case .pointwise:
      return PointwiseProblem(
        pixels: size.width * size.height, inputs: inputs, outputs: outputs, activation: activation,
        values: .integers, seed: 1,
        usesQuads: QuadWeights.isWorthIt(
          outputs: outputs, inputs: inputs, inputQuads: QuadWeights.count(for: inputs), kernels: kernels)
          && !isResidual,
        isScattered: false, isResidual: isResidual)
    case .convolution:
      return ConvolutionProblem(
        size: read, inputs: inputs, outputs: outputs, stride: stride, dilation: dilation,
        activation: activation,
        values: .integers, seed: 1)
    case .averagePool:
      return DepthwiseProblem(
        size: read, slabs: slabs, stride: stride, dilation: 1, activation: .none, values: .integers, seed: 1)
    case .depthwise:
      return DepthwiseProblem(
        size: read, slabs: slabs, stride: stride, dilation: dilation, activation: activation,
        values: .integers, seed: 1)
    case .maxPool: return MaxPoolProblem(size: read, slabs: slabs, values: .integers, seed: 1)
    case .globalMean: return GlobalMeanProblem(size: size, slabs: slabs, values: .reals, seed: 1)
    }
  }

  /// `28x7, 58 to 58, stride 2`.
  var shape: String {
    var text = "\(size), "
    switch kernel {
    case .stem, .pointwise, .convolution: text += "\(inputs) to \(outputs)"
    case .depthwise, .maxPool, .averagePool, .globalMean: text += "\(outputs)"
    }
    if isResidual { text += ", added" }
    if kernel == .depthwise || kernel == .convolution || kernel == .averagePool, stride > 1 {
      text += ", stride \(stride)"
    }
    if dilation > 1 { text += ", dilation \(dilation)" }
    return text
  }
}
