import Foundation
import TestSupport

/// `openssl s_server` on 127.0.0.1, with a certificate of its own that no system trusts. It answers with files of
/// `folder`, which hold whole answers, status line and all. It is gone with its last holder.
final class SecureServer {
  /// The certificate, for who wants to trust it.
  let certificate: String
  let port: UInt16
  private let process: Process
  /// Open as long as the server is to run.
  private let input: Pipe

  init(in folder: Folder) throws {
    certificate = folder.file("certificate.pem")
    let key = folder.file("key.pem")
    try output(of: [
      "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
      "-subj",
      "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate,
    ])
    let process = Process()
    let input = Pipe()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", certificate, "-key", key, "-HTTP",
    ]
    process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try launching.withLock { _ in try process.run() }
    // It says where it listens once it does: `ACCEPT 127.0.0.1:1234`.
    var said = ""
    while !said.hasSuffix("\n") || !said.contains("ACCEPT ") {
      let data = output.fileHandleForReading.availableData
      guard !data.isEmpty else {
        throw CommandFailure(description: "openssl s_server does not listen: \(said)")
      }
      said += String(decoding: data, as: UTF8.self)
    }
    guard let number = said.split(separator: ":").last.flatMap({ UInt16($0.dropLast()) }) else {
      throw CommandFailure(description: "openssl s_server has no port: \(said)")
    }
    port = number
    self.process = process
    self.input = input
  }

  deinit {
    // The threads that tests run on block the other signals, and a child inherits that.
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  func url(_ path: String) -> String { "https://127.0.0.1:\(port)\(path)" }
}
