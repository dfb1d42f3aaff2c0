import KernelInterface
import ShuffledCore

/// A pointwise convolution whose input channels are scattered over slabs, or not.
package struct PointwiseProblem: KernelProblem {
  package var pixels: Int
  package var inputs: Int
  package var outputs: Int
  package var activation: Activation
  package var values: ProblemValues
  /// Whether output channels that are left after the last vector are computed in quads where the kernels have them, even
  /// if that is not worth it.
  package var usesQuads: Bool
  /// What the results are added to, [output][pixel]; nil for nothing.
  package var addends: [[Float]]?
  /// weights[output][input]
  package var weights: [Float]
  package var bias: [Float]
  /// inputs[channel][pixel]
  package var input: [[Float]]
  /// By channel, its slab and its lane.
  private let places: [(slab: Int, lane: Int)]
  private let slabs: Int

  package var description: String {
    "pointwise of \(pixels) pixels, \(inputs) to \(outputs) channels, \(activation)"
      + (addends == nil ? "" : ", added")
  }
  package var multiplyAdds: Int { pixels * inputs * outputs }

  /// - Parameters:
  ///   - isScattered: whether the input channels lie anywhere, not side by side.
  ///   - isResidual: whether the results are added to something; then the activation must not be ReLU6.
  package init(
    pixels: Int, inputs: Int, outputs: Int, activation: Activation, values: ProblemValues, seed: UInt64,
    usesQuads: Bool = false, isScattered: Bool = true, isResidual: Bool = false
  ) {
    precondition(!isResidual || activation != .relu6, "sums know no ReLU6")
    var generator = SeededGenerator(seed: seed)
    self.pixels = pixels
    self.inputs = inputs
    self.outputs = outputs
    self.activation = activation
    self.values = values
    self.usesQuads = usesQuads
    weights = values.make(inputs * outputs, &generator)
    bias = values.make(outputs, &generator)
    input = (0..<inputs).map { _ in values.make(pixels, &generator) }
    addends = isResidual ? (0..<outputs).map { _ in values.make(pixels, &generator) } : nil
    // Some lanes stay free, so that channels may live anywhere.
    slabs = isScattered ? (inputs + inputs / 4) / slabLanes + 1 : (inputs + slabLanes - 1) / slabLanes
    let lanes = Array(0..<slabs * slabLanes)
    places = (isScattered ? lanes.shuffled(using: &generator) : lanes).prefix(inputs)
      .map { (slab: $0 / slabLanes, lane: $0 % slabLanes) }
  }

  package func tolerance(_ result: Int) -> Double {
    let (n, p) = (result / pixels, result % pixels)
    let addend = Double(abs(bias[n])) + Double(abs(addends?[n][p] ?? 0))
    let magnitude = (0..<inputs).reduce(addend) { sum, k in
      sum + Double(abs(weights[n * inputs + k] * input[k][p]))
    }
    return roundingBound(terms: inputs + 1, magnitude: magnitude)
  }

  package func trial(_ kernels: KernelTable) -> KernelTrial {
    let slabFloats = pixels * slabLanes
    let outputStart = slabs * slabFloats
    let outputSlabs = (outputs + slabLanes - 1) / slabLanes
    // And a slab that must stay as it is.
    let field = AlignedMemory<Float>.field(count: outputStart + (outputSlabs + 1) * slabFloats)
    for (k, place) in places.enumerated() {
      for (p, x) in input[k].enumerated() {
        field.pointer[place.slab * slabFloats + p * slabLanes + place.lane] = x
      }
    }
    func outputOffset(_ lane: Int) -> Int {
      outputStart + lane / slabLanes * slabFloats + lane % slabLanes
    }
    for (n, pixels) in (addends ?? []).enumerated() {
      for (p, x) in pixels.enumerated() { field.pointer[outputOffset(n) + p * slabLanes] = x }
    }
    var whole = outputs
    if usesQuads && kernels.usesQuads { whole -= outputs % kernels.vectorLanes }
    var packed = PackedWeights(
      pointwise: weights, bias: bias, outputOrder: Array(0..<whole), kernels: kernels)
    let vectors = kernels.vectors(for: whole)
    var outputOffsets = (0..<vectors).map { outputOffset($0 * kernels.vectorLanes) }
    var written = vectors * kernels.vectorLanes
    let channels = places.map { (offset: $0.slab * slabFloats + $0.lane, lane: $0.lane) }
    let quads = InputQuads(whole < outputs ? channels : [])
    fillFreeLanes(of: quads, in: field)
    let outputQuads = QuadWeights.count(for: outputs - whole)
    if whole < outputs {
      let rest = QuadWeights(
        weights, bias: bias, outputOrder: Array(whole..<outputs), inputQuads: quads.members)
      packed.weights += rest.weights
      packed.bias += rest.bias
      outputOffsets += (0..<outputQuads).map { outputOffset(whole + 4 * $0) }
      written = whole + 4 * outputQuads
    }
    let (weightMemory, biasMemory) = (AlignedMemory(packed.weights), AlignedMemory(packed.bias))
    let inputOffsets = AlignedMemory(channels.map { Int32($0.offset) })
    let outputTable = AlignedMemory(outputOffsets.map { Int32($0) })
    let quadTable = AlignedMemory(quads.offsets.map { Int32($0) })
    return KernelTrial(
      field: field,
      resultIndices: (0..<outputs).flatMap { n in (0..<pixels).map { outputOffset(n) + $0 * slabLanes } },
      isPadding: { index in
        guard index >= outputStart else { return false }
        return (index - outputStart) / slabFloats * slabLanes + index % slabLanes < written
      },
      bytes: 4 * (field.count + packed.weights.count)
    ) { [self] in
      kernels.pointwiseF32(
        PointwiseF32(
          input: field.pointer, inputOffsets: inputOffsets.pointer, inputChannels: inputs,
          weights: weightMemory.pointer, bias: biasMemory.pointer, output: field.pointer,
          outputOffsets: outputTable.pointer, outputVectors: vectors, outputQuads: outputQuads,
          inputQuadOffsets: quadTable.pointer, inputQuads: quads.members.count, pixels: pixels,
          activation: activation, isResidual: addends != nil))
    }
  }

  /// The free lanes of the fours that input channels lie in must be finite: any number will do.
  private func fillFreeLanes(of quads: InputQuads, in field: AlignedMemory<Float>) {
    for (offset, members) in zip(quads.offsets, quads.members) {
      for lane in 0..<4 where members[lane] == nil {
        for p in 0..<pixels { field.pointer[offset + p * slabLanes + lane] = 77 }
      }
    }
  }
}
