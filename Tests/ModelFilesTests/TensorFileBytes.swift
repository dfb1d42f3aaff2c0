import CRuntimeCounts
import Foundation
import ModelFiles
import ShuffledCore
import TestSupport
import Testing

/// A file of tensors that a test makes from bytes.
enum TensorFileBytes {
  struct Found: Equatable {
    var shapes: [String: [Int]] = [:]
    var values: [String: [Float]] = [:]
  }

  /// Opens the file and reads all of its tensors.
  static func read(_ bytes: [UInt8]) throws -> Found {
    let folder = try Folder()
    let file = try openTensorFile(path: folder.write(Data(bytes), to: "m"))
    var found = Found()
    for name in file.tensorNames {
      found.shapes[name] = file.shape(name)
      found.values[name] = try file.tensor(name)?.values
    }
    return found
  }

  /// Why the file cannot be read; nil when it can.
  static func failure(_ bytes: [UInt8]) throws -> Failure? {
    do {
      _ = try read(bytes)
      return nil
    } catch var failure as Failure {
      failure.subject = failure.subject?.split(separator: "/").last.map(String.init)
      return failure
    }
  }

  /// Expects that the file is refused for this reason, and that little memory was spent on it.
  static func expect(
    _ bytes: [UInt8], _ cause: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let before = runtime_allocated_bytes()
    let found = try #require(try failure(bytes), "it was read", sourceLocation: sourceLocation)
    let spent = runtime_allocated_bytes() - before
    #expect(found.description == "cannot load model 'm': \(cause)", sourceLocation: sourceLocation)
    #expect(found.kind == .badData, sourceLocation: sourceLocation)
    #expect(spent < 256 * bytes.count + 1 << 20, sourceLocation: sourceLocation)
  }
}
