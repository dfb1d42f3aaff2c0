import KernelInterface

/// What kernel calls read besides activations: weights packed for these kernels, and where every channel lies.
extension PlanCompiler {
  /// Appends what a call reads, for some of its operation's output slabs.
  mutating func operands(of call: RowSchedule.Call, slabs: Range<Int>) -> ExecutionPlan.Operands {
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
        // A sum's neighbours may be sums of other groups: four channels cannot be told from them.
        let quads =
          !operation.addends.isEmpty
          ? nil : InputQuads(zip(offsets, inputs).map { (offset: $0, lane: plan.places[$1].lane) })
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
      return depthwise(index, slabs, weights: convolution.weights, bias: convolution.bias)
    case .convolution(let convolution, _, _):
      return dense(
        convolution, operation, inputOffsets: operation.inputs.map(plan.offset), quads: nil, outputSlabs)
    case .averagePool:
      let channels = operation.outputs.count
      return depthwise(
        index, slabs, weights: [Float](repeating: 1 / 9, count: 9 * channels),
        bias: [Float](repeating: 0, count: channels))
    case .maxPool, .globalMean: return slabwise(index, slabs)
    }
  }

  /// Of a convolution that mixes channels.
  private mutating func dense(
    _ convolution: FoldedConvolution, _ operation: NetworkGraph.Operation, inputOffsets: [Int],
    quads: InputQuads?, _ outputSlabs: [Int]
  ) -> ExecutionPlan.Operands {
    let first = operation.outputs.first ?? 0
    let vectors = outputVectors(operation, outputSlabs)
    // For each lane, the row of weights that belongs there.
    let order = vectors.flatMap { $0.channels.map { $0.map { $0 - first } } }
    let outputs = (order.lastIndex { $0 != nil } ?? -1) + 1
    // Channels left for a last vector, which are computed in quads.
    var whole = outputs
    if let quads,
      QuadWeights.isWorthIt(
        outputs: outputs, inputs: inputOffsets.count, inputQuads: quads.offsets.count, kernels: kernels)
    {
      whole -= outputs % kernels.vectorLanes
    }
    var packed = PackedWeights(
      pointwise: convolution.weights, bias: convolution.bias, outputOrder: Array(order[..<whole]),
      taps: convolution.valuesPerOutput / inputOffsets.count, kernels: kernels)
    var outputOffsets = vectors[..<kernels.vectors(for: whole)].map(\.offset)
    var operands = ExecutionPlan.Operands(inputOffsets: 0, outputOffsets: 0, outputs: outputOffsets.count)
    operands.isResidual = !operation.addends.isEmpty
    if let quads, whole < outputs {
      let rest = QuadWeights(
        convolution.weights, bias: convolution.bias, outputOrder: order[whole..<outputs].compactMap { $0 },
        inputQuads: quads.members)
      packed.weights += rest.weights
      packed.bias += rest.bias
      operands.outputQuads = QuadWeights.count(for: outputs - whole)
      operands.inputQuads = quads.offsets.count
      operands.inputQuadOffsets = constants.append(quads.offsets)
      let last = vectors[whole / kernels.vectorLanes].offset
      outputOffsets += (0..<operands.outputQuads).map { last + 4 * $0 }
    }
    operands.weights = constants.append(packed.weights)
    operands.bias = constants.append(packed.bias)
    operands.inputOffsets = constants.append(inputOffsets)
    operands.outputOffsets = constants.append(outputOffsets)
    return operands
  }

  /// One vector of lanes of a slab: where it lies, and the channel in each lane.
  private struct OutputVector {
    var offset: Int
    var channels: [Channel?]
  }

  /// The vectors in which an operation has channels. Where its outputs have slabs of their own these are full, but for the
  /// last one; sums lie among those of other groups.
  private func outputVectors(_ operation: NetworkGraph.Operation, _ outputSlabs: [Int]) -> [OutputVector] {
    let lanes = kernels.vectorLanes
    var channels: [Int: [Channel?]] = [:]
    for channel in operation.outputs {
      let place = plan.places[channel]
      channels[place.slab, default: Array(repeating: nil, count: slabLanes)][place.lane] = channel
    }
    return outputSlabs.flatMap { slab -> [OutputVector] in
      let all = channels[slab] ?? []
      return stride(from: 0, to: all.count, by: lanes).compactMap { lane in
        let some = Array(all[lane..<lane + lanes])
        return some.allSatisfy { $0 == nil }
          ? nil : OutputVector(offset: plan.slabs[slab].offset + lane, channels: some)
      }
    }
  }

  /// Of a convolution with one filter a channel.
  private mutating func depthwise(
    _ index: Int, _ slabs: Range<Int>, weights: [Float], bias: [Float]
  ) -> ExecutionPlan.Operands {
    let firstSlab = plan.outputSlabs[index][slabs.lowerBound]
    let packed = PackedWeights(
      depthwise: weights, bias: bias,
      places: graph.operations[index].outputs.map { channel in
        (slab: plan.places[channel].slab - firstSlab, lane: plan.places[channel].lane)
      }, slabs: slabs.count)
    var operands = slabwise(index, slabs)
    operands.weights = constants.append(packed.weights)
    operands.bias = constants.append(packed.bias)
    return operands
  }

  /// Of an operation that works lane by lane.
  private mutating func slabwise(_ index: Int, _ slabs: Range<Int>) -> ExecutionPlan.Operands {
    ExecutionPlan.Operands(
      inputOffsets: constants.append(plan.inputSlabs[index][slabs].map { plan.slabs[$0].offset }),
      outputOffsets: constants.append(plan.outputSlabs[index][slabs].map { plan.slabs[$0].offset }),
      outputs: slabs.count)
  }
}
