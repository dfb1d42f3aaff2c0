import ShuffledCore

/// A tensor that a network needs.
public struct TensorShape: Hashable, Sendable {
  public var name: String
  public var shape: [Int]
}

extension Architecture {
  /// The tensors that the network needs, in the order of its layers. Throws `badData` when it makes no sense.
  public func tensors() throws -> [TensorShape] {
    let list = List()
    let one = PixelSize(width: 1, height: 1)
    _ = try NetworkBuilder.graph(self, Weights(asked: { list.tensors.append($0) }), input: one)
    return list.tensors
  }

  private final class List { var tensors: [TensorShape] = [] }
}
