import Foundation
import Glibc
import TestSupport
import Testing

/// `process --resume`: a run that was cut off at any moment ends as one that was not.
@Suite struct ResumeTests {
  let folder: Folder

  init() throws { folder = try Folder() }

  /// What two databases must have in common: frames but for their times, and segments.
  private func content(_ database: String) throws -> String {
    try sqlite(
      """
      SELECT run, sequence, media_seconds, state, label, confidence FROM results ORDER BY run, sequence;
      SELECT run, label, start_seconds, end_seconds, frames, mean_confidence, ending FROM segment_overview ORDER BY 1, 3, 2
      """, database, in: folder)
  }

  private func run(_ arguments: [String], database: String) throws -> Ending {
    try process(
      ["--database", database, "--min-duration", "200ms", "--enter", "0.2"] + arguments, in: folder)
  }

  /// The moments are events: so many frames are committed.
  @Test(arguments: [(SIGINT, 1), (SIGTERM, 150), (SIGKILL, 1), (SIGKILL, 300)])
  func endsAsIfNothingHadBeen(signal: Int32, frames: Int) throws {
    // Long enough for the signal to come in the middle.
    try folder.encode(
      "long.mp4", source: "testsrc2=s=320x240:r=25:d=60",
      ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "2"])
    #expect(try run(["long.mp4"], database: "whole.db").code == 0)
    let call = try Call(
      [
        program, "process", "-m", "custom-width", "-d", "x.db", "--min-duration", "200ms", "--enter", "0.2",
        "long.mp4",
      ], in: folder)
    try wait(forChangesIn: folder) { try committed(1, in: folder) >= frames }
    call.signal(signal)
    let cut = try call.end()
    let stored = try committed(1, in: folder)
    // A machine may be so fast that nothing is left to cut off.
    #expect(cut.code == (signal == SIGKILL ? -SIGKILL : 128 + signal) || stored == 1500, "\(cut)")
    let resumed = try run(["--resume", "--format", "json", "long.mp4"], database: "x.db")
    #expect(resumed.code == 0, "\(resumed)")
    if stored < 1500 {
      let counts = try #require(try objects(resumed.output).first?["frames"] as? [String: Int])
      #expect(counts["decoded"] == 1500)
      // SIGKILL may come after a commit that was not yet seen.
      #expect((counts["stored_before"] ?? 0) >= stored)
      #expect((counts["stored_before"] ?? 0) + (counts["classified"] ?? 0) == 1500)
    }
    #expect(
      try sqlite("SELECT id, state, frames_decoded, frames_classified FROM runs", in: folder)
        == "1|complete|1500|1500")
    #expect(try content("x.db") == content("whole.db"))
    #expect(try sqlite("PRAGMA integrity_check", in: folder) == "ok")
  }

  @Test func whatIsDoneIsLeftOut() throws {
    try folder.encode("a.mp4", ["-c:v", "libx264"])
    try folder.encode("b.mp4", ["-c:v", "libx264"])
    #expect(try run(["a.mp4"], database: "x.db").code == 0)
    let ending = try run(["--resume", "a.mp4", "b.mp4"], database: "x.db")
    #expect(ending.code == 0)
    #expect(ending.errors == "shuffled: 'a.mp4' is done already: run 1 in 'x.db'\n")
    #expect(try sqlite("SELECT id, state FROM runs", in: folder) == "1|complete\n2|complete")
  }

  @Test func keyframesGoOnWithKeyframes() throws {
    try folder.encode("a.mp4", ["-c:v", "libx264", "-g", "10"])
    #expect(try run(["--keyframes", "a.mp4"], database: "x.db").code == 0)
    expectRefusal(
      try run(["--resume", "a.mp4"], database: "x.db"), 64,
      "cannot resume 'a.mp4': run 1 was made with other settings: --keyframes "
        + "(give the same again, or leave --resume out)")
    #expect(
      try run(["--resume", "--keyframes", "a.mp4"], database: "x.db").errors
        == "shuffled: 'a.mp4' is done already: run 1 in 'x.db'\n")
  }

  @Test func whatWouldMixIsRefused() throws {
    try folder.encode("a.mp4", ["-c:v", "libx264"])
    #expect(try run(["--every", "2", "a.mp4"], database: "x.db").code == 0)
    for (arguments, cause) in [
      ([], "was made with other settings: --every 2"),
      (["--keyframes"], "was made with other settings: --every 2"),
      (["--every", "2", "--top", "3"], "was made with other settings: --top 5"),
      (["--every", "2", "--smooth", "3s"], "was made with other settings: how segments are found"),
    ] {
      expectRefusal(
        try run(["--resume"] + arguments + ["a.mp4"], database: "x.db"), 64,
        "cannot resume 'a.mp4': run 1 \(cause) (give the same again, or leave --resume out)")
    }
    let other = try shuffled(
      [
        "process", "--resume", "-d", "x.db", "-m", fixtures + "/../../models/signal-health.safetensors",
        "--every", "2",
        "--min-duration", "200ms", "--enter", "0.2", "a.mp4",
      ], in: folder)
    expectRefusal(
      other, 64,
      "cannot resume 'a.mp4': run 1 was made with another model, 'custom-width' "
        + "(give the same again, or leave --resume out)")
  }
}
