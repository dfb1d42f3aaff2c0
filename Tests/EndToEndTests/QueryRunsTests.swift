import Foundation
import ShuffledCore
import TestSupport
import Testing

/// `shuffled query runs`, `query streams` and `query models` on a small database: two streams, three runs.
@Suite struct QueryRunsTests {
  let folder: Folder

  init() throws {
    folder = try Folder()
    try folder.encode("gate.mp4", source: "testsrc2=s=192x108:r=25:d=2", ["-c:v", "libx264"])
    try folder.encode("yard, back.mkv", source: "smptebars=s=192x108:r=10:d=0.3", ["-c:v", "libx264"])
    let ending = try process(
      ["--top", "2", "-w", "1", "gate.mp4", "yard, back.mkv", "gate.mp4"], in: folder)
    try #require(ending.code == 0, "\(ending)")
  }

  private func query(_ words: String...) throws -> Ending {
    try shuffled(["query"] + words + ["--database", "x.db"], in: folder)
  }

  /// What was said, with moments and durations as `TIME` and `S`; it must have gone well.
  private func answer(_ words: String...) throws -> String {
    let ending = try shuffled(["query"] + words + ["--database", "x.db"], in: folder)
    #expect(ending.code == 0 && ending.errors == "", "\(ending)")
    return ending.output
      .replacingOccurrences(of: "[0-9-]{10}T[0-9:.]{8,15}Z", with: "TIME", options: .regularExpression)
      .replacingOccurrences(of: "\"seconds\":[0-9.]+", with: "\"seconds\":S", options: .regularExpression)
      .replacingOccurrences(of: "TIME,TIME,[0-9]+\\.[0-9]+", with: "TIME,TIME,S", options: .regularExpression)
  }

  /// How segments are found where nothing is said.
  private static let segments =
    #""segments":{"enter":0.6,"exit":0.4,"smooth_seconds":0.5,"min_seconds":1,"longest_gap_seconds":10}"#

  @Test func runs() throws {
    #expect(
      try answer("runs").replacingOccurrences(of: "0:0[0-9]", with: "0:0S", options: .regularExpression)
        == """
        run  stream          state     started               length  frames  lost
          3  gate.mp4        complete  TIME    0:0S      50     0
          2  yard, back.mkv  complete  TIME    0:0S       3     0
          1  gate.mp4        complete  TIME    0:0S      50     0

        """)
    let hash = try sqlite("SELECT sha256 FROM models", in: folder)
    let source = folder.file("yard, back.mkv")
    #expect(
      try answer("runs", "--run", "2", "--format", "json")
        == #"{"run":2,"stream":"yard, back.mkv","source":"\#(source)","model":"custom-width","model_sha256":"\#(hash)","#
        + #""state":"complete","error":null,"started":"TIME","ended":"TIME","seconds":S,"frames_decoded":3,"#
        + #""frames":{"classified":3,"failed":0,"dropped":0},"program":"shuffled 0.1.0","#
        + #""settings":{"every":1,"top":2,"workers":1,"# + Self.segments + "}}\n")
    #expect(
      try answer("runs", "-s", "yard, back.mkv", "-f", "csv")
        == "run,stream,source,model,model_sha256,state,error,started,ended,seconds,frames_decoded,frames.classified,frames.failed,frames.dropped,program,settings\r\n"
        + "2,\"yard, back.mkv\",\"\(source)\",custom-width,\(hash),complete,,TIME,TIME,S,3,3,0,0,shuffled 0.1.0,\"{\"\"every\"\":1,\"\"top\"\":2,\"\"workers\"\":1,"
        + Self.segments.replacingOccurrences(of: "\"", with: "\"\"") + "}\"\r\n"
    )
    #expect(try answer("runs", "--limit", "1").contains("\n  3  gate.mp4  complete"))
    #expect(try answer("runs", "--until", "2020-01-01", "-f", "json") == "")
  }

  @Test func streams() throws {
    #expect(
      try answer("streams") == """
        stream          runs  first frame           last frame            frames  lost
        gate.mp4           2  TIME  TIME     100     0
        yard, back.mkv     1  TIME  TIME       3     0

        """)
    #expect(
      try answer("streams", "--run", "1", "-f", "json")
        == #"{"stream":"gate.mp4","source":"\#(folder.file("gate.mp4"))","runs":1,"first_wall_time":"TIME","#
        + #""last_wall_time":"TIME","frames":{"classified":50,"failed":0,"dropped":0}}"# + "\n")
    #expect(
      try answer("streams", "--stream", "gate.mp4", "-f", "csv")
        == "stream,source,runs,first_wall_time,last_wall_time,frames.classified,frames.failed,frames.dropped\r\n"
        + "gate.mp4,\(folder.file("gate.mp4")),2,TIME,TIME,100,0,0\r\n")
    #expect(
      try answer("streams", "--since", "1d", "-n", "1", "-f", "json").hasPrefix("{\"stream\":\"gate.mp4\""))
  }

  @Test func models() throws {
    let hash = try sqlite("SELECT sha256 FROM models", in: folder)
    #expect(
      try answer("models") == """
        model         sha256        labels  runs  frames  lost
        custom-width  \(hash.prefix(12))       7     3     103     0

        """)
    let architecture = try sqlite("SELECT json(architecture) FROM models", in: folder)
    let names = modelLabels.map { "\"\($0)\"" }.joined(separator: ",")
    #expect(
      try answer("models", "-f", "json")
        == #"{"model":"custom-width","sha256":"\#(hash)","labels":7,"runs":3,"#
        + #""frames":{"classified":103,"failed":0,"dropped":0},"architecture":\#(architecture),"#
        + #""label_names":[\#(names)]}"# + "\n")
    #expect(
      try answer("models", "-r", "2", "-f", "csv").hasPrefix(
        "model,sha256,labels,runs,frames.classified,frames.failed,frames.dropped,architecture\r\n"
          + "custom-width,\(hash),7,1,3,0,0,"))
  }

  @Test func whatIsNotThere() throws {
    for command in ["runs", "streams", "models"] {
      expectRefusal(
        try query(command, "--run", "9"), 64,
        "cannot find run '9': the database has no such run (it has runs 1 to 3)")
      expectRefusal(
        try query(command, "--stream", "gate.mp3"), 64,
        "cannot find stream 'gate.mp3': no stream has this name or source (did you mean 'gate.mp4'?)")
      expectRefusal(
        try query(command, "--label", "cloud"), 64,
        "cannot understand option '--label': 'query \(command)' has no such option (see 'shuffled query \(command) --help')"
      )
    }
  }

  /// A run that went wrong brings the errors' column.
  @Test func errorsHaveAColumn() throws {
    try folder.encode("whole.mkv", source: "testsrc2=s=192x108:r=25:d=2", ["-c:v", "libx264"])
    let whole = try folder.data("whole.mkv")
    try folder.write(whole.prefix(whole.count / 2), to: "cut.mkv")
    #expect(try process(["cut.mkv"], in: folder).code == 65)
    let errors = try answer("runs").split(separator: "\n")
    #expect(errors[0] == "run  stream          state     started               length  frames  lost  error")
    #expect(errors[1].hasPrefix("  4  cut.mkv         partial   TIME"))
    #expect(errors[2].hasSuffix("     0  -"))
  }

  /// Other models than one bring the models' column. A run that was interrupted, of a name that is cut, with frames of
  /// six digits and hours of time still fits a terminal.
  @Test func aTableOfUsualNamesFitsATerminal() throws {
    func change(_ sql: String) throws {
      #expect(try Call(["/usr/bin/env", "sqlite3", "x.db", sql], in: folder).end().code == 0)
    }
    try change(
      """
      UPDATE streams SET name = 'the camera behind the house' WHERE id = 2;
      UPDATE runs SET state = 'interrupted', frames_classified = 864000, frames_dropped = 9999,
        ended_us = started_us + 35999 * 1000000 WHERE id = 2
      """)
    let wide = try answer("runs", "--run", "2").split(separator: "\n")
    #expect(wide[1] == "  2  the came…e house  interrupted  TIME  9:59:59  864000  9999")
    // "TIME" stands for 20 characters.
    #expect(wide[1].count + 16 <= 80)
    try change(
      "INSERT INTO models VALUES (2, 'ff', 'other', '{}'); UPDATE runs SET model_id = 2 WHERE id = 2")
    let both = try answer("runs").split(separator: "\n")
    #expect(
      both[0]
        == "run  stream            model         state        started                length  frames  lost")
    #expect(both[2] == "  2  the came…e house  other         interrupted  TIME  9:59:59  864000  9999")
    #expect(both[3].hasPrefix("  1  gate.mp4          custom-width  complete     TIME"))
  }
}
