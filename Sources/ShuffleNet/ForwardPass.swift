import KernelInterface
import ShuffledCore

/// A plan with the memory to run it in. Each worker has its own; it is not shared between threads.
public final class ForwardPass {
  public let plan: ExecutionPlan
  private let arena: AlignedMemory<Float>

  public init(_ plan: ExecutionPlan) {
    self.plan = plan
    arena = AlignedMemory(count: plan.arenaCount)
  }

  /// The network's input, laid out as `plan.inputLayout`. Its border is zero and must stay so.
  public var input: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: arena.pointer, count: plan.inputLayout.count)
  }

  /// Runs the network on what `input` holds. Allocates nothing and takes no lock.
  public func run() { run(steps: plan.steps.count) }

  /// Runs the network and adds what each step took to `durations`, an entry a step: for benchmarks.
  public func run(timing durations: inout [Duration]) {
    precondition(durations.count == plan.steps.count, "a duration a step")
    for (index, step) in plan.steps.enumerated() {
      let began = ContinuousClock.now
      execute(step)
      durations[index] += .now - began
    }
  }

  /// The logits of the last run, a value a class.
  public var logits: [Float] { plan.logitOffsets.map { arena.pointer[$0] } }

  /// The activation at a mark, channels x height x width, after running up to it.
  package func activation(at mark: ExecutionPlan.Mark) -> [Float] {
    run(steps: mark.steps)
    return mark.offsets.flatMap { offset in
      (0..<mark.size.pixels).map { arena.pointer[offset + $0 * slabLanes] }
    }
  }

  private func run(steps count: Int) {
    plan.steps.withUnsafeBufferPointer { steps in
      for index in 0..<count { execute(steps[index]) }
    }
  }

  private func execute(_ step: ExecutionPlan.Step) {
    let memory = arena.pointer
    let constants = plan.constants.pointer
    let tables = plan.tables.pointer
    switch step {
    case .pointwise(let s):
      plan.kernels.pointwiseF32(
        PointwiseF32(
          input: memory, inputOffsets: tables + s.inputOffsets, inputChannels: s.inputChannels,
          weights: constants + s.weights, bias: constants + s.bias, output: memory,
          outputOffsets: tables + s.outputOffsets, outputVectors: s.outputVectors, pixels: s.pixels,
          activation: s.activation))
    case .stem(let s):
      plan.kernels.stemConvolutionF32(
        StemConvolutionF32(
          input: memory, inputOffsets: tables + s.inputOffsets, taps: s.taps, inputRowStep: s.inputRowStep,
          weights: constants + s.weights, bias: constants + s.bias, output: memory,
          outputOffsets: tables + s.outputOffsets, outputVectors: s.outputVectors,
          outputHeight: s.output.height, outputWidth: s.output.width, activation: s.activation))
    case .depthwise(let s):
      plan.kernels.depthwiseF32(
        DepthwiseF32(
          input: memory, inputOffsets: tables + s.inputOffsets, weights: constants + s.weights,
          bias: constants + s.bias, zeros: constants + s.zeros, output: memory,
          outputOffsets: tables + s.outputOffsets, slabs: s.slabs, inputHeight: s.input.height,
          inputWidth: s.input.width, stride: s.stride, dilation: s.dilation,
          activation: s.activation))
    case .maxPool(let s):
      plan.kernels.maxPoolF32(
        MaxPoolF32(
          input: memory, inputOffsets: tables + s.inputOffsets, output: memory,
          outputOffsets: tables + s.outputOffsets, slabs: s.slabs, inputHeight: s.input.height,
          inputWidth: s.input.width))
    case .globalMean(let s):
      plan.kernels.globalMeanF32(
        GlobalMeanF32(
          input: memory, inputOffsets: tables + s.inputOffsets, output: memory,
          outputOffsets: tables + s.outputOffsets, slabs: s.slabs, pixels: s.input.pixels))
    }
  }
}
