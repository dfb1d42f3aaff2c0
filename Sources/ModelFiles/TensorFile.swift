import ShuffleNet
import ShuffledCore

/// Named tensors of a file; values are read when they are asked for.
package protocol TensorFile: Sendable {
  /// What the file says besides; empty where it cannot.
  var metadata: [String: String] { get }
  /// Sorted.
  var tensorNames: [String] { get }
  /// nil where there is none of that name.
  func shape(_ name: String) -> [Int]?
  /// As 32-bit floats. Throws `badData` when one is not finite.
  func tensor(_ name: String) throws -> Tensor?
}

/// What is wrong with a file of tensors. Its readers throw it where they find it; it becomes a `Failure` where the
/// path is known.
struct TensorFileFault: Error {
  var cause: String
  var remedy: String? = "get the file again"

  func failure(_ path: String) -> Failure {
    Failure(.badData, cannot: "load model", path, because: cause, remedy: remedy)
  }
}

extension String {
  /// For messages: a name out of a file is as long as the file likes.
  var shortened: String { count > 100 ? prefix(100) + "..." : self }
}
