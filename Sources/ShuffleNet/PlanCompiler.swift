import KernelInterface
import ShuffledCore

/// Turns a graph whose channels have their places into steps, packed weights and tables of offsets.
struct PlanCompiler {
  let graph: NetworkGraph
  let plan: ChannelPlan
  let layout: PlanarLayout
  let kernels: KernelTable

  private(set) var steps: [ExecutionPlan.Step] = []
  private(set) var constants: [Float] = []
  private(set) var tables: [Int32] = []
  /// The row of zeros that all depthwise convolutions share: its index in the constants, and its pixels.
  private var zeroRow = (index: 0, pixels: 0)

  init(graph: NetworkGraph, plan: ChannelPlan, layout: PlanarLayout, kernels: KernelTable) {
    self.graph = graph
    self.plan = plan
    self.layout = layout
    self.kernels = kernels
  }

  mutating func compile() {
    for (index, operation) in graph.operations.enumerated() {
      switch operation.kind {
      case .stem(let convolution): stem(index, operation, convolution)
      case .pointwise(let convolution): pointwise(index, operation, convolution)
      case .depthwise(let convolution, let stride, let dilation):
        depthwise(index, operation, convolution, stride: stride, dilation: dilation)
      case .maxPool: steps.append(.maxPool(pooling(index, operation)))
      case .globalMean: steps.append(.globalMean(pooling(index, operation)))
      }
    }
  }

  private mutating func stem(
    _ index: Int, _ operation: NetworkGraph.Operation, _ convolution: FoldedConvolution
  ) {
    // Tap (c, i, j) of output (0, 0) is the sample at row i - 1, column j - 1: the border is part of the layout.
    let taps = (0..<convolution.valuesPerOutput).map { k in
      layout.index(channel: k / 9, y: k % 9 / 3 - 1, x: k % 3 - 1)
    }
    let packed = PackedWeights(
      pointwise: convolution.weights, bias: convolution.bias, outputOrder: laneOrder(operation),
      kernels: kernels)
    let outputs = vectorOffsets(index, operation)
    steps.append(
      .stem(
        .init(
          weights: append(packed.weights), bias: append(packed.bias), inputOffsets: append(taps),
          taps: taps.count, inputRowStep: 2 * layout.rowStride, outputOffsets: append(outputs),
          outputVectors: outputs.count, output: operation.outputSize, activation: operation.activation)))
  }

  private mutating func pointwise(
    _ index: Int, _ operation: NetworkGraph.Operation, _ convolution: FoldedConvolution
  ) {
    let packed = PackedWeights(
      pointwise: convolution.weights, bias: convolution.bias, outputOrder: laneOrder(operation),
      kernels: kernels)
    let outputs = vectorOffsets(index, operation)
    steps.append(
      .pointwise(
        .init(
          weights: append(packed.weights), bias: append(packed.bias),
          inputOffsets: append(operation.inputs.map(plan.offset)), inputChannels: operation.inputs.count,
          outputOffsets: append(outputs), outputVectors: outputs.count, pixels: operation.outputSize.pixels,
          activation: operation.activation)))
  }

  private mutating func depthwise(
    _ index: Int, _ operation: NetworkGraph.Operation, _ convolution: FoldedConvolution, stride: Int,
    dilation: Int
  ) {
    let slabs = plan.outputSlabs[index]
    let places = operation.outputs.map { channel in
      (slab: plan.places[channel].slab - slabs[0], lane: plan.places[channel].lane)
    }
    let packed = PackedWeights(
      depthwise: convolution.weights, bias: convolution.bias, places: places, slabs: slabs.count)
    steps.append(
      .depthwise(
        .init(
          weights: append(packed.weights), bias: append(packed.bias),
          zeros: zeros(pixels: operation.inputSize.width),
          inputOffsets: append(plan.inputSlabs[index].map { plan.slabs[$0].offset }),
          outputOffsets: append(slabs.map { plan.slabs[$0].offset }), slabs: slabs.count, stride: stride,
          dilation: dilation, input: operation.inputSize, activation: operation.activation)))
  }

  private mutating func pooling(
    _ index: Int, _ operation: NetworkGraph.Operation
  ) -> ExecutionPlan.Step.Pooling {
    .init(
      inputOffsets: append(plan.inputSlabs[index].map { plan.slabs[$0].offset }),
      outputOffsets: append(plan.outputSlabs[index].map { plan.slabs[$0].offset }),
      slabs: plan.outputSlabs[index].count, input: operation.inputSize)
  }

  /// For each lane of the operation's output slabs, the row of its weights that belongs there.
  private func laneOrder(_ operation: NetworkGraph.Operation) -> [Int] {
    let first = operation.outputs.first ?? 0
    return operation.outputs.sorted {
      (plan.places[$0].slab, plan.places[$0].lane) < (plan.places[$1].slab, plan.places[$1].lane)
    }.map { $0 - first }
  }

  /// Where each vector of outputs lies: a slab holds `slabLanes / vectorLanes` of them.
  private func vectorOffsets(_ index: Int, _ operation: NetworkGraph.Operation) -> [Int] {
    (0..<kernels.vectors(for: operation.outputs.count)).map { vector in
      let lane = vector * kernels.vectorLanes
      return plan.slabs[plan.outputSlabs[index][lane / slabLanes]].offset + lane % slabLanes
    }
  }

  /// Appends constants, starting at a cache line, and gives the index of the first.
  private mutating func append(_ values: [Float]) -> Int {
    while constants.count % slabLanes != 0 { constants.append(0) }
    constants.append(contentsOf: values)
    return constants.count - values.count
  }

  /// A row of so many pixels of zeros. The first convolution that asks has the widest rows of all.
  private mutating func zeros(pixels: Int) -> Int {
    if pixels > zeroRow.pixels {
      zeroRow = (append([Float](repeating: 0, count: pixels * slabLanes)), pixels)
    }
    return zeroRow.index
  }

  private mutating func append(_ offsets: [Int]) -> Int {
    tables.append(contentsOf: offsets.map(Int32.init))
    return tables.count - offsets.count
  }
}
