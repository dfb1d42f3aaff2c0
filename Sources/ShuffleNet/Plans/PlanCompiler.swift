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
  private(set) var constants: PlanConstants
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

  /// Appends what a call reads, for some of its operation's output slabs.
  private mutating func operands(of call: RowSchedule.Call, slabs: Range<Int>) -> ExecutionPlan.Operands {
    let index = call.operation
    let operation = graph.operations[index]
    let outputSlabs = Array(plan.outputSlabs[index][slabs])
    switch operation.kind {
    case .stem(let convolution):
      // Tap (c, i, j) of output (0, 0) is the sample at row i - 1, column j - 1: the border is part of the layout.
      let taps = (0..<convolution.valuesPerOutput).map { k in
        layout.index(channel: k / 9, y: k % 9 / 3 - 1, x: k % 3 - 1)
      }
      return dense(convolution, operation, inputOffsets: taps, quads: nil, outputSlabs)
    case .pointwise(let convolution):
      let inputs = plan.inputs(of: call, graph)
      let offsets = inputs.map(plan.offset)
      guard let inputSlabs = call.inputSlabs else {
        let quads = InputQuads(zip(offsets, inputs).map { (offset: $0, lane: plan.places[$1].lane) })
        return dense(convolution, operation, inputOffsets: offsets, quads: quads, outputSlabs)
      }
      let isRead = Set(inputs)
      let read = convolution.reading(
        operation.inputs.indices.filter { isRead.contains(operation.inputs[$0]) })
      // No quads, whose biases do not lie as outputs do.
      var operands = dense(read, operation, inputOffsets: offsets, quads: nil, outputSlabs)
      operands.addsToOutput = inputSlabs.lowerBound > 0
      return operands
    case .depthwise(let convolution, _, _):
      let places = operation.outputs.map { channel in
        (slab: plan.places[channel].slab - outputSlabs[0], lane: plan.places[channel].lane)
      }
      let packed = PackedWeights(
        depthwise: convolution.weights, bias: convolution.bias, places: places, slabs: slabs.count)
      var operands = slabwise(index, slabs)
      operands.weights = constants.append(packed.weights)
      operands.bias = constants.append(packed.bias)
      return operands
    case .maxPool, .globalMean: return slabwise(index, slabs)
    }
  }

  /// Of a convolution that mixes channels.
  private mutating func dense(
    _ convolution: FoldedConvolution, _ operation: NetworkGraph.Operation, inputOffsets: [Int],
    quads: InputQuads?, _ outputSlabs: [Int]
  ) -> ExecutionPlan.Operands {
    let first = operation.outputs.first ?? 0
    // For each lane of the slabs, the row of weights that belongs there.
    let order = operation.outputs.filter { outputSlabs.contains(plan.places[$0].slab) }.sorted {
      (plan.places[$0].slab, plan.places[$0].lane) < (plan.places[$1].slab, plan.places[$1].lane)
    }.map { $0 - first }
    // A slab holds `slabLanes / vectorLanes` vectors.
    func offset(ofLane lane: Int) -> Int {
      plan.slabs[outputSlabs[lane / slabLanes]].offset + lane % slabLanes
    }
    // Channels left for a last vector, which are computed in quads.
    var whole = order.count
    if let quads,
      QuadWeights.isWorthIt(
        outputs: order.count, inputs: inputOffsets.count, inputQuads: quads.offsets.count, kernels: kernels)
    {
      whole -= order.count % kernels.vectorLanes
    }
    var packed = PackedWeights(
      pointwise: convolution.weights, bias: convolution.bias, outputOrder: Array(order[..<whole]),
      kernels: kernels)
    var outputOffsets = (0..<kernels.vectors(for: whole)).map { offset(ofLane: $0 * kernels.vectorLanes) }
    var operands = ExecutionPlan.Operands(inputOffsets: 0, outputOffsets: 0, outputs: outputOffsets.count)
    if let quads, whole < order.count {
      let rest = QuadWeights(
        convolution.weights, bias: convolution.bias, outputOrder: Array(order[whole...]),
        inputQuads: quads.members)
      packed.weights += rest.weights
      packed.bias += rest.bias
      operands.outputQuads = QuadWeights.count(for: order.count - whole)
      operands.inputQuads = quads.offsets.count
      operands.inputQuadOffsets = constants.append(quads.offsets)
      outputOffsets += (0..<operands.outputQuads).map { offset(ofLane: whole + 4 * $0) }
    }
    operands.weights = constants.append(packed.weights)
    operands.bias = constants.append(packed.bias)
    operands.inputOffsets = constants.append(inputOffsets)
    operands.outputOffsets = constants.append(outputOffsets)
    return operands
  }

  /// Of an operation that works lane by lane.
  private mutating func slabwise(_ index: Int, _ slabs: Range<Int>) -> ExecutionPlan.Operands {
    ExecutionPlan.Operands(
      inputOffsets: constants.append(plan.inputSlabs[index][slabs].map { plan.slabs[$0].offset }),
      outputOffsets: constants.append(plan.outputSlabs[index][slabs].map { plan.slabs[$0].offset }),
      outputs: slabs.count)
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
