import KernelInterface

/// One pixel's accumulators in a tile: one to four vectors of output channels. A tile is some of these, held in
/// local variables so that they stay in registers.
protocol LaneGroup {
  static var vectors: Int { get }
  /// Zeros. Sums begin with them and not with the bias, because registers are zeroed for nothing, but copied for
  /// as much as half a multiply-add each (measured).
  init()
  /// Consecutive vectors: weights of one input channel, or the bias.
  init(_ address: UnsafePointer<Float>)
  mutating func addProduct(_ x: Vector, _ weights: Self)
  /// Where the vectors of one pixel lie; read once a tile, as far as the compiler knows a store may change them.
  associatedtype Offsets
  static func offsets(_ table: UnsafePointer<Int32>) -> Offsets
  /// Writes vector i and the bias's, added up, at `output + offset i`.
  func store<O: TileOutput>(
    _ output: UnsafeMutablePointer<Float>, _ offsets: Offsets, bias: Self, _: O.Type)
}

struct Lanes1: LaneGroup {
  static var vectors: Int { 1 }
  var v0: Vector
  @inline(__always) init() { v0 = Vector(repeating: 0) }
  @inline(__always) init(_ a: UnsafePointer<Float>) { v0 = load(a) }
  @inline(__always) mutating func addProduct(_ x: Vector, _ w: Lanes1) {
    multiplyAdd(&v0, x, w.v0)
  }
  @inline(__always) static func offsets(_ table: UnsafePointer<Int32>) -> Int {
    Int(table[0])
  }
  @inline(__always)
  func store<O: TileOutput>(_ output: UnsafeMutablePointer<Float>, _ offsets: Int, bias: Self, _: O.Type) {
    O.put(v0 + bias.v0, output + offsets)
  }
}

struct Lanes2: LaneGroup {
  static var vectors: Int { 2 }
  var v0: Vector, v1: Vector
  @inline(__always) init() {
    let zero = Vector(repeating: 0)
    (v0, v1) = (zero, zero)
  }
  @inline(__always) init(_ a: UnsafePointer<Float>) { (v0, v1) = (load(a), load(a + lanes)) }
  @inline(__always) mutating func addProduct(_ x: Vector, _ w: Lanes2) {
    multiplyAdd(&v0, x, w.v0)
    multiplyAdd(&v1, x, w.v1)
  }
  @inline(__always) static func offsets(_ table: UnsafePointer<Int32>) -> (Int, Int) {
    (Int(table[0]), Int(table[1]))
  }
  @inline(__always)
  func store<O: TileOutput>(
    _ output: UnsafeMutablePointer<Float>, _ offsets: (Int, Int), bias: Self, _: O.Type
  ) {
    O.put(v0 + bias.v0, output + offsets.0)
    O.put(v1 + bias.v1, output + offsets.1)
  }
}

struct Lanes3: LaneGroup {
  static var vectors: Int { 3 }
  var v0: Vector, v1: Vector, v2: Vector
  @inline(__always) init() {
    let zero = Vector(repeating: 0)
    (v0, v1, v2) = (zero, zero, zero)
  }
  @inline(__always) init(_ a: UnsafePointer<Float>) {
    (v0, v1, v2) = (load(a), load(a + lanes), load(a + 2 * lanes))
  }
  @inline(__always) mutating func addProduct(_ x: Vector, _ w: Lanes3) {
    multiplyAdd(&v0, x, w.v0)
    multiplyAdd(&v1, x, w.v1)
    multiplyAdd(&v2, x, w.v2)
  }
  @inline(__always) static func offsets(_ table: UnsafePointer<Int32>) -> (Int, Int, Int) {
    (Int(table[0]), Int(table[1]), Int(table[2]))
  }
  @inline(__always)
  func store<O: TileOutput>(
    _ output: UnsafeMutablePointer<Float>, _ offsets: (Int, Int, Int), bias: Self, _: O.Type
  ) {
    O.put(v0 + bias.v0, output + offsets.0)
    O.put(v1 + bias.v1, output + offsets.1)
    O.put(v2 + bias.v2, output + offsets.2)
  }
}

struct Lanes4: LaneGroup {
  static var vectors: Int { 4 }
  var v0: Vector, v1: Vector, v2: Vector, v3: Vector
  @inline(__always) init() {
    let zero = Vector(repeating: 0)
    (v0, v1, v2, v3) = (zero, zero, zero, zero)
  }
  @inline(__always) init(_ a: UnsafePointer<Float>) {
    (v0, v1, v2, v3) = (load(a), load(a + lanes), load(a + 2 * lanes), load(a + 3 * lanes))
  }
  @inline(__always) mutating func addProduct(_ x: Vector, _ w: Lanes4) {
    multiplyAdd(&v0, x, w.v0)
    multiplyAdd(&v1, x, w.v1)
    multiplyAdd(&v2, x, w.v2)
    multiplyAdd(&v3, x, w.v3)
  }
  @inline(__always) static func offsets(_ table: UnsafePointer<Int32>) -> (Int, Int, Int, Int) {
    (Int(table[0]), Int(table[1]), Int(table[2]), Int(table[3]))
  }
  @inline(__always)
  func store<O: TileOutput>(
    _ output: UnsafeMutablePointer<Float>, _ offsets: (Int, Int, Int, Int), bias: Self, _: O.Type
  ) {
    O.put(v0 + bias.v0, output + offsets.0)
    O.put(v1 + bias.v1, output + offsets.1)
    O.put(v2 + bias.v2, output + offsets.2)
    O.put(v3 + bias.v3, output + offsets.3)
  }
}
