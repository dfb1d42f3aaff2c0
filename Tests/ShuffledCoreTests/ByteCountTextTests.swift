import ShuffledCore
import Testing

@Suite struct ByteCountTextTests {
  @Test(
    arguments: [
      ("500M", 500_000_000), ("20G", 20_000_000_000), ("1T", 1_000_000_000_000), ("64k", 64_000), ("0", 0),
      ("1234", 1234),
    ] as [(String, Int64)])
  func isRead(text: String, bytes: Int64) {
    #expect(ByteCountText.bytes(text) == bytes)
    #expect(ByteCountText.text(bytes) == text)
  }

  @Test(arguments: ["", "M", "-1M", "1.5G", "5 G", "5K", "5m", "9223373T", "99999999999999999999"])
  func anythingElseIsRefused(text: String) { #expect(ByteCountText.bytes(text) == nil) }
}
