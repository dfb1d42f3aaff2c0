import KernelInterface
import ShuffledCore

/// The shape of a kernel's call: what it costs, and what benchmarks measure.
package struct KernelCall: Hashable, Sendable {
  package enum Kernel: String, CaseIterable, Sendable {
    case stem, pointwise, depthwise, convolution
    case maxPool = "max-pool"
    case averagePool = "average-pool"
    case globalMean = "global-mean"
  }

  package var kernel: Kernel
  /// Channels in and out.
  package var inputs: Int
  package var outputs: Int
  /// Of the output: a band of rows, as a rule.
  package var size: PixelSize
  package var stride: Int
  package var dilation: Int
  package var activation: Activation
  /// Whether the outputs are added to what is there.
  package var isResidual = false

  package var multiplyAdds: Int {
    switch kernel {
    case .stem, .convolution: size.pixels * outputs * inputs * 9
    case .pointwise: size.pixels * outputs * inputs
    case .depthwise: size.pixels * outputs * 9
    case .maxPool, .averagePool, .globalMean: 0
    }
  }
}

extension ExecutionPlan {
  /// How each operation is called most often, in order, every shape once.
  static func typicalCalls(_ graph: NetworkGraph, _ schedule: RowSchedule, _ plan: ChannelPlan)
    -> [KernelCall]
  {
    var counts = graph.operations.map { _ in [KernelCall: Int]() }
    for call in schedule.calls { counts[call.operation][KernelCall(call, graph, plan), default: 0] += 1 }
    var seen = Set<KernelCall>()
    return counts.compactMap { calls in
      let typical = calls.max { ($0.value, $0.key.size.height) < ($1.value, $1.key.size.height) }?.key
      return typical.flatMap { seen.insert($0).inserted ? $0 : nil }
    }
  }
}

extension KernelCall {
  init(_ call: RowSchedule.Call, _ graph: NetworkGraph, _ plan: ChannelPlan) {
    let operation = graph.operations[call.operation]
    inputs = plan.inputs(of: call, graph).count
    outputs = plan.outputs(of: call, graph).count
    size = PixelSize(width: operation.outputSize.width, height: call.rows.count)
    activation = operation.activation
    (stride, dilation) = (1, 1)
    switch operation.kind {
    case .stem:
      (kernel, inputs, stride) = (.stem, 3, 2)
    case .pointwise: (kernel, isResidual) = (.pointwise, !operation.addends.isEmpty)
    case .convolution(_, let stride, let dilation):
      (kernel, self.stride, self.dilation) = (.convolution, stride, dilation)
    case .depthwise(_, let stride, let dilation):
      (kernel, inputs, self.stride, self.dilation) = (.depthwise, outputs, stride, dilation)
    case .maxPool: (kernel, inputs, stride) = (.maxPool, outputs, 2)
    // By the same kernel as a depthwise convolution; the sums are not counted as multiply-adds.
    case .averagePool(let stride): (kernel, inputs, self.stride) = (.averagePool, outputs, stride)
    case .globalMean:
      (kernel, inputs) = (.globalMean, outputs)
      // What it reads.
      size = operation.inputSize
    }
  }
}
