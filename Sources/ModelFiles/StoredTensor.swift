import ShuffleNet
import ShuffledCore

/// A tensor that a file holds: checked when the file is opened, read when it is asked for.
struct StoredTensor: Sendable {
  /// nil where its values do not become floats.
  var type: ElementType?
  /// As the file calls it.
  var typeName: String
  var layout: TensorLayout
  /// Where in the file its values are, from the first to the last.
  var bytes: Range<Int>

  /// Reads the values. Throws `badData` when they are no floats or one is not finite.
  /// - Parameter readable: the types that can be read, as the file would call them.
  func read(_ name: String, from file: MappedFile, readable: String) throws -> Tensor {
    guard let type else {
      throw Failure(
        .badData, cannot: "load model", file.path,
        because: "tensor '\(name.shortened)' has type \(typeName.shortened); \(readable) can be read")
    }
    let values = file.withBytes { layout.floats(UnsafeRawBufferPointer(rebasing: $0[bytes]), type) }
    guard values.allSatisfy(\.isFinite) else {
      throw Failure(
        .badData, cannot: "load model", file.path,
        because: "tensor '\(name.shortened)' holds values that are not finite",
        remedy: "check the model with its source")
    }
    return Tensor(shape: layout.shape, values: values)
  }
}
