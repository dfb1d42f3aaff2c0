import KernelInterface

/// The first convolution: the same tiles as a pointwise convolution, reading 27 taps of the planes instead of
/// input channels.
@inline(never)
public func stemConvolutionF32(_ a: borrowing StemConvolutionF32) {
  switch a.activation {
  case .none: stemConvolutionF32(a, Identity.self)
  case .relu: stemConvolutionF32(a, ReLU.self)
  case .relu6: stemConvolutionF32(a, ReLU6.self)
  }
}

private func stemConvolutionF32<A: ActivationKind>(_ a: borrowing StemConvolutionF32, _: A.Type) {
  var panel = Panel(
    inputs: a.taps, inputOffsets: a.inputOffsets, weights: a.weights, bias: a.bias,
    outputOffsets: a.outputOffsets)
  var remaining = a.outputVectors
  while remaining > 0 {
    let vectors = nextPanel(of: remaining, upTo: panelVectors)
    for y in 0..<a.outputRows {
      tileRow(
        vectors: vectors, StemInput.self, VectorOutput<A>.self, panel, a.input + y * a.inputRowStep,
        a.output + y * a.outputWidth * slabLanes, pixels: a.outputWidth)
    }
    panel.weights += a.taps * vectors * lanes
    panel.bias += vectors * lanes
    panel.outputOffsets += vectors
    remaining -= vectors
  }
}
