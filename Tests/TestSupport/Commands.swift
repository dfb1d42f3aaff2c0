import Foundation
import Synchronization

/// A command that a test needs did not succeed.
package struct CommandFailure: Error, CustomStringConvertible {
  package var description: String

  package init(description: String) { self.description = description }
}

/// Foundation's `Process` shares state among its instances; tests run at the same time, so they start programs one
/// after another.
package let launching = Mutex(())

/// Runs a command, which must succeed; returns its output.
@discardableResult
package func output(of words: [String]) throws -> String {
  let process = Process()
  let output = Pipe()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = words
  process.standardOutput = output
  process.standardError = FileHandle.nullDevice
  try launching.withLock { _ in try process.run() }
  let data = output.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  guard process.terminationStatus == 0 else {
    throw CommandFailure(
      description: "\(words.joined(separator: " ")): exit code \(process.terminationStatus)")
  }
  return String(decoding: data, as: UTF8.self)
}

/// Whether a command is installed.
package func hasCommand(_ name: String) -> Bool {
  (try? output(of: ["sh", "-c", "command -v \(name)"])) != nil
}
