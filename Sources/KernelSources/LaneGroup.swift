import KernelInterface

/// One pixel's accumulators in a tile: one to four vectors of output channels. A tile is some of these, held in
/// local variables so that they stay in registers.
protocol LaneGroup {
  static var vectors: Int { get }
  /// Consecutive vectors: weights of one input channel, or the bias.
  init(_ address: UnsafePointer<Float>)
  mutating func addProduct(_ x: Float, _ weights: Self)
  /// Writes vector i at `output + offsets[i]`.
  func store<A: ActivationKind>(
    _ output: UnsafeMutablePointer<Float>, _ offsets: UnsafePointer<Int32>, _: A.Type)
}

struct Lanes1: LaneGroup {
  static var vectors: Int { 1 }
  var v0: Vector
  @inline(__always) init(_ a: UnsafePointer<Float>) { v0 = load(a) }
  @inline(__always) mutating func addProduct(_ x: Float, _ w: Lanes1) {
    multiplyAdd(&v0, Vector(repeating: x), w.v0)
  }
  @inline(__always)
  func store<A: ActivationKind>(
    _ output: UnsafeMutablePointer<Float>, _ offsets: UnsafePointer<Int32>, _: A.Type
  ) {
    write(A.apply(v0), output + Int(offsets[0]))
  }
}

struct Lanes2: LaneGroup {
  static var vectors: Int { 2 }
  var v0: Vector, v1: Vector
  @inline(__always) init(_ a: UnsafePointer<Float>) { (v0, v1) = (load(a), load(a + lanes)) }
  @inline(__always) mutating func addProduct(_ x: Float, _ w: Lanes2) {
    let x = Vector(repeating: x)
    multiplyAdd(&v0, x, w.v0)
    multiplyAdd(&v1, x, w.v1)
  }
  @inline(__always)
  func store<A: ActivationKind>(
    _ output: UnsafeMutablePointer<Float>, _ offsets: UnsafePointer<Int32>, _: A.Type
  ) {
    write(A.apply(v0), output + Int(offsets[0]))
    write(A.apply(v1), output + Int(offsets[1]))
  }
}

struct Lanes3: LaneGroup {
  static var vectors: Int { 3 }
  var v0: Vector, v1: Vector, v2: Vector
  @inline(__always) init(_ a: UnsafePointer<Float>) {
    (v0, v1, v2) = (load(a), load(a + lanes), load(a + 2 * lanes))
  }
  @inline(__always) mutating func addProduct(_ x: Float, _ w: Lanes3) {
    let x = Vector(repeating: x)
    multiplyAdd(&v0, x, w.v0)
    multiplyAdd(&v1, x, w.v1)
    multiplyAdd(&v2, x, w.v2)
  }
  @inline(__always)
  func store<A: ActivationKind>(
    _ output: UnsafeMutablePointer<Float>, _ offsets: UnsafePointer<Int32>, _: A.Type
  ) {
    write(A.apply(v0), output + Int(offsets[0]))
    write(A.apply(v1), output + Int(offsets[1]))
    write(A.apply(v2), output + Int(offsets[2]))
  }
}

struct Lanes4: LaneGroup {
  static var vectors: Int { 4 }
  var v0: Vector, v1: Vector, v2: Vector, v3: Vector
  @inline(__always) init(_ a: UnsafePointer<Float>) {
    (v0, v1, v2, v3) = (load(a), load(a + lanes), load(a + 2 * lanes), load(a + 3 * lanes))
  }
  @inline(__always) mutating func addProduct(_ x: Float, _ w: Lanes4) {
    let x = Vector(repeating: x)
    multiplyAdd(&v0, x, w.v0)
    multiplyAdd(&v1, x, w.v1)
    multiplyAdd(&v2, x, w.v2)
    multiplyAdd(&v3, x, w.v3)
  }
  @inline(__always)
  func store<A: ActivationKind>(
    _ output: UnsafeMutablePointer<Float>, _ offsets: UnsafePointer<Int32>, _: A.Type
  ) {
    write(A.apply(v0), output + Int(offsets[0]))
    write(A.apply(v1), output + Int(offsets[1]))
    write(A.apply(v2), output + Int(offsets[2]))
    write(A.apply(v3), output + Int(offsets[3]))
  }
}
