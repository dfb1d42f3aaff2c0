import Glibc
import ShuffledCore
import Synchronization

/// What takes text; it may collect it.
protocol TextOutput: AnyObject {
  /// Blocks while it is written. Throws when it cannot be.
  func write(_ text: String) throws
}

/// Where results go. Text is collected and written in large pieces.
final class StandardOutput: TextOutput, Sendable {
  /// What its failures say was tried.
  static let operation = "write results"
  private static let largestPiece = 64 << 10

  private let descriptor: Int32
  private let pending = Mutex<[UInt8]>([])

  init(descriptor: Int32 = STDOUT_FILENO) { self.descriptor = descriptor }

  /// Throws `inputOutput` when it cannot be written, `ReaderGone` when nobody reads. Blocks while whoever reads it is busy.
  func write(_ text: String) throws {
    let full = pending.withLock { bytes in
      bytes.append(contentsOf: text.utf8)
      return bytes.count >= Self.largestPiece
    }
    if full { try flush() }
  }

  /// Writes what was collected. Throws and blocks as `write` does.
  func flush() throws {
    let bytes = pending.withLock { bytes in
      defer { bytes = [] }
      return bytes
    }
    if let code = writeAll(bytes, to: descriptor) {
      if code == EPIPE { throw ReaderGone() }
      throw Failure(
        .inputOutput, cannot: Self.operation, because: String(cString: strerror(code)).lowercased())
    }
  }
}

/// Whoever read the results wants no more of them, as `head` does. Not a fault: nobody is told.
struct ReaderGone: Error {
  /// What a shell reports of a program that SIGPIPE ended.
  static let exitCode = 128 + SIGPIPE
}

/// Writes all bytes, also where the system takes only some at a time. Returns the error's number, if any.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
  var start = 0
  while start < bytes.count {
    let count = bytes.withUnsafeBytes { raw in
      Glibc.write(descriptor, raw.baseAddress.map { $0 + start }, bytes.count - start)
    }
    if count >= 0 {
      start += count
    } else if errno != EINTR {
      return errno
    }
  }
  return nil
}
