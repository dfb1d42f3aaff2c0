import Configuration
import ShuffledCore
import Testing

@Suite struct CameraAddressTests {
  @Test(arguments: [
    ("rtsp://cam/1", "rtsp://cam/1", []),
    ("rtsp://u:p@ss:word@cam:8554/1", "rtsp://cam:8554/1", ["p@ss:word"]),
    ("rtsp://viewer@cam/1", "rtsp://cam/1", []),
    ("http://h/live.m3u8?token=abc&x=1", "http://h/live.m3u8?token=***&x=1", ["abc"]),
    ("https://u:pw12@[::1]:8443/a@b?Key=k1#f", "https://[::1]:8443/a@b?Key=***", ["pw12", "k1#f"]),
    (
      "srt://:9000?mode=listener&passphrase=0123456789", "srt://:9000?mode=listener&passphrase=***",
      ["0123456789"]
    ),
    ("udp://0.0.0.0:5000", "udp://0.0.0.0:5000", []),
    ("RTSP://cam/1", "rtsp://cam/1", []),
  ])
  func showsNoSecrets(url: String, shown: String, secrets: [String]) throws {
    let address = try #require(CameraAddress(url: url))
    #expect(address.shown == shown)
    #expect(address.secrets.map(\.revealed) == secrets)
    #expect(address.url.revealed == url)
    var dumped = ""
    dump(address, to: &dumped)
    for secret in secrets {
      #expect(!"\(address)".contains(secret))
      #expect(!dumped.contains(secret))
    }
  }

  @Test(arguments: [
    "", "cam/1", "ftp://cam/1", "file:///etc/passwd", "rtsp://", "rtsp://:554/1", "rtsp://a b/1",
    "concat:a|b",
  ])
  func whatIsNoLiveSource(url: String) { #expect(CameraAddress(url: url) == nil) }

  @Test func masksSecretsHoweverTheyAreWritten() {
    let mask = SecretMask([Secret("p@ss word"), Secret("p@ss word and more"), Secret("abc")])
    #expect(
      mask.masked("rtsp://u:p%40ss%20word@cam: p@ss word and more, p@ss word; abc")
        == "rtsp://u:***@cam: ***, ***; abc")
  }
}
