import Glibc
import ShuffledCore

/// A text that fits in memory, and who may read it.
struct SmallFile {
  let text: String
  /// Every user of the machine.
  let isReadableByAll: Bool

  /// Blocks. Throws why it cannot be read.
  /// - Parameter largest: in bytes.
  init(_ path: String, largest: Int) throws(Fault) {
    guard let handle = fopen(path, "re") else { throw .system(errno) }
    defer { fclose(handle) }
    var status = stat()
    guard fstat(fileno(handle), &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw .noFile }
    var bytes = [UInt8](repeating: 0, count: largest + 1)
    let count = fread(&bytes, 1, bytes.count, handle)
    guard count <= largest else { throw .tooLarge }
    guard let text = String(validating: bytes[..<count], as: UTF8.self) else { throw .noText }
    self.text = text
    isReadableByAll = status.st_mode & 0o004 != 0
  }

  enum Fault: Error {
    /// `errno`.
    case system(Int32)
    /// A folder, a pipe, a device.
    case noFile
    case tooLarge
    /// Not UTF-8.
    case noText
  }
}
