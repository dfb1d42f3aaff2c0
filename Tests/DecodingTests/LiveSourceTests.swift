import Decoding
import Dispatch
import Foundation
import ShuffledCore
import Synchronization
import TestSupport
import Testing

/// Sources that do not wait, against real servers on loopback.
@Suite(.serialized) struct LiveSourceTests {
  private static let timeouts = LiveTimeouts(connect: .seconds(5), silence: .seconds(2))
  private let folder: Folder

  init() throws { folder = try Folder() }

  /// 4 seconds of 25 frames a second, a keyframe each second.
  private func elementaryStream() throws -> String {
    try folder.encode(
      "camera.h264", source: "testsrc2=s=320x240:r=25:d=4",
      ["-c:v", "libx264", "-bf", "0", "-g", "25", "-x264-params", "aud=1:repeat-headers=1"])
  }

  private func address(
    _ camera: RTSPCamera, _ path: String = "cam1", user: String = "",
    transport: LiveAddress.Transport = .tcp
  ) -> LiveAddress {
    LiveAddress(
      kind: .rtsp, url: "rtsp://\(user)127.0.0.1:\(camera.port)/\(path)",
      shown: "rtsp://127.0.0.1:\(camera.port)/\(path)", transport: transport)
  }

  private func frames(_ source: LiveSource, _ count: Int) throws -> [Frame] {
    try (0..<count).compactMap { _ in try source.next() }
  }

  /// What a call threw, which must be a `SourceFailure`.
  private func failure(_ body: () throws -> Void) throws -> SourceFailure {
    do { try body() } catch let failure as SourceFailure { return failure }
    Issue.record("it did not fail")
    return SourceFailure(.other, Failure(.failed, cannot: "fail", because: "it did not"))
  }

  private func open(_ address: LiveAddress, _ interruption: Interruption = Interruption()) throws
    -> LiveSource
  {
    try LiveSource(address, timeouts: Self.timeouts, interruption: interruption)
  }

  // MARK: RTSP

  @Test(
    .disabled(if: RTSPCamera.unavailable != nil, Comment(rawValue: RTSPCamera.unavailable ?? "")),
    arguments: [LiveAddress.Transport.tcp, .udp])
  func aCamerasFramesCome(transport: LiveAddress.Transport) throws {
    let camera = try RTSPCamera(file: elementaryStream())
    let source = try LiveSource(
      address(camera, transport: transport), timeouts: Self.timeouts, firstSequence: 100)
    #expect(source.information.codec == "h264")
    #expect(source.information.size == PixelSize(width: 320, height: 240))
    let frames = try frames(source, 30)
    #expect(frames.map(\.sequence) == Array(100..<130))
    #expect(frames.allSatisfy { $0.picture.size == PixelSize(width: 320, height: 240) })
    let times = frames.compactMap(\.mediaTime?.microseconds)
    #expect(zip(times, times.dropFirst()).allSatisfy { abs($1 - $0 - 40_000) <= 1_000 }, "\(times)")
    // Decoding, not waiting for the next one.
    #expect(frames.dropFirst().allSatisfy { $0.decode < .milliseconds(40) })
    #expect(source.statistics.decoded == 30)
    #expect(source.statistics.selected == 30)
  }

  @Test(.disabled(if: RTSPCamera.unavailable != nil, Comment(rawValue: RTSPCamera.unavailable ?? "")))
  func aRateIsKept() throws {
    let camera = try RTSPCamera(file: elementaryStream())
    let source = try LiveSource(address(camera), selection: .rate(5), timeouts: Self.timeouts)
    let frames = try frames(source, 10)
    #expect(zip(frames, frames.dropFirst()).allSatisfy { $1.sequence - $0.sequence == 5 })
    #expect(source.statistics.decoded == frames[9].sequence + 1)
    #expect(source.statistics.selected == 10)
  }

  @Test(.disabled(if: RTSPCamera.unavailable != nil, Comment(rawValue: RTSPCamera.unavailable ?? "")))
  func aCameraThatIsKilledEndsAndOneThatComesBackIsFound() throws {
    let camera = try RTSPCamera(file: elementaryStream())
    let source = try open(address(camera))
    _ = try frames(source, 5)
    camera.kill()
    let failure = try failure { while try source.next() != nil {} }
    #expect([.ended, .reset].contains(failure.kind))
    #expect(
      ["the camera closed the connection", "the connection broke"].contains(failure.failure.cause),
      "\(failure)")
    #expect(failure.failure.operation == "read stream")
    let refused = try self.failure { _ = try open(address(camera)) }
    #expect(refused.kind == .refused)
    #expect(
      refused.description
        == "cannot open stream 'rtsp://127.0.0.1:\(camera.port)/cam1': connection refused (is the camera on?)"
    )
    try camera.start()
    #expect(try frames(open(address(camera)), 5).count == 5)
  }

  @Test(.disabled(if: RTSPCamera.unavailable != nil, Comment(rawValue: RTSPCamera.unavailable ?? "")))
  func aCameraThatFallsSilentIsNoticed() throws {
    let camera = try RTSPCamera(file: elementaryStream())
    let source = try open(address(camera))
    _ = try frames(source, 5)
    camera.pause()
    let began = Instant.now
    let failure = try failure { while try source.next() != nil {} }
    #expect(failure.kind == .silent)
    #expect(
      failure.description == "cannot read stream 'rtsp://127.0.0.1:\(camera.port)/cam1': no frame for 2 s")
    // What was under way came first; from then on it is two seconds, by the deadline and not by FFmpeg's own.
    #expect(Instant.now - began < .seconds(8))
    camera.resume()
  }

  @Test(.disabled(if: RTSPCamera.unavailable != nil, Comment(rawValue: RTSPCamera.unavailable ?? "")))
  func aPasswordIsAskedForAndNeverTold() throws {
    let camera = try RTSPCamera(file: elementaryStream(), user: "viewer:s3cret")
    #expect(try frames(open(address(camera, user: "viewer:s3cret@")), 3).count == 3)
    for user in ["", "viewer:wr0ng@"] {
      let failure = try failure { _ = try open(address(camera, user: user)) }
      #expect(failure.kind == .unauthorized)
      #expect(
        failure.description
          == "cannot open stream 'rtsp://127.0.0.1:\(camera.port)/cam1': "
          + "the password is wrong or missing (401 Unauthorized) (check 'credential')")
      #expect(!"\(failure)".contains("wr0ng"))
    }
    #expect(!"\(address(camera, user: "viewer:s3cret@"))".contains("s3cret"))
  }

  @Test(.disabled(if: RTSPCamera.unavailable != nil, Comment(rawValue: RTSPCamera.unavailable ?? "")))
  func aPathThatIsMissingIsTold() throws {
    let camera = try RTSPCamera(file: elementaryStream())
    let failure = try failure { _ = try open(address(camera, "cam9")) }
    #expect(failure.kind == .notFound)
    #expect(
      failure.description
        == "cannot open stream 'rtsp://127.0.0.1:\(camera.port)/cam9': no such path (404 Not Found) "
        + "(check the address)")
  }

  /// Opened and closed again and again: no connection to the camera stays. What else of this process is open is other tests'; of the
  /// whole service, descriptors and threads are counted in `ServiceCameraTests`.
  @Test(.disabled(if: RTSPCamera.unavailable != nil, Comment(rawValue: RTSPCamera.unavailable ?? "")))
  func reconnectingLeavesNothingBehind() throws {
    let camera = try RTSPCamera(file: elementaryStream())
    let source = try open(address(camera))
    _ = try frames(source, 1)
    #expect(try connections(to: camera.port) == 1)
    try withExtendedLifetime(source) {
      for _ in 0..<20 { _ = try frames(open(address(camera)), 1) }
      #expect(try connections(to: camera.port) == 1)
    }
  }

  /// How many of this process's descriptors are connected to a port of 127.0.0.1.
  private func connections(to port: UInt16) throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap { Int32($0) }.count {
      descriptor in
      var peer = sockaddr_in()
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      let code = withUnsafeMutablePointer(to: &peer) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &size) }
      }
      return code == 0 && peer.sin_family == sa_family_t(AF_INET) && UInt16(bigEndian: peer.sin_port) == port
    }
  }

  // MARK: Others

  @Test func somebodyWhoNeverAnswersIsGivenUp() throws {
    let (listener, port) = boundSocket()
    defer { close(listener) }
    try #require(listen(listener, 8) == 0)
    let address = LiveAddress(
      kind: .rtsp, url: "rtsp://u:s3cret@127.0.0.1:\(port)/x", shown: "rtsp://127.0.0.1:\(port)/x")
    let failure = try failure {
      _ = try LiveSource(address, timeouts: LiveTimeouts(connect: .milliseconds(500), silence: .seconds(2)))
    }
    #expect(failure.kind == .timedOut)
    #expect(failure.description == "cannot open stream 'rtsp://127.0.0.1:\(port)/x': no answer for 0.5 s")
    // Another thread ends what would take long.
    let interruption = Interruption()
    DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(100)) { interruption.interrupt() }
    let interrupted = try self.failure {
      _ = try LiveSource(
        address, timeouts: LiveTimeouts(connect: .seconds(600), silence: .seconds(600)),
        interruption: interruption)
    }
    #expect(interrupted.kind == .interrupted)
    #expect(interrupted.description == "cannot open stream 'rtsp://127.0.0.1:\(port)/x': interrupted")
  }

  @Test func aTransportStreamComesOverUDP() throws {
    let port = RTSPCamera.freePort()
    let sender = try Sender([
      "-re", "-f", "lavfi", "-i", "testsrc2=s=320x240:r=25", "-c:v", "libx264", "-g", "10", "-tune",
      "zerolatency",
      "-f", "mpegts", "udp://127.0.0.1:\(port)?pkt_size=1316",
    ])
    let address = LiveAddress(kind: .udp, url: "udp://127.0.0.1:\(port)", shown: "udp://127.0.0.1:\(port)")
    let source = try open(address)
    #expect(try frames(source, 20).map(\.sequence) == Array(0..<20))
    #expect(source.information.container == "mpegts")
    sender.kill()
    let failure = try failure { while try source.next() != nil {} }
    #expect(failure.kind == .silent)
    #expect(failure.description == "cannot read stream 'udp://127.0.0.1:\(port)': no frame for 2 s")
  }

  @Test func nobodySendsOverUDP() throws {
    let port = RTSPCamera.freePort()
    let address = LiveAddress(kind: .udp, url: "udp://127.0.0.1:\(port)", shown: "udp://127.0.0.1:\(port)")
    let failure = try failure {
      _ = try LiveSource(address, timeouts: LiveTimeouts(connect: .milliseconds(500), silence: .seconds(2)))
    }
    #expect(failure.kind == .timedOut)
  }

  @Test func aVideoComesOverHTTPAndItsEndIsAFailure() throws {
    let path = try folder.encode(
      "clip.ts", source: "testsrc2=s=320x240:r=25:d=2", ["-c:v", "libx264", "-g", "25"])
    let server = try LoopbackServer(.whole(Data(contentsOf: URL(fileURLWithPath: path))))
    let url = "http://127.0.0.1:\(server.port)/clip.ts"
    let source = try open(LiveAddress(kind: .http, url: url, shown: url))
    var count = 0
    let failure = try failure { while try source.next() != nil { count += 1 } }
    #expect(failure.kind == .ended)
    #expect(failure.description == "cannot read stream '\(url)': the server closed the connection")
    // What the decoder still held is among them.
    #expect(count == 50)
    #expect(source.statistics.decoded == 50)
  }

  /// A playlist from a server names a file of this machine: nothing of it is opened.
  @Test(arguments: ["file:///", "/", "concat:/", "subfile,,start,0,end,0,,:/"])
  func aPlaylistOpensNoLocalFile(prefix: String) throws {
    let path = try folder.encode("local.ts", source: "testsrc2=s=320x240:r=25:d=2", ["-c:v", "libx264"])
    let playlist = """
      #EXTM3U
      #EXT-X-TARGETDURATION:2
      #EXTINF:2.0,
      \(prefix)\(path.dropFirst())
      #EXT-X-ENDLIST

      """
    let answer = LoopbackServer.Answer.whole(
      Data(playlist.utf8), ["Content-Type: application/vnd.apple.mpegurl"])
    let server = LoopbackServer(answer, answer, answer, answer)
    let url = "http://127.0.0.1:\(server.port)/live.m3u8"
    let failure = try failure {
      let source = try open(LiveAddress(kind: .http, url: url, shown: url))
      while try source.next() != nil { Issue.record("a frame of a local file came") }
    }
    #expect(failure.kind != .interrupted, "\(failure)")
  }

  @Test func aCameraOfThisMachineThatIsMissingIsTold() throws {
    let address = LiveAddress(kind: .v4l2, url: "/dev/video77", shown: "/dev/video77")
    let failure = try failure { _ = try open(address) }
    let texts = [
      "cannot open camera '/dev/video77': no such device (is it plugged in?)",
      "cannot open camera '/dev/video77': libavdevice is not installed (apt-get install libavdevice59)",
    ]
    #expect(texts.contains(failure.description), "\(failure)")
  }
}
