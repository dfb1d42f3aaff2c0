import KernelInterface

/// 1x1 convolution as a matrix product with broadcast activations: panel by panel of output channels, so that a
/// panel's weights stay in the nearest cache while all pixels pass by.
@inline(never)
public func pointwiseF32(_ a: borrowing PointwiseF32) {
  if a.isResidual {
    if a.activation == .none {
      _ = pointwisePanels(a, ResidualOutput<Identity>.self)
    } else {
      _ = pointwisePanels(a, ResidualOutput<ReLU>.self)
    }
    return
  }
  switch a.activation {
  case .none: pointwiseF32(a, Identity.self)
  case .relu: pointwiseF32(a, ReLU.self)
  case .relu6: pointwiseF32(a, ReLU6.self)
  }
}

private func pointwiseF32<A: ActivationKind>(_ a: borrowing PointwiseF32, _: A.Type) {
  let rest = pointwisePanels(a, VectorOutput<A>.self)
  #if KERNELS_AVX512
    if a.outputQuads > 0 {
      var panel = rest
      panel.inputs = a.inputQuads
      panel.inputOffsets = a.inputQuadOffsets
      tileRow(
        vectors: a.outputQuads, QuadInput.self, QuadOutput<A>.self, panel, a.input, a.output, pixels: a.pixels
      )
    }
  #else
    _ = rest
  #endif
}

/// All panels of whole vectors; gives what follows them.
@inline(__always)
private func pointwisePanels<O: TileOutput>(_ a: borrowing PointwiseF32, _: O.Type) -> Panel {
  var panel = Panel(
    inputs: a.inputChannels, inputOffsets: a.inputOffsets, weights: a.weights, bias: a.bias,
    outputOffsets: a.outputOffsets)
  var remaining = a.outputVectors
  while remaining > 0 {
    let vectors = nextPanel(of: remaining, upTo: panelVectors)
    if vectors == remaining { panel.upcomingFloats = a.upcomingFloats }
    tileRow(
      vectors: vectors, SlabInput.self, O.self, panel, a.input, a.output, pixels: a.pixels)
    panel.weights += a.inputChannels * vectors * lanes
    panel.bias += vectors * lanes
    panel.outputOffsets += vectors
    remaining -= vectors
  }
  return panel
}
