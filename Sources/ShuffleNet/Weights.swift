import ShuffledCore

/// The tensors of a network by name, handed out with their shapes checked.
public struct Weights: Sendable {
  private var tensors: [String: Tensor]

  public init(_ tensors: [String: Tensor]) { self.tensors = tensors }

  /// The tensor `name`, which must have `shape`. Throws `badData` when it is missing or shaped otherwise.
  public func tensor(_ name: String, shape: [Int]) throws -> Tensor {
    guard let tensor = tensors[name] else {
      throw Failure(.badData, cannot: "load weights", name, because: "the model file has no such tensor")
    }
    guard tensor.shape == shape else {
      throw Failure(
        .badData, cannot: "load weights", name, because: "its shape is \(tensor.shape), expected \(shape)")
    }
    return tensor
  }

  /// A convolution without bias and the batch normalisation after it, as one convolution with bias.
  /// - shape: output x input-a-group x height x width.
  func folded(_ convolution: String, _ normalization: String, shape: [Int]) throws -> FoldedConvolution {
    let channels = [shape[0]]
    return FoldedConvolution(
      weight: try tensor(convolution + ".weight", shape: shape),
      scale: try tensor(normalization + ".weight", shape: channels),
      shift: try tensor(normalization + ".bias", shape: channels),
      mean: try tensor(normalization + ".running_mean", shape: channels),
      variance: try tensor(normalization + ".running_var", shape: channels))
  }
}
