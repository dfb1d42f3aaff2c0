import Commands
import ShuffledCore
import Testing

/// What completions and manual page make of the tables' texts.
@Suite struct GeneratedTextTests {
  @Test(arguments: [
    ("text|json", CompletedValue.words(["text", "json"], isList: false)),
    ("tcp|udp", .words(["tcp", "udp"], isList: false)),
    ("G1|G2|G3|G4", .words(["G1", "G2", "G3", "G4"], isList: false)),
    ("csv,json", .words(["csv", "json"], isList: true)), ("FILE", .files), ("PATH", .files),
    ("NAME|FILE", .files), ("URL|FILE", .files), ("VIDEO...", .files), ("TO", .files), ("DIR", .folders),
    ("FOLDER", .folders), ("N", .nothing), ("WxH", .nothing), ("N|WxH", .nothing), ("NAME|JSON", .nothing),
    ("A,B,C", .nothing), ("N,N,N,N,N", .nothing), ("T,...", .nothing), ("[STREAM...]", .nothing),
  ])
  func offered(text: String, value: CompletedValue) { #expect(CompletedValue(text) == value) }

  @Test(arguments: [
    ("plain words", "plain words"), ("--fps 2", #"\-\-fps 2"#), (#"a\nb"#, #"a\enb"#),
    (".pth, or a.pth", #"\&.pth, or a.pth"#), ("'run' it", #"\(aqrun\(aq it"#),
    ("two\n  lines", "two lines"), (#"`~^""#, #"\(ga\(ti\(ha\(dq"#), ("3 × é", #"3 \[u00D7] \[u00E9]"#),
    ("🦓", #"\[u1F993]"#), ("", ""),
  ])
  func roff(text: String, escaped: String) { #expect(Roff.line(text) == escaped) }

  /// A variable that is read is either explained to people or known to be the service's.
  @Test func everyVariableIsAccountedFor() {
    let explained = Set(ManualTexts.environment.keys)
    #expect(explained.isDisjoint(with: ManualTexts.serviceEnvironment))
    #expect(explained.union(ManualTexts.serviceEnvironment) == Set(Program.environmentNames))
  }
}
