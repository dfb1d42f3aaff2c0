import Glibc
import ShuffledCore

/// A file's bytes, mapped read-only into memory. Immutable, so any thread may read it; a file that is cut short
/// by somebody else while it is mapped ends the process, as with any mapping.
///
/// `@unchecked Sendable`: the address and length are set once; the memory is only read.
package final class MappedFile: @unchecked Sendable {
  /// Fifty times the largest ShuffleNet.
  static let largest = 2 << 30

  let path: String
  private let bytes: UnsafeRawBufferPointer

  /// Throws `noInput` when there is no such file or it is not a file, `badData` when it is empty.
  package init(path: String) throws {
    self.path = path
    func refuse(_ kind: Failure.Kind, _ cause: String, _ remedy: String? = nil) -> Failure {
      Failure(kind, cannot: "load model", path, because: cause, remedy: remedy)
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      switch errno {
      case ENOENT, ENOTDIR: throw refuse(.noInput, "no such file", "check the path")
      case let code: throw refuse(.noInput, String(cString: strerror(code)).lowercased())
      }
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw refuse(.inputOutput, String(cString: strerror(errno)).lowercased())
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw refuse(.noInput, "it is not a regular file", "name a .safetensors file")
    }
    guard status.st_size > 0 else { throw refuse(.badData, "the file is empty") }
    let length = Int(status.st_size)
    guard length <= Self.largest else {
      throw refuse(.badData, "it has \(length >> 20) MiB; at most \(Self.largest >> 20) are read")
    }
    guard let address = mmap(nil, length, PROT_READ, MAP_PRIVATE, descriptor, 0), address != MAP_FAILED else {
      throw refuse(.inputOutput, String(cString: strerror(errno)).lowercased())
    }
    bytes = UnsafeRawBufferPointer(start: address, count: length)
  }

  deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }

  var count: Int { bytes.count }

  /// Lends the bytes to `body`; they must not outlive it.
  func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try withExtendedLifetime(self) { try body(bytes) }
  }
}
