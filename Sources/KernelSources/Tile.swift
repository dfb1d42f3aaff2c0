import KernelInterface

/// How a tile reads its input.
protocol TileInput {
  /// From an output pixel's input to the next one's, in floats. A constant of the type, so that a tile's loads have
  /// immediate offsets: with a stride known at run time the compiler keeps a pointer a pixel and spills.
  static var pixelFloats: Int { get }
  /// What is multiplied with a vector of weights.
  static func broadcast(_ x: UnsafePointer<Float>) -> Vector
}

/// One channel of neighbouring pixels of a slab.
enum SlabInput: TileInput {
  @inline(__always) static var pixelFloats: Int { slabLanes }
  @_transparent static func broadcast(_ x: UnsafePointer<Float>) -> Vector { Vector(repeating: x[0]) }
}

/// Every second sample of a plane: the first convolution's stride.
enum StemInput: TileInput {
  @inline(__always) static var pixelFloats: Int { 2 }
  @_transparent static func broadcast(_ x: UnsafePointer<Float>) -> Vector { Vector(repeating: x[0]) }
}

#if KERNELS_AVX512
  /// Four neighbouring channels of neighbouring pixels of a slab, repeated over a vector.
  enum QuadInput: TileInput {
    @inline(__always) static var pixelFloats: Int { slabLanes }
    @_transparent static func broadcast(_ x: UnsafePointer<Float>) -> Vector {
      let four = UnsafeRawPointer(x).loadUnaligned(as: SIMD4<Float>.self)
      let eight = SIMD8(lowHalf: four, highHalf: four)
      return Vector(lowHalf: eight, highHalf: eight)
    }
  }
#endif

/// The accumulators of some pixels by a lane group, all of which stay in registers while the input channels pass by.
protocol Tile {
  associatedtype Lanes: LaneGroup
  static var pixels: Int { get }
  /// Zeros.
  init()
  /// Adds one input channel's products.
  /// - x: the channel's value at the tile's first pixel.
  mutating func addProducts<I: TileInput>(_ x: UnsafePointer<Float>, _ weights: Lanes, _: I.Type)
  /// - output: the tile's first pixel.
  func store<O: TileOutput>(
    _ output: UnsafeMutablePointer<Float>, _ offsets: Lanes.Offsets, bias: Lanes, _: O.Type)
}

struct Tile1<Lanes: LaneGroup>: Tile {
  @inline(__always) static var pixels: Int { 1 }
  var r0: Lanes
  @inline(__always) init() { r0 = Lanes() }
  @inline(__always)
  mutating func addProducts<I: TileInput>(_ x: UnsafePointer<Float>, _ w: Lanes, _: I.Type) {
    r0.addProduct(I.broadcast(x), w)
  }
  @inline(__always)
  func store<O: TileOutput>(
    _ output: UnsafeMutablePointer<Float>, _ offsets: Lanes.Offsets, bias: Lanes, _: O.Type
  ) {
    r0.store(output, offsets, bias: bias, O.self)
  }
}

/// A tile made of two smaller ones, the second one's pixels after the first one's.
struct TilePair<First: Tile, Second: Tile>: Tile where First.Lanes == Second.Lanes {
  @inline(__always) static var pixels: Int { First.pixels + Second.pixels }
  var first: First
  var second: Second
  @inline(__always) init() { (first, second) = (First(), Second()) }
  @inline(__always)
  mutating func addProducts<I: TileInput>(_ x: UnsafePointer<Float>, _ w: First.Lanes, _: I.Type) {
    first.addProducts(x, w, I.self)
    second.addProducts(x + First.pixels * I.pixelFloats, w, I.self)
  }
  @inline(__always)
  func store<O: TileOutput>(
    _ output: UnsafeMutablePointer<Float>, _ offsets: First.Lanes.Offsets, bias: First.Lanes,
    _: O.Type
  ) {
    first.store(output, offsets, bias: bias, O.self)
    second.store(output + First.pixels * slabLanes, offsets, bias: bias, O.self)
  }
}

typealias Tile2<L: LaneGroup> = TilePair<Tile1<L>, Tile1<L>>
typealias Tile4<L: LaneGroup> = TilePair<Tile2<L>, Tile2<L>>
typealias Tile6<L: LaneGroup> = TilePair<Tile4<L>, Tile2<L>>
typealias Tile8<L: LaneGroup> = TilePair<Tile4<L>, Tile4<L>>
typealias Tile12<L: LaneGroup> = TilePair<Tile8<L>, Tile4<L>>

/// What tiles compute from: fixed for a whole panel of weights.
struct Panel {
  /// Input values a pixel (K), and where each lies relative to the tile's first pixel.
  var inputs: Int
  var inputOffsets: UnsafePointer<Int32>
  var weights: UnsafePointer<Float>
  var bias: UnsafePointer<Float>
  var outputOffsets: UnsafePointer<Int32>
  /// Floats behind the weights that are brought nearer meanwhile, if they are more than the next panel's.
  var upcomingFloats = 0
}

/// How many cache lines of what comes next are asked for with each input channel.
protocol Lookahead { static var lines: Int { get } }
enum OneLine: Lookahead { @inline(__always) static var lines: Int { 1 } }
enum TwoLines: Lookahead { @inline(__always) static var lines: Int { 2 } }

/// Computes one tile.
///
/// The weights of a network do not fit the second-level cache, and come late from the third. So while a tile
/// computes, it asks for what will be needed next: a cache line or two an input channel, from `ahead` on.
/// - input, output: the tile's first pixel.
@inline(__always)
func computeTile<T: Tile, I: TileInput, O: TileOutput, A: Lookahead>(
  _: T.Type, _: I.Type, _: O.Type, _: A.Type, _ panel: Panel, _ input: UnsafePointer<Float>,
  _ output: UnsafeMutablePointer<Float>, ahead: UnsafePointer<Float>
) {
  var tile = T()
  var weights = panel.weights
  var ahead = ahead
  for k in 0..<panel.inputs {
    prefetch(ahead)
    if A.lines > 1 { prefetch(ahead + cacheLineFloats) }
    ahead += A.lines * cacheLineFloats
    tile.addProducts(input + Int(panel.inputOffsets[k]), T.Lanes(weights), I.self)
    weights += T.Lanes.vectors * lanes
  }
  tile.store(output, T.Lanes.offsets(panel.outputOffsets), bias: T.Lanes(panel.bias), O.self)
}

/// A row of pixels by a lane group: tiles as large as the registers hold, then smaller ones for what is left.
///
/// Not inlined: one function with all the tiles in it grows past the compiler's inlining budget.
@inline(never)
func tileRow<T: Tile, I: TileInput, O: TileOutput, A: Lookahead>(
  _: T.Type, _: I.Type, _: O.Type, _: A.Type, _ panel: Panel, _ input: UnsafePointer<Float>,
  _ output: UnsafeMutablePointer<Float>, pixels: Int
) {
  let panelFloats = panel.inputs * T.Lanes.vectors * lanes
  // The next panel, or what follows the last one, which the plan uses next. Once it is asked for: this panel, which
  // is near already.
  let next = panel.weights + panelFloats
  let end = next + max(panelFloats, panel.upcomingFloats)
  var ahead = next
  var p = 0
  while p + T.pixels <= pixels {
    computeTile(
      T.self, I.self, O.self, A.self, panel, input + p * I.pixelFloats, output + p * slabLanes, ahead: ahead)
    p += T.pixels
    ahead += A.lines * panel.inputs * cacheLineFloats
    if ahead >= end { ahead = panel.weights }
  }
  // Fewer than the largest tile's.
  var rest = pixels - p
  while rest >= 4 {
    computeTile(
      Tile4<T.Lanes>.self, I.self, O.self, A.self, panel, input + p * I.pixelFloats, output + p * slabLanes,
      ahead: ahead)
    p += 4
    rest -= 4
  }
  if rest & 2 != 0 {
    computeTile(
      Tile2<T.Lanes>.self, I.self, O.self, A.self, panel, input + p * I.pixelFloats, output + p * slabLanes,
      ahead: ahead)
    p += 2
  }
  if rest & 1 != 0 {
    computeTile(
      Tile1<T.Lanes>.self, I.self, O.self, A.self, panel, input + p * I.pixelFloats, output + p * slabLanes,
      ahead: ahead)
  }
}

/// Calls the row of tiles for a panel of `vectors` (1...panelVectors) vectors.
@inline(__always)
func tileRow<I: TileInput, O: TileOutput>(
  vectors: Int, _: I.Type, _: O.Type, _ panel: Panel, _ input: UnsafePointer<Float>,
  _ output: UnsafeMutablePointer<Float>, pixels: Int
) {
  switch vectors {
  case 1: tileRow(LargestTile1.self, I.self, O.self, OneLine.self, panel, input, output, pixels: pixels)
  case 2: tileRow(LargestTile2.self, I.self, O.self, OneLine.self, panel, input, output, pixels: pixels)
  #if KERNELS_AVX512 || KERNELS_AVX2
    case 3: tileRow(LargestTile3.self, I.self, O.self, OneLine.self, panel, input, output, pixels: pixels)
  #endif
  #if KERNELS_AVX512
    case 4:
      // Where there is much to ask for, and few input channels to do it with. Not always, because tiles that ask for
      // twice as much wait for it (measured).
      let lines = pixels / LargestTile4.pixels * panel.inputs
      if panel.upcomingFloats > lines * cacheLineFloats * 5 / 4 {
        tileRow(LargestTile4.self, I.self, O.self, TwoLines.self, panel, input, output, pixels: pixels)
      } else {
        tileRow(LargestTile4.self, I.self, O.self, OneLine.self, panel, input, output, pixels: pixels)
      }
  #endif
  default: return
  }
}
