import Foundation
import Glibc
import TestSupport
import Testing

/// A small Debian with the service installed, booted by a real systemd in a container of its own. What is written in it is gone with it.
final class BootedSystem {
  static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path
  private static let root = repository + "/.build/test-root"

  /// Why none can be booted here; nil where one can.
  static let unavailable: String? =
    FileManager.default.fileExists(atPath: root + ".packages")
    ? (geteuid() == 0 ? nil : "only root can boot systemd")
    : "there is no .build/test-root (make test makes it)"

  private let folder: Folder
  private let container: Call
  private let leader: String

  /// Installs the program, boots, and waits until everything is up.
  /// - Parameter files: of the folder, that it has in /srv.
  init(in folder: Folder) throws {
    self.folder = folder
    let staging = folder.file("staging")
    let install = try Call(
      [Self.repository + "/scripts/install-files", program, staging, "/usr/local", "/etc"], in: folder
    ).end()
    guard install.code == 0 else { throw CommandFailure(description: "cannot install: \(install)") }
    try FileManager.default.createDirectory(atPath: folder.file("srv"), withIntermediateDirectories: true)
    container = try Call(
      [
        "/usr/bin/systemd-nspawn", "-q", "-D", Self.root, "--volatile=overlay", "--register=no",
        "--keep-unit",
        "--console=pipe", "--bind-ro=\(staging)/usr/local:/usr/local", "--bind-ro=\(folder.file("srv")):/srv",
        "--machine=shuffled-\(UUID().uuidString.prefix(8))", "/lib/systemd/systemd", "--log-target=journal",
      ], in: folder)
    let deadline = ContinuousClock.now + .seconds(60)
    var found = ""
    while ContinuousClock.now < deadline {
      found = try Call(["/usr/bin/pgrep", "-P", "\(container.identifier)"], in: folder).end().output
        .trimmingCharacters(in: .whitespacesAndNewlines)
      if !found.isEmpty {
        let state = try Self.enter(found, ["systemctl", "is-system-running", "--wait"], in: folder)
        if ["running\n", "degraded\n"].contains(state.output) { break }
      }
      poll(nil, 0, 50)
    }
    leader = found
    let setup = try run(
      """
      echo '127.0.0.1 localhost' > /etc/hosts
      systemd-sysusers /usr/local/lib/sysusers.d/shuffled.conf
      mkdir -p /etc/shuffled && cp /usr/local/share/shuffled/shuffled.json5 /etc/shuffled/ &&
      systemd-tmpfiles --create /usr/local/lib/tmpfiles.d/shuffled.conf
      """)
    guard setup.code == 0 else { throw CommandFailure(description: "it did not come up: \(setup)") }
  }

  deinit {
    // Its first process, and all others with it; where nspawn is killed, they live on.
    if let first = Int32(leader) { kill(first, SIGKILL) } else { container.signal(SIGKILL) }
    _ = try? container.end()
  }

  private static func enter(_ leader: String, _ words: [String], in folder: Folder) throws -> Ending {
    try Call(
      ["/usr/bin/nsenter", "-t", leader, "-m", "-u", "-i", "-n", "-p", "-C", "--"] + words, in: folder,
      environment: ["PATH": "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
    ).end()
  }

  /// Runs a shell's script in it, as root.
  @discardableResult
  func run(_ script: String, shell: String = "sh") throws -> Ending {
    try Self.enter(leader, ["/bin/\(shell)", "-c", script], in: folder)
  }

  /// What a script wrote, without the end of its last line.
  func output(_ script: String, shell: String = "sh") throws -> String {
    try run(script, shell: shell).output.trimmingCharacters(in: .newlines)
  }

  /// A property of the service's unit.
  func property(_ name: String) throws -> String { try output("systemctl show shuffled -p \(name) --value") }

  func configure(_ text: String) throws {
    try folder.write(text, to: "srv/shuffled.json5")
    try run("cat /srv/shuffled.json5 > /etc/shuffled/shuffled.json5")
  }

  /// Settings of the unit for this test alone.
  func override(_ lines: String) throws {
    try folder.write("[Service]\n\(lines)\n", to: "srv/override.conf")
    try run(
      """
      mkdir -p /run/systemd/system/shuffled.service.d &&
      cp /srv/override.conf /run/systemd/system/shuffled.service.d/test.conf && systemctl daemon-reload
      """)
  }

  /// Waits until a property is as wanted; records an issue when it is not so within the limit.
  func wait(
    for name: String, _ value: String, within limit: Duration = .seconds(30),
    at location: SourceLocation = #_sourceLocation
  ) throws {
    let deadline = ContinuousClock.now + limit
    var last = ""
    while ContinuousClock.now < deadline {
      last = try property(name)
      if last == value { return }
      poll(nil, 0, 50)
    }
    let journal = try output("journalctl -u shuffled --no-pager -o cat | tail -20")
    Issue.record("\(name) is '\(last)', not '\(value)':\n\(journal)", sourceLocation: location)
  }
}
