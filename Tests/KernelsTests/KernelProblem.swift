import KernelInterface
import Kernels
import ShuffledCore
import TestSupport

/// What values a problem is made of.
enum Values: CaseIterable {
  /// Small integers: every product and sum is exact, so results are compared with `==`.
  case integers
  /// Floats in -1...1: results are compared within a derived bound.
  case reals

  func make(_ count: Int, _ generator: inout SeededGenerator) -> [Float] {
    (0..<count).map { _ in
      switch self {
      case .integers: Float(Int.random(in: -4...4, using: &generator))
      case .reals: Float.random(in: -1...1, using: &generator)
      }
    }
  }
}

/// Memory with NaN wherever nothing was put, so that what is read by mistake and what is not written both show.
struct Field {
  var values: [Float]
  init(count: Int) { values = [Float](repeating: .nan, count: count) }
}

/// The kernels that can run here; the others are named by the suite's own visible skip.
let availableSets = InstructionSet.allCases.filter(\.isAvailable)

/// A rounding bound for a sum of `terms` products whose absolute values add up to `magnitude`: each of the
/// terms + 1 roundings is at most half a unit in the last place of a partial sum.
func bound(terms: Int, magnitude: Double) -> Double {
  Double(terms + 2) * Double(Float.ulpOfOne) / 2 * magnitude + 1e-30
}
