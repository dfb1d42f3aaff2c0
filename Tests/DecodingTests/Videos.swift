import Decoding
import Foundation
import ShuffledCore
import Testing

/// A folder of its own for a test's files, gone with it.
final class Folder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("shuffled-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }

  @discardableResult
  func write(_ text: String, to name: String) throws -> String {
    try Data(text.utf8).write(to: URL(fileURLWithPath: file(name)))
    return file(name)
  }

  func write(_ data: Data, to name: String) throws -> String {
    try data.write(to: URL(fileURLWithPath: file(name)))
    return file(name)
  }

  func data(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: file(name))) }

  /// Encodes a test picture that moves.
  /// - Parameter output: everything after the input.
  func encode(
    _ name: String, source: String = "testsrc2=s=192x108:r=25:d=2", _ output: [String]
  ) throws -> String {
    try run("ffmpeg", ["-f", "lavfi", "-i", source] + output + ["-y", "file:" + file(name)])
    return file(name)
  }

  /// Runs FFmpeg's command on files, which must succeed.
  func ffmpeg(_ arguments: [String]) throws { try run("ffmpeg", arguments) }
}

/// Runs a command, which must succeed; returns its output.
@discardableResult
func run(_ command: String, _ arguments: [String]) throws -> String {
  let process = Process()
  let output = Pipe()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = [command, "-v", "error"] + (command == "ffmpeg" ? ["-nostdin"] : []) + arguments
  process.standardOutput = output
  process.standardError = FileHandle.nullDevice
  try process.run()
  let data = output.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  try #require(process.terminationStatus == 0, "\(command) \(arguments.joined(separator: " "))")
  return String(decoding: data, as: UTF8.self)
}

/// Whether this FFmpeg can encode with `name`.
func hasEncoder(_ name: String) throws -> Bool {
  try run("ffmpeg", ["-hide_banner", "-encoders"]).contains(" \(name) ")
}

/// ffprobe's count of decoded frames.
func probedCount(_ path: String) throws -> Int {
  let text = try run(
    "ffprobe",
    [
      "-count_frames", "-select_streams", "v:0", "-show_entries", "stream=nb_read_frames", "-of", "csv=p=0",
      "file:" + path,
    ])
  return try #require(text.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) })
}

/// ffprobe's timestamps of decoded frames, in microseconds, nil where there is none.
func probedTimes(_ path: String) throws -> [Int64?] {
  let base = try run(
    "ffprobe",
    ["-select_streams", "v:0", "-show_entries", "stream=time_base", "-of", "csv=p=0", "file:" + path])
  let parts = base.split(whereSeparator: { !$0.isNumber }).compactMap { Int64($0) }
  let (numerator, denominator) = (parts[0], parts[1])
  let text = try run(
    "ffprobe",
    [
      "-select_streams", "v:0", "-show_entries", "frame=best_effort_timestamp", "-of", "csv=p=0",
      "file:" + path,
    ])
  return text.split(separator: "\n").map { line in
    let field = line.prefix { $0 != "," }
    guard let time = Int64(field) else { return nil }
    // Rounded to the nearest, halves away from zero.
    let scaled = 2 * time * 1_000_000 * numerator
    return (scaled + (scaled < 0 ? -denominator : denominator)) / (2 * denominator)
  }
}

func frames(_ source: VideoSource) throws -> [Frame] {
  var frames: [Frame] = []
  while let frame = try source.next() { frames.append(frame) }
  return frames
}

func open(_ path: String, _ selection: FrameSelection = .all, threads: Int = 0) throws -> VideoSource {
  try VideoSource(path: path, media: .video, selection: selection, threads: threads)
}

/// The text of the `Failure` that opening and reading throws, and its kind.
func failure(_ path: String, _ media: VideoSource.Media = .video) -> (text: String, kind: Failure.Kind)? {
  do {
    let source = try VideoSource(path: path, media: media, selection: .all)
    while try source.next() != nil {}
    return nil
  } catch let failure as Failure {
    return (failure.description, failure.kind)
  } catch {
    Issue.record("\(error) is not a Failure")
    return nil
  }
}
