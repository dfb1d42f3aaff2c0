import FoundationEssentials
import Glibc
import ShuffledCore

/// What a path means to `Playback`: a file, or the files of a folder.
enum PlaybackFiles {
  /// The paths to play, the first one last. Blocks while it reads the folder. Throws `Failure` where it cannot.
  static func list(_ path: String) throws(Failure) -> [String] {
    guard isFolder(path) else { return [path] }
    do {
      let names = try FileManager.default.contentsOfDirectory(atPath: path).filter { !$0.hasPrefix(".") }
      return names.sorted(by: >).map { path + "/" + $0 }.filter(isFile)
    } catch {
      throw Failure(
        .noInput, cannot: "play folder", path, because: "it cannot be read", remedy: "make it readable")
    }
  }

  /// Nothing that would keep its reader waiting, as a pipe does.
  private static func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  static func isFolder(_ path: String) -> Bool {
    var isDirectory = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory
  }

  /// Nothing of it can be played.
  /// - Parameter first: why, of the first file that was tried.
  static func nothing(_ path: String, _ first: Failure?) -> Failure {
    guard isFolder(path) else {
      return first ?? Failure(.badData, cannot: "play video", path, because: "it gave no frame")
    }
    guard let first else {
      return Failure(.noInput, cannot: "play folder", path, because: "there is no file in it")
    }
    return Failure(
      .badData, cannot: "play folder", path,
      because: "none of its files can be played; of the first: \(first.description)")
  }
}
