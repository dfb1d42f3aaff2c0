import KernelInterface

/// 3x3 convolution in which every output sees every input channel: the pointwise convolution's tiles, which go through
/// all channels once for each tap. Taps that lie above or below the picture are left out for a whole row, those that
/// lie beside it for the few pixels at its edges, which are computed one by one.
@inline(never)
public func convolutionF32(_ a: borrowing ConvolutionF32) {
  switch a.activation {
  case .none: convolutionF32(a, Identity.self)
  case .relu: convolutionF32(a, ReLU.self)
  case .relu6: convolutionF32(a, ReLU6.self)
  }
}

@inline(__always)
private func convolutionF32<A: ActivationKind>(_ a: borrowing ConvolutionF32, _: A.Type) {
  switch a.stride {
  case 1: convolutionPanels(a, SlabInput.self, A.self)
  case 2: convolutionPanels(a, SecondPixelInput.self, A.self)
  default: convolutionPanels(a, ThirdPixelInput.self, A.self)
  }
}

/// Every second pixel of a slab.
enum SecondPixelInput: TileInput {
  @inline(__always) static var pixelFloats: Int { 2 * slabLanes }
  @_transparent static func broadcast(_ x: UnsafePointer<Float>) -> Vector { Vector(repeating: x[0]) }
}

/// Every third pixel of a slab.
enum ThirdPixelInput: TileInput {
  @inline(__always) static var pixelFloats: Int { 3 * slabLanes }
  @_transparent static func broadcast(_ x: UnsafePointer<Float>) -> Vector { Vector(repeating: x[0]) }
}

@inline(__always)
private func convolutionPanels<I: TileInput, A: ActivationKind>(
  _ a: borrowing ConvolutionF32, _: I.Type, _: A.Type
) {
  var panel = Panel(
    inputs: a.inputChannels, inputOffsets: a.inputOffsets, weights: a.weights, bias: a.bias,
    outputOffsets: a.outputOffsets)
  var remaining = a.outputVectors
  while remaining > 0 {
    let vectors = nextPanel(of: remaining, upTo: panelVectors)
    for y in 0..<a.outputRows {
      let row = WindowRow(a, y: y)
      switch vectors {
      case 1: convolutionRow(LargestTile1.self, I.self, A.self, panel, row)
      case 2: convolutionRow(LargestTile2.self, I.self, A.self, panel, row)
      #if KERNELS_AVX512 || KERNELS_AVX2
        case 3: convolutionRow(LargestTile3.self, I.self, A.self, panel, row)
      #endif
      #if KERNELS_AVX512
        case 4: convolutionRow(LargestTile4.self, I.self, A.self, panel, row)
      #endif
      default: break
      }
    }
    panel.weights += 9 * a.inputChannels * vectors * lanes
    panel.bias += vectors * lanes
    panel.outputOffsets += vectors
    remaining -= vectors
  }
}

/// What one output row is computed from.
struct WindowRow {
  let input: UnsafePointer<Float>
  let output: UnsafeMutablePointer<Float>
  /// Where the window's rows begin; negative for one that is outside.
  let upper: Int, middle: Int, lower: Int
  let inputWidth: Int, outputWidth: Int
  let stride: Int, dilation: Int

  @inline(__always) init(_ a: borrowing ConvolutionF32, y: Int) {
    input = a.input
    output = a.output + y * a.outputWidth * slabLanes
    (upper, middle, lower) = (Int(a.rows[3 * y]), Int(a.rows[3 * y + 1]), Int(a.rows[3 * y + 2]))
    (inputWidth, outputWidth) = (a.inputWidth, a.outputWidth)
    (stride, dilation) = (a.stride, a.dilation)
  }

  /// Where one of the three rows begins.
  @inline(__always) func start(_ i: Int) -> Int { i == 0 ? upper : i == 1 ? middle : lower }
}

/// A row of pixels by a lane group.
@inline(never)
func convolutionRow<T: Tile, I: TileInput, A: ActivationKind>(
  _: T.Type, _: I.Type, _: A.Type, _ panel: Panel, _ row: WindowRow
) {
  // Output columns whose three input columns all lie inside.
  let insideFirst = min((row.dilation + row.stride - 1) / row.stride, row.outputWidth)
  let insideEnd = max(insideFirst, (row.inputWidth - row.dilation + row.stride - 1) / row.stride)
  var x = 0
  while x < insideFirst {
    convolutionTile(Tile1<T.Lanes>.self, I.self, A.self, panel, row, x: x, isInside: false)
    x += 1
  }
  while x + T.pixels <= insideEnd {
    convolutionTile(T.self, I.self, A.self, panel, row, x: x, isInside: true)
    x += T.pixels
  }
  while x + 2 <= insideEnd {
    convolutionTile(Tile2<T.Lanes>.self, I.self, A.self, panel, row, x: x, isInside: true)
    x += 2
  }
  while x < row.outputWidth {
    convolutionTile(Tile1<T.Lanes>.self, I.self, A.self, panel, row, x: x, isInside: false)
    x += 1
  }
}

/// One tile, whose first pixel is in column x.
/// - isInside: whether no tap lies left or right of the picture.
@inline(__always)
private func convolutionTile<T: Tile, I: TileInput, A: ActivationKind>(
  _: T.Type, _: I.Type, _: A.Type, _ panel: Panel, _ row: WindowRow, x: Int, isInside: Bool
) {
  var tile = T()
  let tapFloats = panel.inputs * T.Lanes.vectors * lanes
  var weights = panel.weights
  for i in 0..<3 {
    let start = row.start(i)
    if start < 0 {
      weights += 3 * tapFloats
      continue
    }
    for j in 0..<3 {
      let column = x * row.stride + (j - 1) * row.dilation
      if !isInside, column < 0 || column >= row.inputWidth {
        weights += tapFloats
        continue
      }
      let input = row.input + (start + column * slabLanes)
      for k in 0..<panel.inputs {
        tile.addProducts(input + Int(panel.inputOffsets[k]), T.Lanes(weights), I.self)
        weights += T.Lanes.vectors * lanes
      }
    }
  }
  tile.store(
    row.output + x * slabLanes, T.Lanes.offsets(panel.outputOffsets), bias: T.Lanes(panel.bias),
    VectorOutput<A>.self)
}
