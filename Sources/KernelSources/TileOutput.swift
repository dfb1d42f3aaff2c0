import CInstructions
import KernelInterface

/// An activation as a type, so that a tile compiled for it stores its results without a branch. Comparisons with NaN
/// are false, so NaN stays NaN.
protocol ActivationKind {
  static func apply(_ v: Vector) -> Vector
  #if KERNELS_AVX512
    static func apply(_ four: SIMD4<Float>) -> SIMD4<Float>
  #endif
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

/// What becomes of an accumulator when all input channels have passed by.
protocol TileOutput {
  static func put(_ accumulator: Vector, _ output: UnsafeMutablePointer<Float>)
}

/// A value a lane.
enum VectorOutput<A: ActivationKind>: TileOutput {
  @_transparent static func put(_ v: Vector, _ output: UnsafeMutablePointer<Float>) {
    write(A.apply(v), output)
  }
}

/// A value a lane, added to what is there: a shortcut, or branches that are joined.
enum ResidualOutput<A: ActivationKind>: TileOutput {
  @_transparent static func put(_ v: Vector, _ output: UnsafeMutablePointer<Float>) {
    write(A.apply(v + load(output)), output)
  }
}

#if KERNELS_AVX512
  /// Four lanes an output channel, each the sum over every fourth input channel: four values come out.
  enum QuadOutput<A: ActivationKind>: TileOutput {
    @_transparent static func put(_ v: Vector, _ output: UnsafeMutablePointer<Float>) {
      let sums = A.apply(shuffled_sums_of_four(v))
      UnsafeMutableRawPointer(output).storeBytes(of: sums, as: SIMD4<Float>.self)
    }
  }

  // The same once more: written for any number of lanes, it would be computed one lane at a time.
  extension Identity {
    @_transparent static func apply(_ four: SIMD4<Float>) -> SIMD4<Float> { four }
  }
  extension ReLU {
    @_transparent static func apply(_ four: SIMD4<Float>) -> SIMD4<Float> {
      four.replacing(with: 0, where: four .< 0)
    }
  }
  extension ReLU6 {
    @_transparent static func apply(_ four: SIMD4<Float>) -> SIMD4<Float> {
      let positive = four.replacing(with: 0, where: four .< 0)
      return positive.replacing(with: 6, where: positive .> 6)
    }
  }
#endif
