import Glibc
import ShuffledCore

/// Makes a folder, and those it lies in, where they are not there. Throws `inputOutput` when one cannot be made.
func makeFolders(_ path: String) throws {
  var made = path.hasPrefix("/") ? "/" : ""
  for part in path.split(separator: "/") {
    made += part + "/"
    if mkdir(made, 0o755) != 0, errno != EEXIST {
      throw Failure(.inputOutput, cannot: "make folder", String(made.dropLast()), because: systemText(errno))
    }
  }
}

/// Takes a file away; one that is not there is no fault.
func removeFile(_ path: String) { _ = unlink(path) }
