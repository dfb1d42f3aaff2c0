import Foundation
import TestSupport
import Testing

private let needs = "is not installed: its completions are read as text only"

/// `shuffled completion`: what the shells themselves offer.
@Suite struct CompletionTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  /// A shell's script, written by the program into the test's folder.
  private func script(_ shell: String) throws -> String {
    let ending = try shuffled(["completion", shell], in: folder)
    #expect(ending.code == 0 && ending.errors == "")
    try Data(ending.output.utf8).write(to: URL(fileURLWithPath: folder.file("completions")))
    return ending.output
  }

  /// The words after `shuffled` as bash takes them apart, the last one under the cursor, and what is offered: words, or
  /// what `compopt` asks readline to do.
  static let bashCases: [(words: [String], offered: String)] = [
    (
      [""],
      "run process classify status query db model bench manual completion help --help -h --version"
    ),
    (["pro"], "process"),
    (["q"], "query"),
    (["--v"], "--version"),
    (["nothing", ""], ""),
    (
      ["query", ""], "frames segments summary timeline latency coverage runs streams models export --help -h"
    ),
    (["query", "s"], "segments summary streams"),
    (["query", "nothing", ""], ""),
    (["db", ""], "check stats backup prune compact --help -h"),
    (["model", ""], "fetch convert list inspect init verify --help -h"),
    (["bench", ""], "model kernels preprocess guidelines store --help -h"),

    (["help", "cl"], "classify"),
    (["help", "db", ""], "check stats backup prune compact"),
    (["help", "process", ""], ""),
    (["run", "-"], "--config -c --check --schema --help -h"),
    (["process", "--e"], "--every --enter --exit"),
    (["query", "models", "--s"], "--stream --since --sql"),
    (["bench", "model", "--s"], "--seconds"),
    // An option's argument, after it and after its '='.
    (["process", "--format", ""], "text json"),
    (["process", "-f", "j"], "json"),
    (["process", "--durability", "=", "f"], "full"),
    (["process", "--format", "="], "text json"),
    (["query", "frames", "--format", "=", ""], ""),
    (["process", "--format=j"], "--format=json"),
    (["query", "summary", "--by", ""], "minute hour day"),
    (["query", "export", "-f", "csv,"], "csv,csv csv,json"),
    (["bench", "guidelines", "-g", "G"], "G1 G2 G3 G4"),
    (["process", "--fps", ""], ""),
    (["process", "--fps", "="], ""),
    (["process", "--nothing", "=", ""], "@default"),
    (["process", "--enter", "blocky", "="], ""),
    (["process", "--database", "re"], "@default"),
    // A letter's argument does not follow a '='.
    (["process", "-d", "=", "re"], ""),
    (["run", "-c", ""], "@default"),
    (["query", "export", "--to", ""], "@dirnames"),
    (["model", "fetch", "--from", "https", ":", "//x"], "@default"),
    // Operands.
    (["process", ""], "@default"),
    (["process", "--fps", "2", "a.mp4", "b"], "@default"),
    (["process", "--resume", ""], "@default"),
    (["process", "--", "-"], "@default"),
    (["model", "inspect", ""], "@default"),
    (["model", "inspect", "a", ""], ""),
    (["query", "frames", ""], ""),
    (["status", ""], ""),
    (["completion", ""], "bash zsh fish"),
    (["completion", "bash", ""], ""),
  ]

  @Test func bashOffers() throws {
    _ = try script("bash")
    // As strict as a shell can be told to be; every case answers a line.
    var lines = [
      "set -eu", "compopt() { COMPREPLY=(\"@$2\"); }", "source ./completions",
      "offer() { COMP_WORDS=(shuffled \"$@\"); COMP_CWORD=$#; _shuffled; echo \"${COMPREPLY[*]}\"; }",
      "COMP_LINE='' COMP_POINT=0",
    ]
    lines += Self.bashCases.map { "offer " + $0.words.map { "'\($0)'" }.joined(separator: " ") }
    try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: folder.file("cases")))
    let ending = try Call(["/usr/bin/env", "bash", "--norc", "cases"], in: folder).end()
    #expect(ending.code == 0 && ending.errors == "", "\(ending)")
    let offered = ending.output.components(separatedBy: "\n").dropLast()
    try #require(offered.count == Self.bashCases.count)
    for (offered, expected) in zip(offered, Self.bashCases) {
      #expect(offered == expected.offered, "shuffled \(expected.words.joined(separator: " "))")
    }
  }

  @Test func bashIsToldOfTheFunction() throws {
    let text = try script("bash")
    #expect(text.hasPrefix("# Completions of shuffled for bash."))
    #expect(text.hasSuffix("}\ncomplete -F _shuffled shuffled\n"))
  }

  @Test func zshScript() throws {
    let text = try script("zsh")
    #expect(text.hasPrefix("#compdef shuffled\n"))
    for line in [
      "      'query:frames, segments, summary, timeline, latency, coverage, runs, streams, models, export'\n",
      "    (db) commands=(\n      'check:read a whole database and say what contradicts itself'\n",
      #"        '*--enter=[a segment'\''s smoothed confidence comes up to P (default: 0.6)]:P: ' \"# + "\n",
      "        '(-f --format)'{-f+,--format=}'[how to write results (default: text)]:text|json:(text json)' \\\n",
      "        \\*{-f+,--formats=}'[only these formats (default: both)]:csv,json:_values -s , value csv json' \\\n",
      "        '*:VIDEO...:_files' ;;\n", "        '1:bash|zsh|fish:(bash zsh fish)' ;;\n",
    ] { #expect(text.contains(line), "\(line)") }
  }

  @Test(.enabled(if: hasCommand("zsh"), "zsh \(needs)")) func zshFindsNoFault() throws {
    _ = try script("zsh")
    #expect(
      try Call(["/usr/bin/env", "zsh", "-f", "-n", "completions"], in: folder).end()
        == Ending(code: 0, output: "", errors: ""))
  }

  @Test func fishScript() throws {
    let text = try script("fish")
    for line in [
      "complete -c shuffled -n '__shuffled_after' -a db -d 'check, stats, backup, prune, compact'\n",
      "complete -c shuffled -n '__shuffled_after db' -a check -d 'read a whole database and say what contradicts itself'\n",
      #"-n '__shuffled_within process' -l enter -x -d 'a segment\'s smoothed confidence comes up to P (default: 0.6)'"#
        + "\n",
      "-n '__shuffled_within process' -l format -s f -x -a 'text json' -d 'how to write results (default: text)'\n",
      "-n '__shuffled_within run' -l config -s c -r -F -d ", "-n '__shuffled_within process' -F\n",
    ] { #expect(text.contains(line), "\(line)") }
  }

  /// What is typed, and the words that fish offers, in its order.
  static let fishCases: [(typed: String, offered: [String])] = [
    ("shuffled pro", ["process"]),
    ("shuffled query s", ["segments", "streams", "summary"]),
    ("shuffled help db c", ["check", "compact"]),
    // Also the name of a group.
    ("shuffled bench model ", []),
    ("shuffled bench model --f", ["--format"]),
    ("shuffled process --format=", ["--format=json", "--format=text"]),
    ("shuffled process -f ", ["json", "text"]),
    ("shuffled process --fps ", []),
    ("shuffled process ga", ["gate.mp4"]),
    ("shuffled query export --to ", ["folder/"]),
    ("shuffled status ", []),
    ("shuffled completion ", ["bash", "fish", "zsh"]),
  ]

  @Test(.enabled(if: hasCommand("fish"), "fish \(needs)")) func fishOffers() throws {
    _ = try script("fish")
    try Data().write(to: URL(fileURLWithPath: folder.file("gate.mp4")))
    try FileManager.default.createDirectory(
      atPath: folder.file("folder"), withIntermediateDirectories: false)
    var lines = ["source completions"]
    for typed in Self.fishCases.map(\.typed) {
      lines.append("complete -C '\(typed)' | string replace -r '\\t.*' '' | string join ' '; echo .")
    }
    let ending = try Call(
      ["/usr/bin/env", "fish", "--no-config", "-c", lines.joined(separator: "\n")], in: folder,
      environment: ["HOME": folder.path, "XDG_RUNTIME_DIR": folder.path]
    ).end()
    #expect(ending.code == 0 && ending.errors == "", "\(ending)")
    let expected = Self.fishCases.map {
      ($0.offered.isEmpty ? "" : $0.offered.joined(separator: " ") + "\n") + ".\n"
    }
    #expect(ending.output == expected.joined())
  }
}
