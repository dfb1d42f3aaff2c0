import Commands
import ShuffledCore
import Testing

@Suite struct OutputTests {
  @Test(arguments: [
    (0.0, 2, "0.00"), (1.005, 1, "1.0"), (2.5, 0, "3"), (-1.25, 1, "-1.3"), (-0.001, 2, "0.00"),
    (123456.789, 3, "123456.789"), (0.0625, 3, "0.063"), (Double.infinity, 2, "inf"), (Double.nan, 2, "nan"),
  ])
  func decimalsAreRounded(value: Double, places: Int, text: String) {
    #expect(decimal(value, places) == text)
  }

  @Test(arguments: [(0.0, "0"), (2.5, "2.5"), (1.0 / 3, "0.333333"), (100, "100"), (-0.5, "-0.5")])
  func decimalsAreNoLongerThanNeeded(value: Double, text: String) { #expect(decimal(value) == text) }

  @Test(arguments: [
    (0.0, "0:00"), (7.9, "0:07"), (754, "12:34"), (3723, "1:02:03"), (360_000, "100:00:00"), (-3, "0:00"),
  ])
  func clocks(seconds: Double, text: String) { #expect(clockText(seconds: seconds) == text) }

  @Test func jsonIsOneLineInTheGivenOrder() {
    let value = JSON.object([
      ("zebra", .integer(-3)), ("apple", .array([.null, .number(0.1), .number(.nan)])),
      ("text", .text("a\"b\\c\nd\u{1}é🦓")), ("none", .optional(nil)), ("places", .number(2.0 / 3, places: 2)),
    ])
    #expect(
      value.line
        == #"{"zebra":-3,"apple":[null,0.1,null],"text":"a\"b\\c\nd\u0001é🦓","none":null,"places":0.67}"#
    )
  }

  @Test(arguments: [
    (100, 6, "100"), (0.5, 6, "0.5"), (1.5e20, 6, "1.5e+20"), (12.3456, 0, "12"), (-0.0000001, 6, "0"),
    (1e-5, 5, "0.00001"),
  ])
  func jsonNumbersAreNoLongerThanNeeded(value: Double, places: Int, text: String) {
    #expect(JSON.number(value, places: places).line == text)
  }

  @Test func jsonPathsReachInside() {
    let value = JSON.object([("a", .object([("b", .text("x")), ("c", .number(1.5))])), ("d", .null)])
    #expect(value["a.b"].plainText == "x")
    #expect(value["a.c"].plainText == "1.5")
    #expect(value["d"].plainText == "")
    #expect(value["a.z"].plainText == "")
  }

  @Test func controlCharactersDoNotReachATerminal() {
    #expect(printable("plain é 玄関") == "plain é 玄関")
    #expect(
      printable("\u{1b}[31mred\u{7}\r\n\u{9b}2J\u{202e}x\u{2028}")
        == "\u{FFFD}[31mred\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}2J\u{FFFD}x\u{FFFD}")
  }

  @Test(arguments: [("abc", 3), ("", 0), ("é", 1), ("e\u{301}", 1), ("玄関", 4), ("a玄", 3)])
  func widthsAreColumns(text: String, columns: Int) { #expect(displayWidth(text) == columns) }

  @Test(arguments: [
    ("gate.mp4", 8, "gate.mp4"), ("gate-camera.mp4", 9, "gate….mp4"), ("玄関カメラ", 5, "玄…ラ"), ("abc", 1, "…"),
    ("abc", 0, ""),
  ])
  func namesAreCutInTheMiddle(text: String, columns: Int, short: String) {
    #expect(shortened(text, to: columns) == short)
  }
}
