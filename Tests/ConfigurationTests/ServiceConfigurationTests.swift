import Configuration
import Segmentation
import ShuffledCore
import Testing

@Suite struct ServiceConfigurationTests {
  private func read(_ text: String, path: String = "/etc/shuffled/shuffled.json5", readable: Bool = false)
    throws
    -> ServiceConfiguration
  {
    try ServiceConfiguration(text: text, ConfigSurroundings(path: path, isReadableByAll: readable))
  }

  private func faults(_ text: String, readable: Bool = false) -> [String] {
    do {
      _ = try read(text, readable: readable)
      return []
    } catch {
      return (error as? ConfigFaults)?.failures.map(\.description) ?? ["\(error)"]
    }
  }

  private static let head = "cannot use configuration '/etc/shuffled/shuffled.json5': "

  @Test func emptyMeansDefaults() throws {
    let configuration = try read("{}")
    #expect(configuration == ServiceConfiguration())
    #expect(configuration.database.path == nil)
    #expect(configuration.database.keepFrames == .seconds(30 * 86_400))
    #expect(configuration.database.maximumSize == 20_000_000_000)
    #expect(configuration.http.address == "127.0.0.1")
    #expect(configuration.http.port == 9470)
  }

  @Test func streamsTakeDefaultsAndSayOtherwise() throws {
    let configuration = try read(
      """
      {
        database: { path: "results.db", keep_frames: "7d" },
        streams: {
          yard: { path: "yard.mp4", loop: true, every: 10, labels: ["noise", "frozen"], keep_frames: null },
          gate: { url: "rtsp://cam.example/1", transport: "udp", keyframes: true, region: [0, 0.5, 1, 0.5] },
          off: { enabled: false, device: "/dev/video0", every: 1, segments: { labels: { noise: { enter: 0.8 } } } },
        },
        defaults: { fps: 2, model: "other", segments: { smooth: "0s" }, frozen_timeout: null, queue: 8 },
      }
      """)
    #expect(configuration.database.path == "/etc/shuffled/results.db")
    #expect(configuration.streams.map(\.name) == ["yard", "gate", "off"])
    let (yard, gate, off) = (configuration.streams[0], configuration.streams[1], configuration.streams[2])
    #expect(yard.source == .recording(.init(path: "/etc/shuffled/yard.mp4", loops: true, isPaced: true)))
    #expect(yard.selection == .every(10))
    #expect(yard.labels == ["noise", "frozen"])
    #expect(yard.keepFrames == nil)
    #expect(yard.keepMinutes == .seconds(400 * 86_400))
    #expect(gate.source.shown == "rtsp://cam.example/1")
    #expect(gate.selection == .keyframes)
    #expect(gate.region == RegionOfInterest(x: 0, y: 0.5, width: 1, height: 0.5))
    #expect(gate.keepFrames == .seconds(7 * 86_400))
    #expect(!off.isEnabled)
    #expect(off.selection == .all)
    #expect(off.segmentation.labels["noise"]?.enter == 0.8)
    for stream in configuration.streams {
      #expect(stream.model == "other")
      #expect(stream.segmentation.common.smoothing == .zero)
      #expect(stream.frozenTimeout == nil)
      #expect(stream.queue == 8)
    }
    guard case .camera(let address) = gate.source else { return #expect(Bool(false)) }
    #expect(address.transport == .udp)
  }

  @Test func everyFaultIsToldWithItsPlace() {
    let text = """
      {
        databse: {},
        http: { port: 99999, adress: "::1" },
        workers: 0,
        defaults: { fps: 5, every: 2, stall_timeout: 10 },
        streams: {
          "bad name": { path: "a.mp4" },
          gate: { url: "rtsp://cam/1", fsp: 5, queue: 2.5, region: [0.5, 0, 0.6, 1] },
          gate: { url: "ftp://cam/1" },
          yard: {},
          both: { url: "rtsp://cam/2", path: "x.mp4" },
          file: { path: "x.mp4", credential: "x", segments: { enter: 0.3, exit: 0.4 } },
          word: { url: "rtsp://cam/3", credential: "word", loop: true },
        },
      }
      """
    #expect(
      faults(text)
        == [
          "line 2: databse: there is no such key (did you mean 'database'?)",
          "line 3: http.port: it is 99999; wanted is a whole number from 0 to 65535",
          "line 3: http.adress: there is no such key (did you mean 'address'?)",
          "line 4: workers: it is 0; wanted is a whole number from 1 to 200, or null",
          "line 5: defaults: 'fps' and 'every' both choose frames (give one)",
          "line 5: defaults.stall_timeout: it is 10; wanted is a duration from 1s to 1h, such as '500ms', '10s', '5m', '2h' or '7d'",
          "line 7: streams.bad name: a stream's name has 1 to 64 letters A-Z and a-z, digits, '_' and '-'",
          "line 8: streams.gate.fsp: there is no such key (did you mean 'fps'?)",
          "line 8: streams.gate.queue: it is 2.5; wanted is a whole number from 1 to 1000",
          "line 8: streams.gate.region: it is a list; wanted is a list of four fractions within the picture: left, top, width, height, or null",
          "line 9: streams.gate: it is there twice, first in line 8",
          "line 9: streams.gate.url: it is no address of a live source (they begin with rtsp://, rtsps://, http://, https://, udp://, srt://)",
          "line 10: streams.yard: it has no source (give one of url, path or device)",
          "line 11: streams.both: it has several sources (give one of url, path or device)",
          "line 12: streams.file: the exit threshold is 0.4; more than 0 and up to the enter threshold, 0.3, is possible",
          "line 12: streams.file.credential: it means nothing to a source with 'path'",
          "line 13: streams.word.credential: systemd has given no credentials, so 'word' cannot be had (LoadCredential=word:/etc/shuffled/word.password in the unit, or name a file by a path with a slash)",
          "line 13: streams.word.loop: it means nothing to a source with 'url'",
        ].map { Self.head + $0 })
  }

  @Test(arguments: [
    ("{a: 1\n b: 2}", "line 2: a comma or '}' is missing"),
    ("[]", "line 1: it is a list; wanted is an object { ... }"),
  ])
  func whatIsNoConfigurationAtAll(text: String, message: String) {
    #expect(faults(text) == [Self.head + message])
  }

  @Test func passwordsInAReadableFileAreRefused() {
    let text =
      #"{ streams: { gate: { url: "rtsp://u:geheim7@cam/1" }, link: { url: "srt://h:9?passphrase=geheim8" } } }"#
    let told = faults(text, readable: true)
    #expect(
      told
        == ["gate", "link"].map {
          Self.head
            + "line 1: streams.\($0).url: it has a password in it, and every user may read the file (chmod 640 /etc/shuffled/shuffled.json5, or better, use 'credential')"
        })
    #expect(faults(text).isEmpty)
  }

  @Test(arguments: ["127.0.0.1", "127.1.2.3", "::1"]) func addressesOfThisMachineAlone(address: String) throws
  {
    #expect(try read("{ http: { address: '\(address)' } }").http.address == address)
  }

  @Test(arguments: ["0.0.0.0", "::", "192.0.2.1", "128.0.0.1", "fe80::1"])
  func addressesThatOthersReachNeedAToken(address: String) throws {
    #expect(
      faults("{ http: { address: '\(address)' } }") == [
        Self.head
          + "line 1: http.address: whoever reaches '\(address)' could ask without a token (set http.token, or listen on 127.0.0.1)"
      ])
    #expect(try read("{ http: { enabled: false, address: '\(address)' } }").http.address == address)
  }

  @Test(arguments: ["localhost", "127.0.0", "127.0.0.256", "::g", "[::1]"])
  func whatIsNoAddress(address: String) {
    #expect(
      faults("{ http: { address: '\(address)' } }") == [
        Self.head
          + "line 1: http.address: it is '\(address)'; wanted is an IP address of this machine, such as '127.0.0.1', '::1', '0.0.0.0' or '::'"
      ])
  }

  @Test func namesAndOriginsOfTheSite() throws {
    #expect(
      faults("{ http: { hosts: ['cameras.example'] } }") == [
        Self.head
          + "line 1: http.hosts: whoever reaches 'cameras.example' could ask without a token (set http.token)"
      ])
    let http = try read(
      "{ http: { enabled: false, hosts: ['cameras.example'], allow_origins: ['https://grafana.example:3000', 'http://x'] } }"
    ).http
    #expect(http.hosts == ["cameras.example"])
    #expect(http.allowOrigins == ["https://grafana.example:3000", "http://x"])
    for wrong in ["grafana.example", "https://grafana.example/", "https://", "*"] {
      #expect(
        faults("{ http: { allow_origins: ['\(wrong)'] } }") == [
          Self.head
            + "line 1: http.allow_origins: it is a list; wanted is a list of origins such as 'https://grafana.example', without a path"
        ])
    }
  }

  @Test func streamsOfOneSourceAreToldApart() throws {
    let configuration = try read(
      #"{ streams: { a: { url: "rtsp://cam/1" }, b: { url: "rtsp://cam/1" }, c: { url: "rtsp://cam/2" } } }"#)
    #expect(
      configuration.streams.map(configuration.identity) == [
        "rtsp://cam/1#a", "rtsp://cam/1#b", "rtsp://cam/2",
      ])
  }
}
