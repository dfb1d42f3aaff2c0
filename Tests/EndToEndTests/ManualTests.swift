import Foundation
import TestSupport
import Testing

/// The manual page and what shells complete, which are made from the tables of commands.
@Suite struct ManualTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  static func isInstalled(_ name: String) -> Bool {
    ["/bin/", "/usr/bin/"].contains { FileManager.default.isExecutableFile(atPath: $0 + name) }
  }

  private func generated(_ words: [String]) throws -> String {
    let ending = try shuffled(words, in: folder)
    #expect(ending.code == 0 && ending.errors == "")
    return ending.output
  }

  @Test(.enabled(if: isInstalled("groff"), "needs groff"))
  func manualPageIsWellFormedAndComplete() throws {
    try folder.write(try generated(["manual"]), to: "shuffled.1")
    #expect(
      try Call(["/usr/bin/groff", "-man", "-Tutf8", "-ww", "-z", "shuffled.1"], in: folder).end()
        == Ending(code: 0, output: "", errors: ""))
    let page = try Call(
      ["/usr/bin/groff", "-man", "-Tascii", "-P-cbou", "-rLL=78n", "shuffled.1"], in: folder
    ).end()
      .output
    #expect(page.contains("shuffled - classify video with ShuffleNet"))
    #expect(page.split(separator: "\n").allSatisfy { $0.count <= 80 })
    // Every command of the help has its section.
    let help = try shuffled(["--help"], in: folder).output
    let commands = help.split(separator: "\n").drop { $0 != "Commands:" }.dropFirst()
      .prefix { $0 != "Options:" }.filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
      .map { String($0.dropFirst(2).prefix { !$0.isNewline }.components(separatedBy: "  ")[0]) }
    #expect(commands.count > 25)
    for command in commands { #expect(page.contains("   shuffled \(command)"), "\(command)") }
  }

  /// What bash offers for the last of some words.
  private func completions(_ words: [String]) throws -> [String] {
    let quoted = words.map { "'\($0)'" }.joined(separator: " ")
    try folder.write(
      """
      set -u
      source ./completion
      COMP_WORDS=(\(quoted))
      COMP_CWORD=\(words.count - 1)
      _shuffled
      printf '%s\\n' ${COMPREPLY[@]+"${COMPREPLY[@]}"}
      """, to: "try.sh")
    let ending = try Call(["/bin/bash", "--norc", "try.sh"], in: folder).end()
    #expect(ending.code == 0 && ending.errors == "", "\(ending)")
    return ending.output.split(separator: "\n").map(String.init).sorted()
  }

  @Test func bashCompletes() throws {
    try folder.write(try generated(["completion", "bash"]), to: "completion")
    try folder.write("", to: "gate.mp4")
    #expect(try completions(["shuffled", "pr"]) == ["process"])
    #expect(try completions(["shuffled", "query", "s"]) == ["segments", "streams", "summary"])
    #expect(try completions(["shuffled", "process", "--fo"]) == ["--format"])
    #expect(try completions(["shuffled", "process", "--format", ""]) == ["json", "text"])
    #expect(try completions(["shuffled", "process", "-f", "j"]) == ["json"])
    #expect(try completions(["shuffled", "process", "--format", "=", "t"]) == ["text"])
    #expect(try completions(["shuffled", "query", "frames", "--format", "="]) == ["csv", "json", "table"])
    #expect(try completions(["shuffled", "process", "ga"]) == ["gate.mp4"])
    #expect(try completions(["shuffled", "process", "--database", "ga"]) == ["gate.mp4"])
    #expect(try completions(["shuffled", "process", "--fps", ""]) == [])
    #expect(try completions(["shuffled", "status", ""]) == [])
    #expect(try completions(["shuffled", "completion", "z"]) == ["zsh"])
    #expect(try completions(["shuffled", "run", "--"]) == ["--check", "--config", "--help", "--schema"])
  }

  @Test(arguments: ["zsh", "fish"]) func otherShellsRead(shell: String) throws {
    let text = try generated(["completion", shell])
    #expect(text.contains("completion for shuffled; made by 'shuffled completion \(shell)'"))
    #expect(text.contains("keyframes") && text.contains("text json"))
  }

  @Test(.enabled(if: isInstalled("zsh"), "needs zsh")) func zshFindsNoFault() throws {
    try expectRead(by: "zsh")
  }

  @Test(.enabled(if: isInstalled("fish"), "needs fish")) func fishFindsNoFaultAndCompletes() throws {
    try expectRead(by: "fish")
    let ending = try Call(
      ["/usr/bin/fish", "--no-config", "-c", "source completion; complete -C 'shuffled query s'"], in: folder,
      environment: ["HOME": folder.path]
    ).end()
    let words = ending.output.split(separator: "\n").map { String($0.prefix { $0 != "\t" }) }
    #expect(words == ["segments", "streams", "summary"], "\(ending)")
  }

  private func expectRead(by shell: String) throws {
    try folder.write(try generated(["completion", shell]), to: "completion")
    #expect(
      try Call(["/usr/bin/\(shell)", "-n", "completion"], in: folder, environment: ["HOME": folder.path])
        .end()
        == Ending(code: 0, output: "", errors: ""))
  }

  @Test func unknownShell() throws {
    expectRefusal(
      try shuffled(["completion", "csh"], in: folder), 64,
      "cannot run command 'completion': it needs the name of one shell (known are bash, fish, zsh)")
  }
}
