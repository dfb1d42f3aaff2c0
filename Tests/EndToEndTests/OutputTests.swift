import Foundation
import TestSupport
import Testing

/// Standard output and standard error that are closed, full, or that nobody reads.
@Suite struct OutputTests {
  let folder: Folder

  init() throws {
    folder = try Folder()
    try folder.encode("a.mp4", source: "testsrc2=s=96x64:r=25:d=1", ["-c:v", "libx264"])
    try folder.encode("a.png", ["-frames:v", "1"])
  }

  /// The ways in which results cannot be written, as a shell does them.
  static let ways = [
    (shell: "exec \"$@\" >&-", cause: "bad file descriptor"),
    (shell: "exec \"$@\" <&- >&-", cause: "bad file descriptor"),
    (shell: "exec \"$@\" >/dev/full", cause: "no space left on device"),
  ]

  @Test(arguments: ways) func resultsThatCannotBeWritten(shell: String, cause: String) throws {
    let line = "shuffled: cannot write results: \(cause)\n"
    for words in [
      ["--version"], ["--help"], ["process", "--help"], ["classify", "-m", "custom-width", "a.png"],
      ["process", "-m", "custom-width", "-d", "x.db", "a.mp4"], ["query", "frames", "-d", "x.db"],
      ["query", "summary", "-d", "x.db", "-f", "json"], ["query", "latency", "-d", "x.db", "-f", "csv"],
    ] {
      let ending = try shuffled(words, in: folder, shell: shell)
      #expect(ending == Ending(code: 74, output: "", errors: line), "\(words)")
    }
    // What was classified is stored all the same, and the report went into nobody's file.
    #expect(try sqlite("SELECT state, frames_classified FROM runs", in: folder) == "complete|25")
    #expect(try sqlite("PRAGMA integrity_check", in: folder) == "ok")
  }

  /// The rest of the files is not begun: nobody would hear of them.
  @Test func aReportThatCannotBeWrittenEndsTheCall() throws {
    let ending = try process(["a.mp4", "a.mp4", "a.mp4"], in: folder, shell: "exec \"$@\" >/dev/full")
    #expect(ending.code == 74)
    #expect(try sqlite("SELECT id, state FROM runs", in: folder) == "1|complete")
  }

  /// The reader is gone before the first word: the pipe's other end was opened for a moment only. No error, as with
  /// any command before `head`; the exit code is that of a program that SIGPIPE ended.
  @Test func aReaderThatIsGone() throws {
    let shell = "rm -f pipe; mkfifo pipe; exec 3<>pipe 4>pipe 3<&-; exec \"$@\" >&4 4>&-"
    for words in [
      ["--version"], ["process", "-m", "custom-width", "-d", "x.db", "a.mp4"],
      ["query", "frames", "-d", "x.db"],
    ] {
      #expect(try shuffled(words, in: folder, shell: shell) == Ending(code: 141, output: "", errors: ""))
    }
    #expect(try sqlite("SELECT state, frames_classified FROM runs", in: folder) == "complete|25")
  }

  @Test func aReaderThatStopsEarly() throws {
    #expect(try process(["a.mp4"], in: folder).code == 0)
    let ending = try shuffled(
      ["query", "frames", "-d", "x.db", "-f", "json"], in: folder,
      shell: "{ \"$@\"; echo \"code $?\" >&2; } | head -n 1 | cut -c 1-9")
    #expect(ending.output == "{\"run\":1,\n")
    #expect(["code 0\n", "code 141\n"].contains(ending.errors))
  }

  @Test func closedStandardErrorKeepsTheExitCode() throws {
    for shell in ["exec \"$@\" 2>&-", "exec \"$@\" <&- >&- 2>&-", "exec \"$@\" 2>/dev/full"] {
      #expect(try process(["none.mp4"], in: folder, shell: shell) == Ending(code: 66, output: "", errors: ""))
    }
    #expect(try sqlite("PRAGMA integrity_check; SELECT count(*) FROM runs", in: folder) == "ok\n0")
  }
}
