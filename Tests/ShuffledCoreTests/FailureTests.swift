import ShuffledCore
import Testing

@Suite struct FailureTests {
  @Test func saysWhatWhichWhyAndWhatToDo() {
    let failure = Failure(
      .noInput, cannot: "open video", "gate.mp4", because: "no such file", remedy: "check the path")
    #expect(failure.description == "cannot open video 'gate.mp4': no such file (check the path)")
    #expect(
      Failure(.failed, cannot: "go on", because: "it is late").description == "cannot go on: it is late")
  }

  @Test func isAlwaysOneLine() {
    let failure = Failure(.badData, cannot: "read", "a\nb\r\nc", because: "d\u{2028}e")
    #expect(failure.description == "cannot read 'a b c': d e")
  }

  @Test func kindsHaveTheirExitCodes() {
    #expect(Failure.Kind.allCases.map(\.exitCode) == [1, 64, 65, 66, 69, 74, 78])
  }
}
