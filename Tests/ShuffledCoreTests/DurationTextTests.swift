import ShuffledCore
import Testing

@Suite struct DurationTextTests {
  @Test(arguments: [
    ("500ms", 0.5), ("2s", 2), ("1.5h", 5_400), ("90m", 5_400), ("7d", 604_800), ("0s", 0), ("0.25s", 0.25),
  ])
  func isRead(text: String, seconds: Double) { #expect(Duration(text: text) == .seconds(seconds)) }

  @Test(arguments: ["", "s", "5", "-1s", "1 s", "nans", "infs", "1e9d", "5w", "ms", "--5s"])
  func anythingElseIsRefused(text: String) { #expect(Duration(text: text) == nil) }

  @Test(arguments: ["500ms", "1500ms", "90s", "5m", "36h", "7d", "0s"])
  func isWrittenAsItIsRead(text: String) { #expect(Duration(text: text)?.text == text) }
}
