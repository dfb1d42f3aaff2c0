import Configuration
import ShuffledCore
import Testing

@Suite struct CameraAddressTests {
  @Test(arguments: [
    ("rtsp://cam/1", "rtsp://cam/1", []),
    ("rtsp://u:p@ss:word@cam:8554/1", "rtsp://cam:8554/1", ["p@ss:word"]),
    ("rtsp://viewer@cam/1", "rtsp://cam/1", []),
    ("http://h/live.m3u8?token=abc&x=1", "http://h/live.m3u8?token=***&x=1", ["abc"]),
    ("https://u:pw12@[::1]:8443/a%40b?Key=k1#f", "https://[::1]:8443/a%40b?Key=***", ["pw12", "k1#f"]),
    (
      "srt://:9000?mode=listener&passphrase=0123456789", "srt://:9000?mode=listener&passphrase=***",
      ["0123456789"]
    ),
    ("udp://0.0.0.0:5000", "udp://0.0.0.0:5000", []),
    ("RTSP://cam/1", "rtsp://cam/1", []),
    ("rtsp://cam/a@b", "rtsp://cam/a@b", []),
    ("udp://@239.1.2.3:1234", "udp://239.1.2.3:1234", []),
  ])
  func showsNoSecrets(url: String, shown: String, secrets: [String]) throws {
    let address = try CameraAddress(url: url)
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
  func whatIsNoLiveSource(url: String) {
    let fault = #expect(throws: CameraAddress.Fault.self) { try CameraAddress(url: url) }
    #expect(
      fault?.cause == "it is no address of a live source"
        && fault?.remedy == "they begin with rtsp://, rtsps://, http://, https://, udp://, srt://")
  }

  /// What would be taken for the path of such an address is a part of its password, and a path is shown.
  @Test(arguments: [
    "rtsp://admin:pa/ss#word@cam:554/1", "rtsp://admin:12/34@cam/1", "rtsp://admin:pa?ss@cam/1",
    "rtsp://admin:p@ss/word@cam/1", "rtsp://cam:554/a@b",
  ])
  func aPasswordThatIsNotEscapedIsRefused(url: String) {
    let fault = #expect(throws: CameraAddress.Fault.self) { try CameraAddress(url: url) }
    #expect(fault?.cause == "it has an '@' behind what would be its host")
    #expect(
      fault?.remedy
        == "write / ? # @ of a password as %2F %3F %23 %40, or better, use 'credential'; an '@' of a path is %40"
    )
  }

  @Test(arguments: [
    "rtsp://admin:pass/1", "rtsp://cam:/1", "rtsp://cam:0/1", "rtsp://[::1]:65536/1", "rtsp://cam:٥٥٤/1",
  ])
  func aPortIsANumber(url: String) {
    let fault = #expect(throws: CameraAddress.Fault.self) { try CameraAddress(url: url) }
    #expect(
      fault?.cause == "what follows its host is no port"
        && fault?.remedy == "a port is a number from 1 to 65535")
  }

  @Test func masksSecretsHoweverTheyAreWritten() {
    let mask = SecretMask([Secret("p@ss word"), Secret("p@ss word and more"), Secret("abc")])
    #expect(
      mask.masked("rtsp://u:p%40ss%20word@cam: p@ss word and more, p@ss word; abc")
        == "rtsp://u:***@cam: ***, ***; abc")
  }
}
