/// A tensor of floats as PyTorch stores it: row-major, convolutions as output x input x height x width.
public struct Tensor: Equatable, Sendable {
  public var shape: [Int]
  public var values: [Float]

  public init(shape: [Int], values: [Float]) {
    precondition(
      shape.reduce(1, *) == values.count, "a tensor of shape \(shape) does not have \(values.count) values")
    self.shape = shape
    self.values = values
  }
}
