import Foundation
import TestSupport
import Testing

/// `shuffled manual`.
@Suite struct ManualPageTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  @Test func sectionsInTheirOrder() throws {
    let ending = try shuffled(["manual"], in: folder)
    #expect(ending.code == 0 && ending.errors == "")
    let sections = ending.output.split(separator: "\n").filter { $0.hasPrefix(".SH ") }
    #expect(
      sections == [
        ".SH NAME", ".SH SYNOPSIS", ".SH DESCRIPTION", ".SH COMMANDS", ".SH FILES", ".SH ENVIRONMENT",
        ".SH \"EXIT STATUS\"", ".SH \"SEE ALSO\"",
      ])
    // Each of the help's commands, and nothing that roff would take for a request but those that are meant.
    let commands = ending.output.split(separator: "\n").filter { $0.hasPrefix(".SS ") }
    let listed = UsageTests.overview.split(separator: "\n").drop { $0 != "Commands:" }.dropFirst()
      .prefix { $0 != "Options:" }.filter { !$0.hasPrefix("   ") }.map {
        $0.dropFirst(2).components(separatedBy: "  ")[0]
      }
    #expect(commands == listed.map { ".SS \"\($0)\"" })
    for line in ending.output.split(separator: "\n") where line.hasPrefix(".") || line.hasPrefix("'") {
      let request = line.dropFirst().prefix { $0 != " " }
      #expect(["\\\"", "TH", "nh", "ad", "SH", "SS", "PP", "TP", "br"].contains(request), "\(line)")
    }
  }

  @Test(.enabled(if: hasCommand("groff"), "groff is not installed (make test does it: groff-base)"))
  func groffReadsIt() throws {
    let page = try shuffled(["manual"], in: folder).output
    try Data(page.utf8).write(to: URL(fileURLWithPath: folder.file("shuffled.1")))
    let faults = try Call(["/usr/bin/env", "groff", "-man", "-Tutf8", "-ww", "-z", "shuffled.1"], in: folder)
    #expect(try faults.end() == Ending(code: 0, output: "", errors: ""))

    // Without overstrikes and colors, on a terminal of 80 columns.
    let shown = try Call(
      ["/usr/bin/env", "groff", "-man", "-Tutf8", "-rLL=80n", "-P-cbou", "shuffled.1"], in: folder
    ).end().output
    for line in shown.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    for text in [
      "       shuffled - classifies video with ShuffleNet and keeps what it saw in\n       SQLite\n",
      "   query frames\n       shuffled query frames [OPTION...]\n\n       One row a frame: what it showed, how sure, how fast.\n",
      "       -f, --format table|json|csv\n              how to write results (default: table)\n",
      "   process\n       shuffled process [OPTION...] VIDEO...\n",
      "       shuffled process --enter 0.6,blocky=0.8 gate.mp4\n              blocky only where that is quite sure\n",
      "       source <(shuffled completion bash)\n              for this bash; in ~/.bashrc, for all that follow\n",
      "       /run/shuffled/control.sock\n              the socket on which the service answers 'shuffled status'\n",
      "       SHUFFLED_MODELS\n", "       64     the command line makes no sense\n", "       130, 143\n",
      "       ffmpeg(1), journalctl(1), sqlite3(1), systemctl(1)\n",
    ] { #expect(shown.contains(text), "\(text)") }
    #expect(!shown.contains("CREDENTIALS_DIRECTORY"))
  }
}
