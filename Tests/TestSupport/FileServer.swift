import Foundation
import Glibc

/// Serves a folder's files over HTTP on 127.0.0.1, as they are at each request, in a process of its own. It is gone with its last holder.
package final class FileServer {
  package let port: UInt16
  private let process = Process()

  /// Waits until it listens.
  package init(_ folder: Folder) throws {
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "python3", "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", folder.path,
    ]
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try launching.withLock { [process] _ in try process.run() }
    // Serving HTTP on 127.0.0.1 port 41234 (http://127.0.0.1:41234/) ...
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    guard let text = line.split(separator: ":").last?.prefix(while: \.isNumber), let port = UInt16(text)
    else {
      throw CommandFailure(description: "python3's HTTP server did not start: \(line)")
    }
    self.port = port
  }

  package func url(_ name: String) -> String { "http://127.0.0.1:\(port)/\(name)" }

  deinit {
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }
}
