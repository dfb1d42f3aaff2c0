import Foundation
import Glibc

/// A camera on 127.0.0.1: a real RTSP server (GStreamer's) in a process of its own, which can be killed, stopped and started again on the
/// same port. It is gone with its last holder.
package final class RTSPCamera: @unchecked Sendable {
  // `@unchecked Sendable`: used by the test that made it, one call at a time.
  package let port: UInt16
  private let arguments: [String]
  private var process: Process?
  private var input: Pipe?

  /// Why none can be started here; nil where one can.
  package static let unavailable: String? =
    (try? output(of: [
      "/usr/bin/python3", "-c",
      "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer",
    ])) == nil ? "GStreamer's RTSP server is not installed" : nil

  /// Waits until it listens.
  /// - Parameters:
  ///   - file: an Annex-B H.264 file without B-frames, sent in a loop, 25 frames a second.
  ///   - cameras: it serves `/cam1` to `/camN`.
  ///   - user: `name:password`, which it then asks for.
  package init(file: String, cameras: Int = 1, user: String? = nil) throws {
    port = Self.freePort()
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures/rtsp_server.py").path
    arguments =
      [script, "\(port)", file, "--cameras", "\(cameras)"] + (user.map { ["--user", $0] } ?? [])
    try start()
  }

  deinit { kill() }

  /// Starts it, again, on the same port; waits until it listens.
  package func start() throws {
    let (process, input, output) = (Process(), Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments = arguments
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try launching.withLock { _ in try process.run() }
    (self.process, self.input) = (process, input)
    guard String(decoding: output.fileHandleForReading.availableData, as: UTF8.self).hasPrefix("ready") else {
      throw CommandFailure(description: "the RTSP server did not start: \(arguments.joined(separator: " "))")
    }
  }

  /// SIGKILL: its connections are closed by the system.
  package func kill() { end(SIGKILL) }

  /// SIGSTOP: its connections stay open and say nothing.
  package func pause() { signal(SIGSTOP) }

  package func resume() { signal(SIGCONT) }

  private func end(_ number: Int32) {
    guard let process else { return }
    signal(number)
    process.waitUntilExit()
    self.process = nil
    input = nil
  }

  private func signal(_ number: Int32) {
    if let process { Glibc.kill(process.processIdentifier, number) }
  }

  /// A TCP port that nobody listens at now.
  package static func freePort() -> UInt16 {
    let (socket, port) = boundSocket()
    close(socket)
    return port
  }
}
