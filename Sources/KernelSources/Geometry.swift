import KernelInterface

// The one place where the instruction sets differ: the vector, the tile's shape and the multiply-add.
// This folder is no target: the three kernel targets each hold a link to it and compile it on their own.

#if KERNELS_AVX512
  /// 32 registers of 16 floats: a 7 x 4 tile keeps 28 accumulators, 4 weights are loaded a step and the
  /// activation is broadcast from memory.
  typealias Vector = SIMD16<Float>
  let isaName = "avx512"
  let tilePixels = 7
  let tileVectors = 4
#elseif KERNELS_AVX2
  /// 16 registers of 8 floats: 4 x 3 accumulators, 3 weights, 1 activation.
  typealias Vector = SIMD8<Float>
  let isaName = "avx2"
  let tilePixels = 4
  let tileVectors = 3
#else
  /// 16 registers of 4 floats on the oldest x86-64; a product needs one more there, as nothing is fused.
  typealias Vector = SIMD4<Float>
  let isaName = "portable"
  let tilePixels = 4
  let tileVectors = 2
#endif

@inline(__always) var lanes: Int { Vector.scalarCount }

/// accumulator += x * w, in one rounding where the instruction set has a fused multiply-add, in two elsewhere
/// (there the fused form would be a library call a lane).
@inline(__always)
func multiplyAdd(_ accumulator: inout Vector, _ x: Vector, _ w: Vector) {
  #if KERNELS_AVX512 || KERNELS_AVX2 || arch(arm64)
    accumulator.addProduct(x, w)
  #else
    accumulator += x * w
  #endif
}

@inline(__always)
func load(_ address: UnsafePointer<Float>) -> Vector {
  UnsafeRawPointer(address).loadUnaligned(as: Vector.self)
}

@inline(__always)
func write(_ vector: Vector, _ address: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(address).storeBytes(of: vector, as: Vector.self)
}

/// The larger of each pair; written as a selection because that compiles to one instruction.
@inline(__always)
func larger(_ a: Vector, _ b: Vector) -> Vector { a.replacing(with: b, where: a .< b) }

/// An activation as a type, so that a tile compiled for it stores its results without a branch. Comparisons with NaN
/// are false, so NaN stays NaN.
protocol ActivationKind {
  static func apply(_ v: Vector) -> Vector
}

enum Identity: ActivationKind {
  @_transparent static func apply(_ v: Vector) -> Vector { v }
}

enum ReLU: ActivationKind {
  @_transparent static func apply(_ v: Vector) -> Vector { v.replacing(with: 0, where: v .< 0) }
}

enum ReLU6: ActivationKind {
  @_transparent static func apply(_ v: Vector) -> Vector {
    let positive = v.replacing(with: 0, where: v .< 0)
    return positive.replacing(with: 6, where: positive .> 6)
  }
}
