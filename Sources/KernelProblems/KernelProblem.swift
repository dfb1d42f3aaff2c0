import KernelInterface
import KernelsReference
import ShuffledCore

/// A call of one kernel on seeded values, which any set of kernels can be asked to make: the tests and `bench kernels`
/// hold what comes out against the same in Double (`KernelsReference`).
package protocol KernelProblem: Sendable, CustomStringConvertible {
  var values: ProblemValues { get }
  var multiplyAdds: Int { get }
  /// The call with memory of its own, weights packed for these kernels.
  func trial(_ kernels: KernelTable) -> KernelTrial
  /// The most that a result in Float may differ from the reference's, where values are reals.
  func tolerance(_ result: Int) -> Double
}

extension KernelProblem {
  /// The results of one call. Records nothing about memory that must not be written; `fault` does.
  package func results(_ kernels: KernelTable) -> [Float] {
    let trial = trial(kernels)
    trial.run()
    return trial.results()
  }

  /// What a set of kernels does wrong, in words; nil where it is right. Integers must be equal, reals within the
  /// tolerance, and memory that holds no result must stay as it was.
  package func fault(_ kernels: KernelTable) -> String? {
    let trial = trial(kernels)
    trial.run()
    if let stray = trial.stray() { return stray }
    let (found, expected) = (trial.results(), results(referenceKernels))
    for (index, (a, b)) in zip(found, expected).enumerated() where a != b {
      let distance = abs(Double(a) - Double(b))
      if values == .integers || !(distance <= tolerance(index)) {
        return "result \(index) is \(a), not \(b)"
      }
    }
    return nil
  }
}

/// What values a problem is made of.
package enum ProblemValues: CaseIterable, Sendable {
  /// Small integers: every product and sum is exact, so results are compared with `==`.
  case integers
  /// Floats in -1...1: results are compared within a derived bound.
  case reals

  package func make(_ count: Int, _ generator: inout SeededGenerator) -> [Float] {
    (0..<count).map { _ in
      switch self {
      case .integers: Float(Int.random(in: -4...4, using: &generator))
      case .reals: Float.random(in: -1...1, using: &generator)
      }
    }
  }
}

/// A rounding bound for a sum of `terms` products whose absolute values add up to `magnitude`: each of the terms + 1
/// roundings is at most half a unit in the last place of a partial sum (Higham, Accuracy and Stability of Numerical
/// Algorithms, 2002, section 3.1).
package func roundingBound(terms: Int, magnitude: Double) -> Double {
  Double(terms + 2) * Double(Float.ulpOfOne) / 2 * magnitude + 1e-30
}

/// One call, with its memory: may be run again and again, by one thread at a time.
package final class KernelTrial {
  /// Bytes that the call reads or writes.
  package let bytes: Int
  package let run: () -> Void
  private let field: AlignedMemory<Float>
  /// Where the results lie, in the problem's order.
  private let resultIndices: [Int]
  /// Whether a place may be written, besides those of the results.
  private let isPadding: (Int) -> Bool
  private let before: [Float]

  /// - Parameters:
  ///   - field: the activations; NaN wherever nothing is to be read.
  ///   - resultIndices: where each result lies in it.
  ///   - isPadding: whether the kernel may write to a place that holds no result.
  init(
    field: AlignedMemory<Float>, resultIndices: [Int], isPadding: @escaping (Int) -> Bool = { _ in false },
    bytes: Int, run: @escaping () -> Void
  ) {
    self.field = field
    self.resultIndices = resultIndices
    self.isPadding = isPadding
    self.bytes = bytes
    self.run = run
    before = (0..<field.count).map { field.pointer[$0] }
  }

  package func results() -> [Float] { resultIndices.map { field.pointer[$0] } }

  /// Where something was written that is no result; nil where nothing was.
  func stray() -> String? {
    let results = Set(resultIndices)
    for index in 0..<field.count where !results.contains(index) && !isPadding(index) {
      if field.pointer[index].bitPattern != before[index].bitPattern {
        return "float \(index) of \(field.count) was written, which holds no result"
      }
    }
    return nil
  }
}

extension AlignedMemory where Element == Float {
  /// Memory that is NaN all over, so that what is read by mistake and what is not written both show.
  package static func field(count: Int) -> AlignedMemory<Float> {
    AlignedMemory([Float](repeating: .nan, count: count))
  }
}
