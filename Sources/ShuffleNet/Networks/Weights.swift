import ShuffledCore

/// The tensors of a network by name, handed out with their shapes checked. Only those that are asked for are read.
public struct Weights {
  /// Gives the tensor of a name, which must have a shape.
  private let tensor: (_ name: String, _ shape: [Int]) throws -> Tensor
  /// Is told what is asked for, where only shapes are of interest.
  private let asked: ((TensorShape) -> Void)?

  /// - tensor: gives the tensor of a name, which must have the shape; throws where it does not.
  public init(_ tensor: @escaping (_ name: String, _ shape: [Int]) throws -> Tensor) {
    self.tensor = tensor
    asked = nil
  }

  /// Weights without values, for looking at a network's shapes.
  /// - asked: is told which tensors the network asks for.
  init(asked: @escaping (TensorShape) -> Void) {
    self.asked = asked
    tensor = { name, _ in preconditionFailure("\(name) has no values") }
  }

  /// - Parameters:
  ///   - shape: a tensor's shape, known without reading its values; nil where there is none of that name.
  ///   - read: the tensor; may throw.
  public init(shape: @escaping (String) -> [Int]?, read: @escaping (String) throws -> Tensor?) {
    self.init { name, wanted in
      guard let found = shape(name) else {
        throw Failure(.badData, cannot: "load weights", name, because: "the model file has no such tensor")
      }
      guard found == wanted, let tensor = try read(name) else {
        throw Failure(
          .badData, cannot: "load weights", name, because: "its shape is \(found), expected \(wanted)")
      }
      return tensor
    }
  }

  public init(_ tensors: [String: Tensor]) {
    self.init(shape: { tensors[$0]?.shape }, read: { tensors[$0] })
  }

  /// The tensor `name`, which must have `shape`. Throws `badData` when it is missing or shaped otherwise.
  public func tensor(_ name: String, shape: [Int]) throws -> Tensor { try tensor(name, shape) }

  /// A fully connected layer.
  /// - weight: the tensor's name; inputs and outputs are its shape.
  /// - bias: the tensor's name; nil where there is none.
  func linear(_ weight: String, bias: String?, outputs: Int, inputs: Int) throws -> FoldedConvolution {
    if let asked {
      asked(TensorShape(name: weight, shape: [outputs, inputs]))
      if let bias { asked(TensorShape(name: bias, shape: [outputs])) }
      return FoldedConvolution(outputs: outputs, valuesPerOutput: inputs)
    }
    return FoldedConvolution(
      weights: try tensor(weight, shape: [outputs, inputs]).values,
      bias: try bias.map { try tensor($0, shape: [outputs]).values } ?? [Float](repeating: 0, count: outputs))
  }

  /// A convolution without bias and the batch normalisation after it, as one convolution with bias.
  /// - shape: output x input-a-group x height x width.
  /// Throws `badData` when a tensor is missing or shaped otherwise, or the result is not finite.
  func folded(_ convolution: String, _ normalization: String, shape: [Int]) throws -> FoldedConvolution {
    let channels = [shape[0]]
    if let asked {
      asked(TensorShape(name: convolution + ".weight", shape: shape))
      for kind in ["weight", "bias", "running_mean", "running_var"] {
        asked(TensorShape(name: normalization + "." + kind, shape: channels))
      }
      return FoldedConvolution(outputs: shape[0], valuesPerOutput: shape[1...].reduce(1, *))
    }
    let folded = FoldedConvolution(
      weight: try tensor(convolution + ".weight", shape: shape),
      scale: try tensor(normalization + ".weight", shape: channels),
      shift: try tensor(normalization + ".bias", shape: channels),
      mean: try tensor(normalization + ".running_mean", shape: channels),
      variance: try tensor(normalization + ".running_var", shape: channels))
    guard folded.isFinite else {
      throw Failure(
        .badData, cannot: "load weights", normalization + ".running_var",
        because: "with it the folded weights are not finite; a variance is negative, or a factor too large")
    }
    return folded
  }
}
