import Foundation
import TestSupport
import Testing

/// What `make install` puts in place, and what systemd says of the unit.
@Suite struct UnitFileTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private static let isAnalyzable = FileManager.default.isExecutableFile(atPath: "/usr/bin/systemd-analyze")

  private func script(_ name: String, _ words: [String], shell: String? = nil) throws -> Ending {
    try Call([BootedSystem.repository + "/scripts/" + name] + words, in: folder, shell: shell).end()
  }

  private func files() throws -> [String] {
    let root = folder.file("root")
    return try FileManager.default.subpathsOfDirectory(atPath: root).filter {
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: root + "/" + $0, isDirectory: &isFolder)
        && !isFolder.boolValue
    }.sorted()
  }

  @Test func installsAndUninstalls() throws {
    let target = folder.file("root")
    #expect(
      try script("install-files", [program, target, "/opt/shuffled", "/etc"])
        == Ending(code: 0, output: "", errors: ""))
    #expect(
      try files() == [
        "etc/shuffled/shuffled.json5",
        "opt/shuffled/bin/shuffled",
        "opt/shuffled/lib/systemd/system/shuffled.service",
        "opt/shuffled/lib/sysusers.d/shuffled.conf",
        "opt/shuffled/lib/tmpfiles.d/shuffled.conf",
        "opt/shuffled/share/bash-completion/completions/shuffled",
        "opt/shuffled/share/fish/vendor_completions.d/shuffled.fish",
        "opt/shuffled/share/man/man1/shuffled.1",
        "opt/shuffled/share/shuffled/grafana/shuffled.json",
        "opt/shuffled/share/shuffled/models/labels/imagenet.txt",
        "opt/shuffled/share/shuffled/models/signal-health.safetensors",
        "opt/shuffled/share/shuffled/prometheus/shuffled.rules.yml",
        "opt/shuffled/share/shuffled/shuffled.json5",
        "opt/shuffled/share/shuffled/shuffled.schema.json",
        "opt/shuffled/share/zsh/site-functions/_shuffled",
      ])
    let binary = try FileManager.default.attributesOfItem(atPath: target + "/opt/shuffled/bin/shuffled")
    #expect(try #require(binary[.size] as? Int) <= 30_000_000)
    #expect(
      try String(
        contentsOfFile: target + "/opt/shuffled/lib/systemd/system/shuffled.service", encoding: .utf8
      )
      .contains("ExecStart=/opt/shuffled/bin/shuffled run --config /etc/shuffled/shuffled.json5\n"))
    // It finds its models beside itself.
    let models = try Call(
      [target + "/opt/shuffled/bin/shuffled", "model", "list"], in: folder,
      environment: ["SHUFFLED_MODELS": ""]
    ).end()
    #expect(models.output.contains("signal-health"))
    // What somebody has edited stays.
    try folder.write("// mine\n{}\n", to: "root/etc/shuffled/shuffled.json5")
    #expect(
      try script("install-files", [program, target, "/opt/shuffled", "/etc"])
        == Ending(
          code: 0,
          output:
            "kept \(target)/etc/shuffled/shuffled.json5; what is delivered now is \(target)/opt/shuffled/share/shuffled/shuffled.json5\n",
          errors: ""))
    #expect(
      try script("uninstall-files", [target, "/opt/shuffled", "/etc"])
        == Ending(code: 0, output: "kept \(target)/etc/shuffled\n", errors: ""))
    #expect(try files() == ["etc/shuffled/shuffled.json5"])
    #expect(try folder.data("root/etc/shuffled/shuffled.json5") == Data("// mine\n{}\n".utf8))
  }

  /// Where root's new files are for root alone, everybody can read all but the configuration nevertheless.
  @Test func whatIsInstalledIsForEverybody() throws {
    let target = folder.file("root")
    let words = [program, target, "/usr/local", "/etc"]
    #expect(
      try script("install-files", words, shell: "umask 077; exec \"$@\"")
        == Ending(code: 0, output: "", errors: ""))
    var modes: [Int: [String]] = [:]
    for file in try files() {
      let attributes = try FileManager.default.attributesOfItem(atPath: target + "/" + file)
      modes[try #require(attributes[.posixPermissions] as? Int), default: []].append(file)
    }
    #expect(modes[0o755] == ["usr/local/bin/shuffled"])
    #expect(modes[0o640] == ["etc/shuffled/shuffled.json5"])
    #expect(modes[0o644]?.count == 13 && modes.count == 3, "\(modes)")
  }

  /// Who reads the unit learns of every directive what it is for.
  @Test func everyDirectiveOfTheServiceHasItsComment() throws {
    let unit = try String(
      contentsOfFile: BootedSystem.repository + "/systemd/shuffled.service.in", encoding: .utf8)
    let lines = unit.split(separator: "\n", omittingEmptySubsequences: false)
    let service = lines.drop { $0 != "[Service]" }.prefix { $0 != "[Install]" }.dropFirst()
    let bare = service.indices.filter { index in
      let line = service[index]
      return !line.isEmpty && !line.hasPrefix("#")
        && (index == service.startIndex || !lines[index - 1].hasPrefix("#"))
    }
    #expect(bare.map { service[$0] } == [])
    #expect(service.count { $0.contains("=") && !$0.hasPrefix("#") } > 40)
  }

  @Test(.enabled(if: isAnalyzable, "needs systemd-analyze"))
  func theSandboxIsTightAndTheUnitIsWithoutFault() throws {
    // Its destination is "/", not "": nothing of this machine's users, folders and units is touched.
    #expect(try script("install-files", [program, "/", folder.file("p"), folder.file("etc")]).code == 0)
    let unit = folder.file("p/lib/systemd/system/shuffled.service")
    let security = try Call(
      ["/usr/bin/systemd-analyze", "security", "--offline=true", "--threshold=15", unit], in: folder
    ).end()
    #expect(security.code == 0, "\(security)")
    // It exits with 0 whatever it says.
    #expect(
      try Call(["/usr/bin/systemd-analyze", "verify", "--man=no", unit], in: folder).end()
        == Ending(code: 0, output: "", errors: ""))
  }
}
