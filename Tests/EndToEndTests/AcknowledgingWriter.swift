import Foundation
import Glibc
import TestSupport
import Testing

/// The tests' own program that writes frames and says what it was told is stored, while it runs.
final class AcknowledgingWriter {
  static let path = URL(fileURLWithPath: program).deletingLastPathComponent().appendingPathComponent(
    "StoreWriter"
  ).path

  private let process = Process()
  private let output = Foundation.Pipe()
  private let errors: String
  private var unread: [UInt8] = []

  /// - Parameters:
  ///   - rows: frames a transaction.
  ///   - frames: how many there are in all; 0: without end.
  ///   - tracer: a command before the program.
  init(
    _ database: String, durability: String, rows: Int, frames: Int = 0, in folder: Folder,
    tracer: [String] = []
  ) throws {
    errors = folder.file(".errors-\(UUID().uuidString)")
    _ = FileManager.default.createFile(atPath: errors, contents: nil)
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = tracer + [Self.path, database, durability, "\(rows)", "\(frames)"]
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = FileHandle(forWritingAtPath: errors)
    try launching.withLock { _ in try process.run() }
  }

  deinit { if process.isRunning { kill(SIGKILL) } }

  func kill(_ signal: Int32) { Glibc.kill(process.processIdentifier, signal) }

  /// Waits for its next line; nil at its end.
  func line() -> String? {
    var buffer = [UInt8](repeating: 0, count: 4_096)
    while true {
      if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
        defer { unread.removeFirst(end + 1) }
        return String(decoding: unread[..<end], as: UTF8.self)
      }
      let count = read(output.fileHandleForReading.fileDescriptor, &buffer, buffer.count)
      guard count > 0 else { return nil }
      unread += buffer[..<count]
    }
  }

  /// The frame that its next line says is stored; nil where it says something else, or nothing more.
  func stored() -> Int? {
    line().flatMap { $0.hasPrefix("stored ") ? Int($0.dropFirst(7)) : nil }
  }

  /// Reads what it said last and waits for its end.
  func end() throws -> (lines: [String], ending: Ending) {
    var lines: [String] = []
    while let line = line() { lines.append(line) }
    process.waitUntilExit()
    let code = process.terminationStatus
    return (
      lines,
      Ending(
        code: process.terminationReason == .exit ? code : -code, output: "",
        errors: try String(contentsOfFile: errors, encoding: .utf8))
    )
  }

  /// Expects that a run is whole: rows without gaps, each as the writer makes it, and as many as the run's own row says.
  /// Returns the last frame's number; -1 where there is none.
  static func check(
    _ run: Int, _ state: String, _ database: String = "x.db", in folder: Folder,
    at location: SourceLocation = #_sourceLocation
  ) throws -> Int {
    let answer = try sqlite(
      """
      PRAGMA integrity_check;
      PRAGMA foreign_key_check;
      SELECT r.state, r.frames_classified - count(f.id),
        count(f.id) FILTER (WHERE f.label <> f.sequence % 7 OR f.confidence <> f.sequence % 65536),
        count(f.id) - 1 - ifnull(max(f.sequence), -1), ifnull(max(f.sequence), -1)
      FROM runs r LEFT JOIN frames f ON f.id BETWEEN r.id << 36 AND (r.id << 36) + 68719476735
      WHERE r.id = \(run)
      """, database, in: folder)
    let prefix = "ok\n\(state)|0|0|0|"
    #expect(answer.hasPrefix(prefix), "run \(run): \(answer)", sourceLocation: location)
    return Int(answer.dropFirst(prefix.count)) ?? -1
  }
}
