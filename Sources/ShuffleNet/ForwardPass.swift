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
  public func run() { run(steps: 0..<plan.steps.count) }

  /// Runs the network and adds what each step took to `durations`, an entry a step: for benchmarks.
  public func run(timing durations: inout [Duration]) {
    precondition(durations.count == plan.steps.count, "a duration a step")
    for index in 0..<plan.steps.count {
      let began = ContinuousClock.now
      execute(plan.steps.pointer[index])
      durations[index] += .now - began
    }
  }

  /// Runs the network and gives what all steps after a mark took together: for benchmarks.
  package func run(timingAfter mark: ExecutionPlan.Mark) -> Duration {
    run(steps: 0..<mark.steps)
    let began = ContinuousClock.now
    run(steps: mark.steps..<plan.steps.count)
    return .now - began
  }

  /// The logits of the last run, a value a class.
  public var logits: [Float] { plan.logitOffsets.map { arena.pointer[$0] } }

  /// The activation at a mark, channels x height x width, after running up to it.
  package func activation(at mark: ExecutionPlan.Mark) -> [Float] {
    run(steps: 0..<mark.steps)
    return mark.offsets.flatMap { offset in
      (0..<mark.size.pixels).map { arena.pointer[offset + $0 * slabLanes] }
    }
  }

  private func run(steps range: Range<Int>) {
    let steps = plan.steps.pointer
    for index in range { execute(steps[index]) }
  }

  private func execute(_ step: ExecutionPlan.Step) {
    let memory = arena.pointer
    let constants = plan.constants.pointer
    let tables = plan.tables.pointer
    let operands = step.operands
    let (inputOffsets, outputOffsets) = (tables + operands.inputOffsets, tables + operands.outputOffsets)
    let (input, output) = (memory + step.inputShift, memory + step.outputShift)
    let weights = constants + operands.weights
    // What is added to lies as a bias would: one value a channel.
    let bias: UnsafePointer<Float> =
      operands.addsToOutput
      ? UnsafePointer(output + Int(outputOffsets[0])) : UnsafePointer(constants + operands.bias)
    switch step.kind {
    case .pointwise(let inputChannels, let outputWidth):
      plan.kernels.pointwiseF32(
        PointwiseF32(
          input: input, inputOffsets: inputOffsets, inputChannels: inputChannels, weights: weights,
          bias: bias,
          output: output, outputOffsets: outputOffsets, outputVectors: operands.outputs,
          outputQuads: operands.outputQuads, inputQuadOffsets: tables + operands.inputQuadOffsets,
          inputQuads: operands.inputQuads, pixels: step.outputRows * outputWidth, activation: step.activation,
          upcomingFloats: step.upcomingFloats, isResidual: operands.isResidual))
    case .stem(let taps, let inputRowStep, let outputWidth):
      plan.kernels.stemConvolutionF32(
        StemConvolutionF32(
          input: input, inputOffsets: inputOffsets, taps: taps, inputRowStep: inputRowStep, weights: weights,
          bias: bias, output: output, outputOffsets: outputOffsets, outputVectors: operands.outputs,
          outputRows: step.outputRows, outputWidth: outputWidth, activation: step.activation))
    case .depthwise(let rows, let zeros, let inputWidth, let stride, let dilation):
      plan.kernels.depthwiseF32(
        DepthwiseF32(
          input: input, inputOffsets: inputOffsets, rows: tables + rows, weights: weights, bias: bias,
          zeros: constants + zeros, output: output, outputOffsets: outputOffsets, slabs: operands.outputs,
          outputRows: step.outputRows, inputWidth: inputWidth, stride: stride, dilation: dilation,
          activation: step.activation))
    case .convolution(let inputChannels, let rows, let inputWidth, let stride, let dilation):
      plan.kernels.convolutionF32(
        ConvolutionF32(
          input: input, inputOffsets: inputOffsets, inputChannels: inputChannels, rows: tables + rows,
          weights: weights, bias: bias, output: output, outputOffsets: outputOffsets,
          outputVectors: operands.outputs, outputRows: step.outputRows, inputWidth: inputWidth,
          stride: stride,
          dilation: dilation, activation: step.activation))
    case .averagePool(let rows, let zeros, let inputWidth, let stride):
      // A depthwise convolution whose weights are all one ninth.
      plan.kernels.depthwiseF32(
        DepthwiseF32(
          input: input, inputOffsets: inputOffsets, rows: tables + rows, weights: weights, bias: bias,
          zeros: constants + zeros, output: output, outputOffsets: outputOffsets, slabs: operands.outputs,
          outputRows: step.outputRows, inputWidth: inputWidth, stride: stride, dilation: 1, activation: .none)
      )
    case .maxPool(let rows, let inputWidth):
      plan.kernels.maxPoolF32(
        MaxPoolF32(
          input: input, inputOffsets: inputOffsets, rows: tables + rows, output: output,
          outputOffsets: outputOffsets, slabs: operands.outputs, outputRows: step.outputRows,
          inputWidth: inputWidth))
    case .globalMean(let pixels):
      plan.kernels.globalMeanF32(
        GlobalMeanF32(
          input: input, inputOffsets: inputOffsets, output: output, outputOffsets: outputOffsets,
          slabs: operands.outputs, pixels: pixels))
    }
  }
}
