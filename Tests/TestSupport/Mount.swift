import Foundation

/// A file system of its own below a test's folder, as long as the value lives.
package final class Mount {
  package let path: String

  /// Whether this process may mount file systems that are in memory.
  package static let isPermitted: Bool = {
    guard let folder = try? Folder(), (try? Mount("m", options: "size=64k", in: folder)) != nil else {
      return false
    }
    return true
  }()

  /// One in memory.
  package init(_ name: String, options: String, in folder: Folder) throws {
    path = folder.file(name)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    try output(of: ["mount", "-t", "tmpfs", "-o", options, "shuffled-test", path])
  }

  /// The one in an image file.
  package init(_ name: String, image: String, in folder: Folder) throws {
    path = folder.file(name)
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try output(of: ["mount", "-o", "loop", image, path])
  }

  deinit { _ = try? output(of: ["umount", path]) }

  package func remount(_ options: String) throws {
    try output(of: ["mount", "-o", "remount,\(options)", path])
  }
}
