import Foundation
import Glibc

/// `ffmpeg` that sends until it is killed.
package final class Sender {
  private let process = Process()

  package init(_ arguments: [String]) throws {
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["ffmpeg", "-v", "quiet", "-nostdin"] + arguments
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try launching.withLock { _ in try process.run() }
  }

  package func kill() {
    Glibc.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  deinit { if process.isRunning { kill() } }
}
