import Decoding
import Glibc
import ShuffledCore
import TestSupport
import Testing

@Suite struct KnockTests {
  private func address(_ kind: LiveAddress.Kind, _ url: String) -> LiveAddress {
    LiveAddress(kind: kind, url: url, shown: url)
  }

  @Test(arguments: [
    ("rtsp://camera/live", "camera", 554), ("rtsps://camera/live", "camera", 322),
    ("http://camera", "camera", 80), ("https://camera/x.m3u8", "camera", 443),
    ("rtsp://viewer:s3cret@camera:8554/live", "camera", 8554),
    ("rtsp://viewer:s:3%40@10.0.0.7/live?port=9", "10.0.0.7", 554),
    ("rtsp://[fe80::1]/live", "fe80::1", 554), ("rtsp://u:p@[::1]:8554/live", "::1", 8554),
    ("RTSP://camera/live", "camera", 554),
  ])
  func whereToKnock(url: String, host: String, port: Int) throws {
    let found = try #require(address(.rtsp, url).hostAndPort)
    #expect(found == (host, port))
  }

  @Test func somebodyListensOrNot() throws {
    let (listener, port) = boundSocket()
    for url in ["rtsp://127.0.0.1:\(port)/x", "rtsp://u:p@localhost:\(port)/x"] {
      #expect(address(.rtsp, url).knock(within: .seconds(5)) == false)
    }
    try #require(listen(listener, 8) == 0)
    for url in ["rtsp://127.0.0.1:\(port)/x", "rtsp://u:p@localhost:\(port)/x", "rtsps://127.0.0.1:\(port)"] {
      #expect(address(.rtsp, url).knock(within: .seconds(5)) == true, "\(url)")
    }
    #expect(address(.http, "http://127.0.0.1:\(port)/x").knock(within: .seconds(5)) == true)
    close(listener)
    #expect(address(.rtsp, "rtsp://127.0.0.1:\(port)/x").knock(within: .seconds(5)) == false)
  }

  /// A listener whose queue is full answers no more.
  @Test func nobodyAnswers() throws {
    let (listener, port) = boundSocket()
    defer { close(listener) }
    try #require(listen(listener, 0) == 0)
    let address = address(.rtsp, "rtsp://127.0.0.1:\(port)/x")
    var held: [Int32] = []
    defer { for descriptor in held { close(descriptor) } }
    for _ in 0..<4 {
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
      held.append(descriptor)
      var target = sockaddr_in()
      target.sin_family = sa_family_t(AF_INET)
      target.sin_port = port.bigEndian
      target.sin_addr.s_addr = inet_addr("127.0.0.1")
      _ = withUnsafePointer(to: &target) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
    }
    let began = Instant.now
    #expect(address.knock(within: .milliseconds(200)) == false)
    #expect(Instant.now - began >= .milliseconds(200))
    #expect(Instant.now - began < .seconds(10))
  }

  @Test func others() throws {
    let folder = try Folder()
    #expect(address(.v4l2, folder.file("video0")).knock(within: .seconds(1)) == false)
    #expect(address(.v4l2, try folder.write("", to: "video0")).knock(within: .seconds(1)) == true)
    #expect(address(.udp, "udp://127.0.0.1:5000").knock(within: .seconds(1)) == nil)
    #expect(address(.srt, "srt://127.0.0.1:5000").knock(within: .seconds(1)) == nil)
    #expect(address(.rtsp, "rtsp://no-such-host.invalid/x").knock(within: .seconds(1)) == false)
    #expect(address(.rtsp, "rtsp:///x").knock(within: .seconds(1)) == false)
  }
}
