import Foundation
import Glibc
import HTTP
import ShuffledCore
import StatusReport
import TestSupport
import Testing

/// `shuffled run` with a configuration in a test's folder: results in `x.db`, the control socket beside it, no TCP.
final class RunningService {
  private let call: Call
  private let folder: Folder
  private let socket: String

  /// - Parameters:
  ///   - streams: the members of `streams`, as a configuration has them.
  ///   - http: the members of `http`.
  convenience init(
    streams: String, more: String = "", http: String = "enabled: false", in folder: Folder,
    environment: [String: String] = [:]
  ) throws {
    try Self.configure(streams: streams, more: more, http: http, in: folder)
    try self.init(configured: folder, environment: environment)
  }

  /// With the `c.json5` that is there.
  init(configured folder: Folder, environment: [String: String] = [:]) throws {
    self.folder = folder
    socket = folder.file("s.sock")
    call = try Call([program, "run", "--config", "c.json5"], in: folder, environment: environment)
  }

  /// Writes the configuration, which it follows when it is told to.
  static func configure(
    streams: String, more: String = "", http: String = "enabled: false", in folder: Folder
  ) throws {
    try folder.write(
      """
      { database: { path: "x.db" }, http: { \(http) }, socket: "\(folder.file("s.sock"))",
        defaults: { model: "custom-width" }, \(more)
        streams: { \(streams) } }
      """, to: "c.json5")
    chmod(folder.file("c.json5"), 0o600)
  }

  var identifier: Int32 { call.identifier }

  func signal(_ number: Int32) { call.signal(number) }

  /// Waits for the end.
  func end(_ number: Int32? = SIGTERM, at location: SourceLocation = #_sourceLocation) throws -> Ending {
    if let number { call.signal(number) }
    return try call.end(within: 20, at: location)
  }

  /// What it has said so far, on standard error.
  func log() throws -> String { try call.errors() }

  /// nil while nobody answers.
  func status() -> DaemonStatus? {
    guard let (answer, socket) = try? HTTPClient(sockets: [socket]).get(DaemonStatus.path) else {
      return nil
    }
    return try? DaemonStatus(json: answer.body, of: socket)
  }

  /// Asks again and again until the status is as wanted; records an issue when it is not so within the limit.
  @discardableResult
  func wait(
    for what: String, within limit: Duration = .seconds(60), at location: SourceLocation = #_sourceLocation,
    until condition: (DaemonStatus) throws -> Bool
  ) throws -> DaemonStatus {
    let deadline = ContinuousClock.now + limit
    var last: DaemonStatus?
    while ContinuousClock.now < deadline {
      last = status()
      if let last, try condition(last) { return last }
      // A process that writes nothing tells nobody: it is asked.
      poll(nil, 0, 100)
    }
    Issue.record("\(what) did not come: \(last?.json ?? "no answer")", sourceLocation: location)
    throw CommandFailure(description: "\(what) did not come")
  }

  /// Waits until it has said something.
  func wait(
    forLog text: String, within limit: Duration = .seconds(60), at location: SourceLocation = #_sourceLocation
  ) throws {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
      if try log().contains(text) { return }
      poll(nil, 0, 50)
    }
    Issue.record("'\(text)' was not said:\n\(try log())", sourceLocation: location)
    throw CommandFailure(description: "'\(text)' was not said")
  }

  /// Waits until a stream is in a state.
  @discardableResult
  func wait(
    for stream: String, _ state: StreamState, within limit: Duration = .seconds(60),
    at location: SourceLocation = #_sourceLocation
  ) throws -> StreamStatus {
    let status = try wait(for: "\(stream) \(state)", within: limit, at: location) { status in
      status.streams.contains { $0.name == stream && $0.state == state }
    }
    return try #require(status.streams.first { $0.name == stream })
  }

  /// Lines of its standard error, without their times.
  static func lines(_ ending: Ending) -> [String] {
    ending.errors.split(separator: "\n").map { line in
      line.first?.isNumber == true ? String(line.drop { $0 != " " }.dropFirst()) : String(line)
    }
  }
}
