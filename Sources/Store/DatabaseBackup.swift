import Glibc
import ShuffledCore

extension Database {
  /// Copies the database into a new file, as it is at the moment when the copy begins; another process may write it
  /// meanwhile and is not held up (its log grows until the copy is done). The file appears under its name when it is
  /// whole and on the disk. Blocks until then.
  ///
  /// Returns the copy's size in bytes; nil when `isCancelled` said so: nothing is left then. Throws `Failure`
  /// `.inputOutput` when it cannot be read or written, or when there is a file of that name.
  /// - Parameters:
  ///   - isReplacing: takes the place of a file of that name, unless somebody writes to it.
  ///   - isCancelled: asked some hundred times a second.
  public func backUp(
    to path: String, isReplacing: Bool = false, isCancelled: () -> Bool = { false }
  ) throws -> Int64? {
    let target = try BackupFile(path, of: self, isReplacing: isReplacing)
    defer { target.removePart() }
    let isWhole = try withConnection { source in
      do {
        let copy = try Connection(path: target.part, name: path, mode: .readWriteCreate, busyTimeout: .zero)
        copy.operation = BackupFile.operation
        return try source.copy(to: copy, isCancelled: isCancelled)
      } catch let failure as Failure where failure.subject == path {
        // What SQLite's failures propose is for the database that is used.
        throw target.refused(failure.cause, "free space, or name another file")
      }
    }
    guard isWhole else { return nil }
    return try target.publish()
  }
}

/// The file that a backup becomes: a part beside it until it is whole.
private struct BackupFile {
  static let operation = "write backup"

  private let path: String
  /// Where `path` is a link, the file that it leads to.
  private let target: String
  let part: String
  /// Held where a file is replaced: nobody begins to write what is about to go.
  private let lock: WriterLock?

  init(_ path: String, of database: Database, isReplacing: Bool) throws {
    self.path = path
    let location: DatabaseLocation
    do {
      location = try DatabaseLocation(path, access: .writing)
    } catch let failure as Failure {
      throw BackupFile.refused(path, failure.cause, "name a file in a folder that is there")
    }
    let target = location.absolutePath
    self.target = target
    let slash = target.lastIndex(of: "/").map { target.index(after: $0) } ?? target.startIndex
    // Processes of two containers may have the same number.
    part = "\(target[..<slash]).\(target[slash...]).\(String(UInt32.random(in: 0 ... .max), radix: 16))"
    if let there = FileIdentity(at: target) {
      guard there != FileIdentity(at: database.path) else {
        throw BackupFile.refused(path, "it is the database itself", "name another file")
      }
      guard isReplacing else { throw BackupFile.alreadyThere(path) }
      do {
        lock = try WriterLock(database: target, name: path, command: "shuffled db backup")
      } catch let failure as Failure {
        throw BackupFile.refused(path, failure.cause, "wait for it, or name another file")
      }
    } else {
      lock = nil
    }
    // SQLite would take its rows for ours. (Readers leave an empty one behind.)
    guard location.logSize == 0 else {
      throw BackupFile.refused(path, "another database's log, '\(path)-wal', lies there", "name another file")
    }
  }

  /// Gives the part its name, and returns its size.
  func publish() throws -> Int64 {
    var status = stat()
    guard stat(part, &status) == 0 else { throw refused(systemText(errno), nil) }
    if lock != nil {
      guard rename(part, target) == 0 else { throw refused(systemText(errno), nil) }
    } else if link(part, target) != 0 {
      // Some file systems know no links; a file that comes between the question and the answer is lost there.
      let code = errno
      guard code != EEXIST, access(target, F_OK) != 0 else { throw BackupFile.alreadyThere(path) }
      guard rename(part, target) == 0 else { throw refused(systemText(errno), nil) }
    }
    syncFolder()
    return Int64(status.st_size)
  }

  /// What may be left of a copy that was not finished.
  func removePart() {
    for ending in ["", "-journal", "-wal", "-shm"] { unlink(part + ending) }
  }

  /// The name survives a power cut too. Best effort: some file systems cannot.
  private func syncFolder() {
    guard let slash = target.lastIndex(of: "/") else { return }
    let folder = open(slash == target.startIndex ? "/" : String(target[..<slash]), O_RDONLY | O_CLOEXEC)
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
  }

  private static func alreadyThere(_ path: String) -> Failure {
    refused(path, "there is such a file already", "name another one, or give --force")
  }

  func refused(_ cause: String, _ remedy: String?) -> Failure { BackupFile.refused(path, cause, remedy) }

  private static func refused(_ path: String, _ cause: String, _ remedy: String?) -> Failure {
    Failure(.inputOutput, cannot: operation, path, because: cause, remedy: remedy)
  }
}
