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
    _ = try NetworkBuilder.graph(
      self,
      Weights { name, shape in
        list.tensors.append(TensorShape(name: name, shape: shape))
        return Tensor(shape: shape, values: [Float](repeating: 0, count: shape.reduce(1, *)))
      }, input: one)
    return list.tensors
  }

  private final class List { var tensors: [TensorShape] = [] }
}
