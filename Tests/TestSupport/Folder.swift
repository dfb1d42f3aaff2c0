import Foundation

/// A folder of its own for a test's files, gone with it.
package final class Folder: Sendable {
  package let path: String

  package init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("shuffled-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  package func file(_ name: String) -> String { path + "/" + name }

  @discardableResult
  package func write(_ text: String, to name: String) throws -> String {
    try write(Data(text.utf8), to: name)
  }

  @discardableResult
  package func write(_ data: Data, to name: String) throws -> String {
    try data.write(to: URL(fileURLWithPath: file(name)))
    return file(name)
  }

  package func data(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: file(name))) }

  /// Encodes a test picture that moves.
  /// - Parameter output: everything after the input.
  @discardableResult
  package func encode(
    _ name: String, source: String = "testsrc2=s=192x108:r=25:d=2", _ output: [String]
  ) throws -> String {
    try run("ffmpeg", ["-f", "lavfi", "-i", source] + output + ["-y", "file:" + file(name)])
    return file(name)
  }

  /// Runs FFmpeg's command on files, which must succeed.
  package func ffmpeg(_ arguments: [String]) throws { try run("ffmpeg", arguments) }
}
