import KernelInterface

/// How far apart neighbouring output pixels' inputs lie, in floats. A constant of the type, so that a tile's
/// loads have immediate offsets: with a stride known at run time the compiler keeps a pointer a pixel and spills.
protocol PixelSpacing {
  static var floats: Int { get }
}

/// Neighbouring pixels of a slab.
enum SlabSpacing: PixelSpacing {
  @inline(__always) static var floats: Int { slabLanes }
}

/// Every second sample of a plane: the first convolution's stride.
enum StemSpacing: PixelSpacing {
  @inline(__always) static var floats: Int { 2 }
}

/// What a tile computes from: fixed for a whole panel of weights.
struct Panel {
  /// Input values a pixel (K), and where each lies relative to the tile's first pixel.
  var inputs: Int
  var inputOffsets: UnsafePointer<Int32>
  var weights: UnsafePointer<Float>
  var bias: UnsafePointer<Float>
  var outputOffsets: UnsafePointer<Int32>
}

#if KERNELS_AVX512
  /// A register tile of seven pixels by a lane group.
  /// - input: the tile's first pixel; output: likewise.
  @inline(__always)
  func tile<L: LaneGroup, S: PixelSpacing, A: ActivationKind>(
    _: L.Type, _: S.Type, _: A.Type, _ panel: Panel, _ input: UnsafePointer<Float>,
    _ output: UnsafeMutablePointer<Float>
  ) {
    let bias = L(panel.bias)
    var (r0, r1, r2, r3, r4, r5, r6) = (bias, bias, bias, bias, bias, bias, bias)
    var weights = panel.weights
    for k in 0..<panel.inputs {
      let x = input + Int(panel.inputOffsets[k])
      let w = L(weights)
      weights += L.vectors * lanes
      r0.addProduct(x[0], w)
      r1.addProduct(x[S.floats], w)
      r2.addProduct(x[2 * S.floats], w)
      r3.addProduct(x[3 * S.floats], w)
      r4.addProduct(x[4 * S.floats], w)
      r5.addProduct(x[5 * S.floats], w)
      r6.addProduct(x[6 * S.floats], w)
    }
    let offsets = panel.outputOffsets
    r0.store(output, offsets, A.self)
    r1.store(output + slabLanes, offsets, A.self)
    r2.store(output + 2 * slabLanes, offsets, A.self)
    r3.store(output + 3 * slabLanes, offsets, A.self)
    r4.store(output + 4 * slabLanes, offsets, A.self)
    r5.store(output + 5 * slabLanes, offsets, A.self)
    r6.store(output + 6 * slabLanes, offsets, A.self)
  }
#else
  /// A register tile of four pixels by a lane group.
  /// - input: the tile's first pixel; output: likewise.
  @inline(__always)
  func tile<L: LaneGroup, S: PixelSpacing, A: ActivationKind>(
    _: L.Type, _: S.Type, _: A.Type, _ panel: Panel, _ input: UnsafePointer<Float>,
    _ output: UnsafeMutablePointer<Float>
  ) {
    let bias = L(panel.bias)
    var (r0, r1, r2, r3) = (bias, bias, bias, bias)
    var weights = panel.weights
    for k in 0..<panel.inputs {
      let x = input + Int(panel.inputOffsets[k])
      let w = L(weights)
      weights += L.vectors * lanes
      r0.addProduct(x[0], w)
      r1.addProduct(x[S.floats], w)
      r2.addProduct(x[2 * S.floats], w)
      r3.addProduct(x[3 * S.floats], w)
    }
    let offsets = panel.outputOffsets
    r0.store(output, offsets, A.self)
    r1.store(output + slabLanes, offsets, A.self)
    r2.store(output + 2 * slabLanes, offsets, A.self)
    r3.store(output + 3 * slabLanes, offsets, A.self)
  }
#endif

/// One pixel by a lane group: where there are fewer pixels than a tile has.
@inline(__always)
func singlePixelTile<L: LaneGroup, A: ActivationKind>(
  _: L.Type, _: A.Type, _ panel: Panel, _ input: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>
) {
  var sum = L(panel.bias)
  var weights = panel.weights
  for k in 0..<panel.inputs {
    sum.addProduct(input[Int(panel.inputOffsets[k])], L(weights))
    weights += L.vectors * lanes
  }
  sum.store(output, panel.outputOffsets, A.self)
}

/// A row of pixels by a lane group. The last tile is moved back so that it ends with the row: some pixels are
/// computed twice, to the same result, rather than by slower code.
///
/// Not inlined: one function with all the tiles in it grows past the compiler's inlining budget.
@inline(never)
func tileRow<L: LaneGroup, S: PixelSpacing, A: ActivationKind>(
  _: L.Type, _: S.Type, _: A.Type, _ panel: Panel, _ input: UnsafePointer<Float>,
  _ output: UnsafeMutablePointer<Float>,
  pixels: Int
) {
  if pixels < tilePixels {
    for p in 0..<pixels {
      singlePixelTile(L.self, A.self, panel, input + p * S.floats, output + p * slabLanes)
    }
    return
  }
  var p = 0
  while p < pixels {
    let first = min(p, pixels - tilePixels)
    tile(L.self, S.self, A.self, panel, input + first * S.floats, output + first * slabLanes)
    p += tilePixels
  }
}

/// Calls the row of tiles for a panel of `vectors` (1...tileVectors) vectors.
@inline(__always)
func tileRow<S: PixelSpacing, A: ActivationKind>(
  vectors: Int, _: S.Type, _: A.Type, _ panel: Panel, _ input: UnsafePointer<Float>,
  _ output: UnsafeMutablePointer<Float>,
  pixels: Int
) {
  switch vectors {
  case 1: tileRow(Lanes1.self, S.self, A.self, panel, input, output, pixels: pixels)
  #if KERNELS_AVX512
    case 2: tileRow(Lanes2.self, S.self, A.self, panel, input, output, pixels: pixels)
    case 3: tileRow(Lanes3.self, S.self, A.self, panel, input, output, pixels: pixels)
    default: tileRow(Lanes4.self, S.self, A.self, panel, input, output, pixels: pixels)
  #elseif KERNELS_AVX2
    case 2: tileRow(Lanes2.self, S.self, A.self, panel, input, output, pixels: pixels)
    default: tileRow(Lanes3.self, S.self, A.self, panel, input, output, pixels: pixels)
  #else
    default: tileRow(Lanes2.self, S.self, A.self, panel, input, output, pixels: pixels)
  #endif
  }
}
