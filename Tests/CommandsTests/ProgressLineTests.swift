import Commands
import ShuffledCore
import Testing

@Suite struct ProgressLineTests {
  private func line(
    _ title: String = "gate.mp4", decoded: Int64, expected: Int64?, seconds: Int = 10,
    media: Int64? = 31_000_000
  ) -> ProgressLine {
    ProgressLine(
      title: title, decoded: decoded, expected: expected, elapsed: .seconds(seconds),
      media: media.map(MediaTime.init))
  }

  @Test func showsHowFarHowFastWhereAndHowLong() {
    #expect(
      line(decoded: 780, expected: 1500).text(columns: 80)
        == "gate.mp4 [=============>           ]  52%  780/1500  78 fps  at 0:31  left 0:09")
  }

  @Test func anUnknownLengthHasNoBar() {
    #expect(line(decoded: 780, expected: nil).text(columns: 80) == "gate.mp4 780 frames  78 fps  at 0:31")
    #expect(line(decoded: 1, expected: nil, media: nil).text(columns: 80) == "gate.mp4 1 frame  0 fps")
  }

  @Test func moreThanExpectedIsNotOver100Percent() {
    let text = line(decoded: 1600, expected: 1500).text(columns: 80)
    #expect(text.contains("] 100% 1600/1600") && text.hasSuffix("left 0:00"))
  }

  /// A line that reaches the last column would wrap, and then scroll with every update.
  @Test func alwaysFits() {
    let long = String(repeating: "long-name-", count: 12) + ".mp4"
    for columns in [1, 2, 10, 20, 40, 60, 79, 80, 81, 120, 200] {
      for title in ["a", "gate.mp4", long, "玄関のカメラの長い名前の録画ファイル.mp4", "é\u{301}\u{1b}[2J.mp4"] {
        for expected in [nil, 10, 1_000_000_000] as [Int64?] {
          let text = line(title, decoded: 999_999, expected: expected).text(columns: columns)
          #expect(displayWidth(text) < columns, "\(columns) columns: \(text)")
        }
      }
    }
  }
}
