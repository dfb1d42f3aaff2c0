import Glibc
import ShuffledCore

/// Weights to begin training with, the same for the same seed. As the article's listing has them: convolutions Kaiming normal
/// by their outputs (https://arxiv.org/abs/1502.01852), batch normalisation that changes nothing, the fully connected
/// layer normal with a deviation of 0.01 and no bias.
public struct InitialWeights: Sendable {
  private let seed: UInt64

  public init(seed: UInt64) { self.seed = seed }

  /// A tensor that a network asks for.
  public func tensor(_ tensor: TensorShape) -> Tensor {
    let count = tensor.shape.reduce(1, *)
    if tensor.shape.count > 1 {
      let deviation =
        tensor.shape.count == 4
        ? (2 / Double(tensor.shape[0] * tensor.shape[2] * tensor.shape[3])).squareRoot() : 0.01
      return Tensor(shape: tensor.shape, values: normal(tensor.name, count, deviation))
    }
    let isOne = tensor.name.hasSuffix(".weight") || tensor.name.hasSuffix(".running_var")
    return Tensor(shape: tensor.shape, values: [Float](repeating: isOne ? 1 : 0, count: count))
  }

  /// Normally distributed values (Box and Muller, 1958), which depend on the seed and the tensor's name only.
  private func normal(_ name: String, _ count: Int, _ deviation: Double) -> [Float] {
    var generator = SeededGenerator(seed: seed ^ SeededWeights.hash(name))
    // In (0, 1], 53 bits.
    func uniform() -> Double { Double((generator.next() >> 11) + 1) * 0x1p-53 }
    return (0..<count).map { _ in
      Float(deviation * (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform()))
    }
  }
}
