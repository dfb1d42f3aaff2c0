import Glibc
import ShuffledCore
import Synchronization

/// The right to write a database: an exclusive `flock` on a file beside it, `<database>.lock`, which says who has it.
/// The kernel lets go of it when the process ends, however it ends; the file left behind then means nothing.
///
/// SQLite's own locks allow several writers in turn, which would let two programs mix their runs' states: the second
/// would mark the first one's run as abandoned.
package final class WriterLock: Sendable {
  private let descriptor: Int32
  private let path: String
  /// The locks that this process has. The kernel's list is not to be had in a service's sandbox, and needs not be asked.
  private static let own = Mutex<Set<FileIdentity>>([])
  private let identity: FileIdentity

  /// Never blocks. Throws `Failure` when another process (or this one) has the lock.
  /// - Parameters:
  ///   - database: its path; what messages call it: `name`.
  ///   - command: what the holder tells of itself. Never holds a password.
  package init(database: String, name: String, command: String) throws {
    let path = database + ".lock"
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
      guard descriptor >= 0 else {
        let cause = "cannot create '\(path)': \(systemText(errno))"
        throw Failure(
          .inputOutput, cannot: "open database", name, because: cause,
          remedy: "make its folder writable, or give another --database")
      }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        let code = errno
        let holder = WriterLock.holder(descriptor)
        close(descriptor)
        let cause =
          code == EWOULDBLOCK ? "\(holder) is writing to it" : "cannot lock '\(path)': \(systemText(code))"
        throw Failure(
          .inputOutput, cannot: "open database", name, because: cause,
          remedy: "wait for it, or give another --database")
      }
      // The previous holder removes the file before it lets go: what was locked here may no longer be the file
      // that the next process will find.
      guard let opened = FileIdentity(of: descriptor), opened == FileIdentity(at: path) else {
        close(descriptor)
        continue
      }
      self.descriptor = descriptor
      self.path = path
      identity = opened
      break
    }
    _ = Self.own.withLock { $0.insert(identity) }
    // Best effort: the lock holds without its text.
    ftruncate(descriptor, 0)
    let line = Array("\(getpid())\n\(command.filter { !$0.isNewline })\n".utf8)
    _ = line.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
  }

  deinit {
    _ = Self.own.withLock { $0.remove(identity) }
    unlink(path)
    // Closing is not enough: a child that is being started has the descriptor until it runs its program.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  /// Whether a process, this one or another, has the right to write a database now. Takes no lock.
  /// - Parameter kernel: its list of locks; nil where it is not to be had: then nothing is known of others.
  package static func isHeld(database path: String, kernel: String? = KernelLocks.now()) -> Bool {
    guard let identity = FileIdentity(at: path + ".lock") else { return false }
    if own.withLock({ $0.contains(identity) }) { return true }
    return kernel.map { KernelLocks.isLocked(path + ".lock", locks: $0) } ?? false
  }

  /// `process 1234 (shuffled process gate.mp4)`, as the holder wrote it.
  private static func holder(_ descriptor: Int32) -> String {
    var bytes = [UInt8](repeating: 0, count: 1_024)
    let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
    let lines = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: "\n")
    guard let pid = lines.first, Int32(pid) != nil else { return "another process" }
    return lines.count > 1 ? "process \(pid) (\(lines[1]))" : "process \(pid)"
  }
}
