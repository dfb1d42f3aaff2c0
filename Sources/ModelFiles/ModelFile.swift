import Hashing
import KernelInterface
import ShuffleNet
import ShuffledCore

/// A model as read from its file: what it says of itself, or what its weights say, and the file's hash.
public struct ModelFile: Sendable {
  public let path: String
  /// Of the whole file, 64 hexadecimal digits: what tells one model from another.
  public let sha256: String
  public let description: ModelDescription
  /// Whether the file describes itself. If not, what it is was recognised by its tensors, and the rest is what is
  /// usual for such a network.
  public let isDescribed: Bool
  /// Of the file.
  public let bytes: Int
  let tensors: any TensorFile

  /// Reads what there is besides values; these are read by `plan`. Weights that nobody described, such as a `.pth`, are
  /// recognised.
  /// - labels: names of so many classes, if they are known; for weights that come without.
  /// Throws `Failure`: `noInput` when there is no such file, `badData` with the reason when it is truncated, foreign or
  /// contradicts itself.
  public init(path: String, labels: (_ classes: Int) -> [String]? = { _ in nil }) throws {
    try self.init(path: path, wanted: WeightsDescription(), labels: labels)
  }

  /// - wanted: what is known of weights that nobody described.
  public init(
    path: String, wanted: WeightsDescription, labels: (_ classes: Int) -> [String]? = { _ in nil }
  ) throws {
    let file = try MappedFile(path: path)
    let tensors = try openTensorFile(file)
    self.path = path
    bytes = file.count
    self.tensors = tensors
    do {
      isDescribed = ModelDescription.isDescribed(by: tensors.metadata)
      description =
        isDescribed
        ? try wanted.changing(ModelDescription(metadata: tensors.metadata), of: tensors)
        : try wanted.description(of: tensors, path: path, labels: labels)
    } catch let fault as DescriptionFault {
      throw Failure(.badData, cannot: "load model", path, because: fault.cause, remedy: fault.remedy)
    } catch let failure as Failure where failure.operation == "build network" {
      throw Failure(.badData, cannot: "load model", path, because: failure.cause)
    }
    sha256 = file.withBytes { SHA256.hexDigest(of: $0) }
  }

  /// Reads every tensor that the network needs, and gives the number of their values. Throws `badData` when one is missing,
  /// misshapen or not finite.
  public func readAll() throws -> Int {
    try checkWeights()
    return try description.architecture.tensors().reduce(0) { count, shape in
      count + (try tensors.tensor(shape.name)?.values.count ?? 0)
    }
  }

  /// Throws `badData` when a tensor is missing or misshapen.
  func checkWeights() throws {
    if let fault = try WeightCheck(tensors, description.architecture, ignoresUnexpected: true).fault {
      throw Failure(.badData, cannot: "load model", path, because: "it \(fault)")
    }
  }

  /// The network, ready to run. Throws `badData` when weights are missing, misshapen or not finite, or the
  /// architecture makes no sense.
  public func plan(kernels: KernelTable) throws -> ExecutionPlan {
    try plan(kernels: kernels, bands: .planned)
  }

  /// - Parameter bands: how many rows are computed at a time; for tests.
  package func plan(kernels: KernelTable, bands: RowSchedule.Bands) throws -> ExecutionPlan {
    do {
      return try ExecutionPlan(
        description.architecture, weights: Weights(shape: tensors.shape, read: tensors.tensor),
        input: description.input.size, kernels: kernels, bands: bands)
    } catch let failure as Failure where failure.operation != "load model" {
      let tensor = failure.subject.map { "tensor '\($0)': " } ?? ""
      throw Failure(.badData, cannot: "load model", path, because: tensor + failure.cause)
    }
  }
}
