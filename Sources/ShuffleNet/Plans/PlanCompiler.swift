import KernelInterface
import ShuffledCore

/// Turns a graph whose channels have their places and whose rows have their order into steps, packed weights and
/// tables of offsets.
struct PlanCompiler {
  let graph: NetworkGraph
  let schedule: RowSchedule
  let plan: ChannelPlan
  let layout: PlanarLayout
  let kernels: KernelTable

  private(set) var steps: [ExecutionPlan.Step] = []
  var constants: PlanConstants
  /// What an operation's calls on the same slabs have in common.
  private var operands: [OperandsKey: ExecutionPlan.Operands] = [:]

  private struct OperandsKey: Hashable {
    var operation: Int
    var firstSlab: Int
    var firstInputSlab: Int
  }

  init(
    graph: NetworkGraph, schedule: RowSchedule, plan: ChannelPlan, layout: PlanarLayout, kernels: KernelTable
  ) {
    self.graph = graph
    self.schedule = schedule
    self.plan = plan
    self.layout = layout
    self.kernels = kernels
    constants = PlanConstants(parameters: graph.parameters)
  }

  mutating func compile() {
    for call in schedule.calls { steps.append(step(call)) }
    markUpcoming()
  }

  /// While a part of conv5 computes, the fully connected layer's weights for it come nearer, and those of the next part.
  private mutating func markUpcoming() {
    let parts = schedule.calls.indices.filter { index in
      guard case .pointwise = steps[index].kind else { return false }
      return schedule.calls[index].slabs != nil
    }
    // Where the classifier's weights for each part begin: behind the part's own.
    let starts = schedule.calls.indices.filter { schedule.calls[$0].inputSlabs != nil }
      .map { steps[$0].operands.weights }
    let ends = starts.dropFirst() + [constants.floats.count]
    for (part, (start, end)) in zip(parts, zip(starts, ends)) { steps[part].upcomingFloats = end - start }
  }

  private mutating func step(_ call: RowSchedule.Call) -> ExecutionPlan.Step {
    let operation = graph.operations[call.operation]
    let slabs = call.slabs ?? plan.outputSlabs[call.operation].indices
    let key = OperandsKey(
      operation: call.operation, firstSlab: slabs.lowerBound, firstInputSlab: call.inputSlabs?.lowerBound ?? 0
    )
    let operands = operands[key] ?? self.operands(of: call, slabs: slabs)
    self.operands[key] = operands
    let kind: ExecutionPlan.Step.Kind
    var inputShift = 0
    switch operation.kind {
    case .stem(let convolution):
      inputShift = call.rows.lowerBound * 2 * layout.rowStride
      kind = .stem(
        taps: convolution.valuesPerOutput, inputRowStep: 2 * layout.rowStride,
        outputWidth: operation.outputSize.width)
    case .pointwise:
      inputShift = shift(toRow: call.rows.lowerBound, input: call.operation)
      kind = .pointwise(
        inputChannels: plan.inputs(of: call, graph).count, outputWidth: operation.outputSize.width)
    case .depthwise(_, let stride, let dilation):
      kind = .depthwise(
        rows: appendWindowRows(call, reach: dilation, stride: stride, outside: nil),
        zeros: constants.zeros(pixels: operation.inputSize.width), inputWidth: operation.inputSize.width,
        stride: stride, dilation: dilation)
    case .convolution(_, let stride, let dilation):
      kind = .convolution(
        inputChannels: operation.inputs.count,
        rows: appendWindowRows(call, reach: dilation, stride: stride, outside: nil),
        inputWidth: operation.inputSize.width, stride: stride, dilation: dilation)
    case .averagePool(let stride):
      kind = .averagePool(
        rows: appendWindowRows(call, reach: 1, stride: stride, outside: nil),
        zeros: constants.zeros(pixels: operation.inputSize.width), inputWidth: operation.inputSize.width,
        stride: stride)
    case .maxPool:
      kind = .maxPool(
        rows: appendWindowRows(call, reach: 1, stride: 2, outside: 1), inputWidth: operation.inputSize.width)
    case .globalMean: kind = .globalMean(pixels: operation.inputSize.pixels)
    }
    let storage = schedule.storage[call.operation]
    return ExecutionPlan.Step(
      kind: kind, operands: operands, outputRows: call.rows.count, inputShift: inputShift,
      outputShift: storage.position(call.rows.lowerBound) * operation.outputSize.width * slabLanes,
      activation: operation.activation,
      multiplyAdds: KernelCall(call, graph, plan).multiplyAdds)
  }

  /// From a slab's start to a row of an operation's input, in floats.
  private func shift(toRow row: Int, input index: Int) -> Int {
    let operation = graph.operations[index]
    // All that one operation reads is kept in the same way.
    let position = graph.producers(of: index).first.map { schedule.storage[$0].position(row) } ?? row
    return position * operation.inputSize.width * slabLanes
  }

  /// The three rows of each output row's window. For rows outside the picture: -1, or the row of the window whose
  /// number is given.
  private mutating func appendWindowRows(
    _ call: RowSchedule.Call, reach: Int, stride: Int, outside: Int?
  ) -> Int {
    let height = graph.operations[call.operation].inputSize.height
    var table: [Int] = []
    for row in call.rows {
      for i in 0..<3 {
        var inputRow = row * stride + (i - 1) * reach
        if !(0..<height).contains(inputRow) {
          guard let outside else {
            table.append(-1)
            continue
          }
          inputRow = row * stride + (outside - 1) * reach
        }
        table.append(shift(toRow: inputRow, input: call.operation))
      }
    }
    return constants.append(table)
  }
}
