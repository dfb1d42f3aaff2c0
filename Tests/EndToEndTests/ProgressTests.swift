import Foundation
import TestSupport
import Testing

/// The progress bar, on a terminal that `script` plays.
@Suite struct ProgressTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  /// The lines that were drawn over each other, the bytes after them, and the exit code.
  private func drawn(columns: Int, _ words: String, environment: [String: String] = ["TERM": "xterm"]) throws
    -> (lines: [String], code: Int32)
  {
    let command =
      "stty cols \(columns) rows 24; exec '\(program)' process -m custom-width -d x.db -w 1 -f json \(words) >report"
    let ending = try Call(
      ["/usr/bin/env", "script", "-qefc", command, "/dev/null"], in: folder,
      environment: environment.merging(["SHELL": "/bin/sh"]) { $1 }
    ).end()
    return (ending.output.split(separator: "\r").map(String.init), ending.code)
  }

  private func bars(_ lines: [String]) -> [String] {
    lines.filter { $0.hasSuffix("\u{1b}[K") && $0 != "\u{1b}[K" }.map { String($0.dropLast(3)) }
  }

  @Test(arguments: [80, 40]) func theBar(columns: Int) throws {
    // Enough frames for some drawings, ten a second, on any processor.
    try folder.encode(
      "a long name for a video.mp4", source: "testsrc2=s=64x48:r=25:d=400",
      ["-c:v", "libx264", "-preset", "ultrafast"])
    let (lines, code) = try drawn(columns: columns, "'a long name for a video.mp4'")
    #expect(code == 0)
    let bars = bars(lines)
    try #require(!bars.isEmpty, "\(lines)")
    for bar in bars { #expect(bar.count < columns, "\(bar)") }
    if columns == 80 {
      let pattern =
        #"^a long .*\.mp4 \[=*>? *\] +[0-9]+% +[0-9]+/10000  [0-9]+ fps  at [0-9]+:[0-9]{2}  left [0-9]+:[0-9]{2}$"#
      for bar in bars { #expect(bar.range(of: pattern, options: .regularExpression) != nil, "\(bar)") }
    }
    // In the end the line is cleared, and the answer is where it should be.
    #expect(lines.last == "\u{1b}[K")
    #expect(
      try objects(String(decoding: folder.data("report"), as: UTF8.self)).first?["state"] as? String
        == "complete")
  }

  /// Of a video whose length nobody knows: how much was done, how fast, where.
  @Test func aVideoOfUnknownLength() throws {
    let video = try EndlessVideo("live.ts", in: folder)
    let call = try Call(
      [
        "/usr/bin/env", "script", "-qefc",
        "stty cols 80 rows 24; exec '\(program)' process -m custom-width -d x.db live.ts >report 2>&1 </dev/null 2>/dev/tty",
        "/dev/null",
      ], in: folder, environment: ["TERM": "xterm", "SHELL": "/bin/sh"])
    try wait(forChangesIn: folder) {
      // The holder of the database's lock is the program itself.
      guard try committed(1, in: folder) > 2_000,
        let pid = Int32(String(decoding: try folder.data("x.db.lock"), as: UTF8.self).prefix { $0.isNumber })
      else { return false }
      kill(pid, SIGINT)
      return true
    }
    let ending = try call.end()
    try video.end()
    #expect(ending.code == 130)
    #expect(
      ending.output.contains("shuffled: interrupted by SIGINT; what was classified is stored in 'x.db'"))
    let bars = bars(ending.output.split(separator: "\r").map(String.init))
    try #require(!bars.isEmpty, "no bar was drawn: \(ending)")
    for bar in bars {
      #expect(
        bar.range(of: #"^live.ts +[0-9]+ frames?  [0-9]+ fps(  at [0-9:]+)?$"#, options: .regularExpression)
          != nil,
        "\(bar)")
    }
  }

  @Test func aTerminalWithoutACursorGetsNone() throws {
    try folder.encode(
      "a.mp4", source: "testsrc2=s=64x48:r=25:d=40", ["-c:v", "libx264", "-preset", "ultrafast"])
    let (lines, code) = try drawn(columns: 80, "a.mp4", environment: ["TERM": "dumb"])
    #expect(code == 0 && lines.isEmpty, "\(lines)")
  }
}
