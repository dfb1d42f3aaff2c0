import Glibc
import ShuffledCore

/// A file of an export: a part beside its name until it is published. Text is collected and written in large pieces. Used by
/// one thread at a time.
final class ExportFile: TextOutput {
  private static let largestPiece = 64 << 10

  /// Of the folder as it was named.
  let path: String
  private let part: String
  private let isReplacing: Bool
  /// -1 once it is closed.
  private var descriptor: Int32
  private var pending: [UInt8] = []

  /// Throws `inputOutput` when it cannot be made, when there is such a file and it is not to be replaced, and where something
  /// else than a file has the name.
  init(_ name: String, in folder: String, isReplacing: Bool) throws {
    path = "\(folder)/\(name)"
    // Processes of two containers may have the same number.
    part = "\(folder)/.\(name).\(String(UInt32.random(in: 0 ... .max), radix: 16))"
    self.isReplacing = isReplacing
    var status = stat()
    if lstat(path, &status) == 0 {
      guard isReplacing else { throw Self.alreadyThere(path) }
      guard status.st_mode & S_IFMT != S_IFDIR else {
        throw Self.failure(path, EISDIR)
      }
    }
    descriptor = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw Self.failure(path, errno) }
    pending.reserveCapacity(2 * Self.largestPiece)
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Throws `inputOutput` when it cannot be written.
  func write(_ text: String) throws {
    pending.append(contentsOf: text.utf8)
    if pending.count >= Self.largestPiece { try flush() }
  }

  /// Writes what was collected and closes the part. Throws as `write` does.
  func finish() throws {
    try flush()
    let code = close(descriptor)
    descriptor = -1
    if code != 0 { throw Self.failure(path, errno) }
  }

  private func flush() throws {
    if let code = writeAll(pending, to: descriptor) { throw Self.failure(path, code) }
    pending.removeAll(keepingCapacity: true)
  }

  /// Gives the part its name. Throws `inputOutput` when it cannot have it.
  func publish() throws {
    if !isReplacing {
      if link(part, path) == 0 { return removePart() }
      // Some file systems know no links; a file that comes between the question and the answer is lost there.
      let code = errno
      guard code != EEXIST, access(path, F_OK) != 0 else { throw Self.alreadyThere(path) }
    }
    guard rename(part, path) == 0 else { throw Self.failure(path, errno) }
  }

  /// What was not published is gone then.
  func removePart() { removeFile(part) }

  private static func alreadyThere(_ path: String) -> Failure {
    Failure(
      .inputOutput, cannot: "write export", path, because: "there is such a file already",
      remedy: "name another folder, or give --force")
  }

  private static func failure(_ path: String, _ code: Int32) -> Failure {
    Failure(
      .inputOutput, cannot: "write export", path, because: systemText(code),
      remedy: code == ENOSPC || code == EDQUOT ? "free space, or name another folder" : "name another folder")
  }
}
