import ModelFiles
import ShuffleNet
import ShuffledCore

/// A file of tensors that has names and shapes only.
struct WeightShapes: TensorFile {
  var shapes: [String: [Int]]
  let metadata: [String: String] = [:]

  init(_ shapes: [String: [Int]]) { self.shapes = shapes }

  /// What a network needs, and the counters that training leaves behind.
  init(of architecture: Architecture) throws {
    shapes = [:]
    for tensor in try architecture.tensors() {
      shapes[tensor.name] = tensor.shape
      if tensor.name.hasSuffix(".running_var") {
        shapes[tensor.name.dropLast("running_var".count) + "num_batches_tracked"] = []
      }
    }
  }

  var tensorNames: [String] { shapes.keys.sorted() }

  func shape(_ name: String) -> [Int]? { shapes[name] }

  func tensor(_ name: String) throws -> Tensor? {
    throw Failure(.failed, cannot: "read tensor", name, because: "nobody should ask for values")
  }

  /// What they are recognised as, or what is known of them says.
  func description(_ wanted: WeightsDescription = WeightsDescription()) throws -> ModelDescription {
    try wanted.description(of: self, path: "a/mine.v2.pth") { _ in nil }
  }

  /// Why they are no network's; nil where they are one's.
  func cause(_ wanted: WeightsDescription = WeightsDescription()) throws -> String? {
    do {
      _ = try description(wanted)
      return nil
    } catch let fault as DescriptionFault {
      return fault.cause
    } catch let failure as Failure {
      return failure.description
    }
  }
}
