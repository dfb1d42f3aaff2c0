import Glibc
import ShuffledCore

/// A reader that keeps the write-ahead log from being brought into the file: SQLite keeps all that was written since the
/// moment it reads.
public struct LogHold: Equatable, Sendable {
  /// The database, as messages call it.
  public var database: String
  /// How long the log is.
  public var bytes: Int64
  /// `process 812 (sqlite3)`; empty where the system does not say.
  public var holders: [String]

  package init(database: String, bytes: Int64, holders: [String]) {
    self.database = database
    self.bytes = bytes
    self.holders = holders
  }

  /// One line: what, why, what to do.
  public var description: String {
    let who = holders.isEmpty ? "a reader" : holders.joined(separator: ", ")
    return "'\(database)-wal' has grown to \(bytes >> 20) MiB: \(who) reads an old moment of the database, "
      + "and it grows until that ends (end it, or wait for it)"
  }
}

extension LogHold {
  /// Who holds a moment of a database, as the kernel's list of locks says: a reader has locked one of five bytes of the
  /// log's index. (The first of them means that it reads the file only and holds nothing up.) The index is not opened for
  /// that: closing it again would let go of this process's own locks.
  /// - Parameters:
  ///   - path: the database's.
  ///   - locks: what `/proc/locks` says.
  package static func holders(of path: String, locks: String) -> [String] {
    var status = stat()
    guard stat(path + "-shm", &status) == 0 else { return [] }
    var found: Set<Int32> = []
    for line in locks.split(separator: "\n") {
      // 1: POSIX  ADVISORY  READ  812 fe:00:131 124 124
      let fields = line.split(separator: " ")
      guard fields.count == 8, fields[1] == "POSIX", let process = Int32(fields[4]), process > 0,
        fields[5].split(separator: ":").last.flatMap({ UInt64($0) }) == UInt64(status.st_ino),
        let first = Int(fields[6]), let last = Int(fields[7]), first <= 127, last >= 124
      else { continue }
      found.insert(process)
    }
    return found.sorted().map { process in
      if process == getpid() { return "this process" }
      let name = KernelLocks.content(of: "/proc/\(process)/comm").map { " (\($0.filter { !$0.isNewline }))" }
      return "process \(process)\(name ?? "")"
    }
  }

  /// Who does so now.
  static func holders(of path: String) -> [String] {
    KernelLocks.now().map { holders(of: path, locks: $0) } ?? []
  }
}
