import CInstructions
import KernelInterface

// The one place where the instruction sets differ: the vector, the tiles' shapes and the multiply-add.
// This folder is no target: the three kernel targets each hold a link to it and compile it on their own.
//
// A tile of P pixels by V vectors keeps P * V accumulators, V weights and one broadcast activation in registers, and
// needs P + V loads for its P * V multiply-adds. Of the shapes that fit, these measured fastest (docs/KERNELS.md).
// `LargestTileV` is the largest one for a panel of V vectors; what is left of a row is done by smaller ones.

#if KERNELS_AVX512
  /// 32 registers of 16 floats: 24 accumulators, up to four weights, one activation.
  typealias Vector = SIMD16<Float>
  let isaName = "avx512"
  let panelVectors = 4
  let usesQuads = true
  typealias LargestTile1 = Tile12<Lanes1>
  typealias LargestTile2 = Tile12<Lanes2>
  typealias LargestTile3 = Tile8<Lanes3>
  typealias LargestTile4 = Tile6<Lanes4>
#elseif KERNELS_AVX2
  /// 16 registers of 8 floats: 12 accumulators, three weights, one activation.
  typealias Vector = SIMD8<Float>
  let isaName = "avx2"
  let panelVectors = 3
  let usesQuads = false
  typealias LargestTile1 = Tile8<Lanes1>
  typealias LargestTile2 = Tile6<Lanes2>
  typealias LargestTile3 = Tile4<Lanes3>
#else
  /// 16 registers of 4 floats on the oldest x86-64: 8 accumulators, two weights, one activation, and one more for a
  /// product, as nothing is fused there.
  typealias Vector = SIMD4<Float>
  let isaName = "portable"
  let panelVectors = 2
  let usesQuads = false
  typealias LargestTile1 = Tile8<Lanes1>
  typealias LargestTile2 = Tile4<Lanes2>
#endif

@inline(__always) var lanes: Int { Vector.scalarCount }

/// Floats in a cache line.
@inline(__always) var cacheLineFloats: Int { 16 }

/// Asks for a cache line to be brought into the second-level cache. Any address will do.
@_transparent
func prefetch(_ address: UnsafePointer<Float>) { shuffled_prefetch(address) }

/// accumulator += x * w, in one rounding where the instruction set has a fused multiply-add, in two elsewhere
/// (there the fused form would be a library call a lane).
@_transparent
func multiplyAdd(_ accumulator: inout Vector, _ x: Vector, _ w: Vector) {
  #if KERNELS_AVX512 || KERNELS_AVX2 || arch(arm64)
    accumulator.addProduct(x, w)
  #else
    accumulator += x * w
  #endif
}

@_transparent
func load(_ address: UnsafePointer<Float>) -> Vector {
  UnsafeRawPointer(address).loadUnaligned(as: Vector.self)
}

@_transparent
func write(_ vector: Vector, _ address: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(address).storeBytes(of: vector, as: Vector.self)
}

/// A vector of bytes as floats.
@_transparent
func floats(_ address: UnsafePointer<UInt8>) -> Vector {
  #if KERNELS_AVX512
    shuffled_load_16_bytes(address)
  #elseif KERNELS_AVX2
    shuffled_load_8_bytes(address)
  #else
    shuffled_load_4_bytes(address)
  #endif
}

/// Whole numbers from 0 to 255, as bytes; what follows the point is cut.
@_transparent
func writeBytes(_ vector: Vector, _ address: UnsafeMutablePointer<UInt8>) {
  #if KERNELS_AVX512
    shuffled_store_16_bytes(address, vector)
  #elseif KERNELS_AVX2
    shuffled_store_8_bytes(address, vector)
  #else
    shuffled_store_4_bytes(address, vector)
  #endif
}

/// The larger of each pair; written as a selection because that compiles to one instruction.
@_transparent
func larger(_ a: Vector, _ b: Vector) -> Vector { a.replacing(with: b, where: a .< b) }
