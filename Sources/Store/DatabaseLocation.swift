import Glibc
import ShuffledCore

/// Where a database is or will be, checked without opening it.
struct DatabaseLocation {
  /// As the user wrote it.
  let path: String
  /// Without symbolic links as far as it exists: a database has one lock, whatever it is called.
  let absolutePath: String
  /// 0 where there is no file yet.
  let size: Int64

  init(_ path: String, access: Database.Access) throws {
    func refused(_ kind: Failure.Kind, _ cause: String, _ remedy: String?) -> Failure {
      Failure(kind, cannot: "open database", path, because: cause, remedy: remedy)
    }
    self.path = path
    var status = stat()
    guard stat(path, &status) == 0 else {
      let code = errno
      guard code == ENOENT, !path.isEmpty else {
        throw refused(.inputOutput, systemText(code), "check the path")
      }
      guard access == .writing else { throw refused(.noInput, "no such file", "check the path") }
      let (folder, name) = DatabaseLocation.split(path)
      guard let absoluteFolder = DatabaseLocation.resolve(folder), !name.isEmpty else {
        throw refused(.inputOutput, "no such folder '\(folder)'", "create it, or give another --database")
      }
      absolutePath = absoluteFolder == "/" ? "/\(name)" : "\(absoluteFolder)/\(name)"
      size = 0
      return
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw refused(.inputOutput, "is a directory", "give a file")
    default: throw refused(.inputOutput, "is not a regular file", "give a file")
    }
    guard let absolutePath = DatabaseLocation.resolve(path) else {
      throw refused(.inputOutput, systemText(errno), "check the path")
    }
    self.absolutePath = absolutePath
    size = Int64(status.st_size)
  }

  /// The size of the write-ahead log beside the database, 0 if there is none.
  var logSize: Int64 {
    var status = stat()
    return stat(absolutePath + "-wal", &status) == 0 ? Int64(status.st_size) : 0
  }

  private static func split(_ path: String) -> (folder: String, name: String) {
    guard let slash = path.lastIndex(of: "/") else { return (".", path) }
    let folder = path[..<slash]
    return (folder.isEmpty ? "/" : String(folder), String(path[path.index(after: slash)...]))
  }

  private static func resolve(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
