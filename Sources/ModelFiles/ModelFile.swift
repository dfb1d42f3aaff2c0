import Hashing
import KernelInterface
import ShuffleNet
import ShuffledCore

/// A model as read from its file: what it says of itself, its weights, and the file's hash.
public struct ModelFile: Sendable {
  public let path: String
  /// Of the whole file, 64 hexadecimal digits: what tells one model from another.
  public let sha256: String
  public let description: ModelDescription
  private let tensors: SafeTensors

  /// Reads the header; weights are read by `plan`. Throws `Failure`: `noInput` when there is no such file,
  /// `badData` with the reason when it is truncated, foreign or contradicts itself.
  public init(path: String) throws {
    let file = try MappedFile(path: path)
    let tensors = try SafeTensors(file)
    do {
      description = try ModelDescription(metadata: tensors.metadata)
    } catch let fault as DescriptionFault {
      throw Failure(.badData, cannot: "load model", path, because: fault.cause, remedy: fault.remedy)
    }
    self.path = path
    self.tensors = tensors
    sha256 = file.withBytes(SHA256.hexDigest)
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
