import Foundation
import Glibc
import TestSupport
import Testing

/// What `shuffled run` answers over TCP, asked by other programs.
@Suite struct ServiceSiteTests {
  private let folder: Folder
  private let port = RTSPCamera.freePort()

  init() throws { folder = try Folder() }

  private static let repository = BootedSystem.repository

  private static let promtool: String? = ["\(repository)/.build/tools/promtool", "/usr/bin/promtool"]
    .first { access($0, X_OK) == 0 }

  private static let canCheckSchemas =
    (try? output(of: ["/usr/bin/python3", "-c", "import jsonschema"])) != nil

  /// One recording that plays for ever, and a camera that is not there.
  private func service(_ http: String = "") throws -> RunningService {
    try folder.encode("gate.mp4", source: "testsrc2=s=160x120:r=25:d=8", ["-c:v", "libx264", "-g", "25"])
    let service = try RunningService(
      streams: "gate: { path: 'gate.mp4', loop: true }, yard: { url: 'rtsp://127.0.0.1:1/cam' }",
      http: "port: \(port), \(http)", in: folder)
    try service.wait(for: "results") { $0.streams[0].classified >= 20 && $0.streams[1].reconnects >= 1 }
    return service
  }

  private func get(_ path: String, _ headers: String = "") throws -> Reply {
    try RawClient(port: port).ask("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\n\(headers)\r\n")
  }

  @Test(.enabled(if: canCheckSchemas, "needs Python's jsonschema"))
  func everyAnswerIsAsItsDescriptionSays() throws {
    let service = try service()
    let ending = try Call(
      ["/usr/bin/python3", fixtures + "/check_answers.py", "http://127.0.0.1:\(port)"], in: folder
    ).end(within: 120)
    let lines = ending.output.split(separator: "\n")
    #expect(ending.code == 0, "\(lines.filter { $0.hasPrefix("WRONG") }) \(ending.errors)")
    // Not one path was left out: a dozen of queries of each answer.
    #expect(lines.count > 150)
    #expect(try service.end().code == 0)
  }

  @Test(.enabled(if: promtool != nil, "needs Prometheus' promtool"))
  func metricsAreAsPrometheusWants() throws {
    let service = try service()
    let metrics = try get("/metrics").body
    try folder.write(metrics, to: "metrics")
    let checked = try Call(
      [#require(Self.promtool), "check", "metrics"], in: folder, shell: "\"$@\" < metrics"
    ).end()
    #expect(checked.code == 0 && checked.output == "" && checked.errors == "", "\(checked)")
    #expect(metrics.contains("shuffled_reconnects_total{stream=\"yard\",reason=\"unreachable\"} "))
    #expect(!metrics.contains("shuffled_reconnects_total{stream=\"yard\",reason=\"unreachable\"} 0\n"))
    // What the examples draw and warn of is there.
    let families = Set(
      metrics.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }.map { $0.split(separator: " ")[2] })
    for example in ["grafana/shuffled.json", "prometheus/shuffled.rules.yml"] {
      let text = try String(contentsOfFile: "\(Self.repository)/config/\(example)", encoding: .utf8)
      let names = text.matches(of: /\b(shuffled|process)_[a-z_]+/).map { match in
        let name = match.output.0
        return ["_bucket", "_sum", "_count"].first { name.hasSuffix($0) }.map { name.dropLast($0.count) }
          ?? name
      }
      #expect(names.count > 8)
      #expect(Set(names).subtracting(families) == [], "\(example)")
    }
    #expect(try service.end().code == 0)
  }

  @Test(.enabled(if: promtool != nil, "needs Prometheus' promtool"))
  func theExampleOfAlertsWarns() throws {
    let rules = "\(Self.repository)/config/prometheus/shuffled.rules"
    let checked = try Call([#require(Self.promtool), "check", "rules", rules + ".yml"], in: folder).end()
    #expect(checked.code == 0 && checked.output.contains("SUCCESS: 9 rules found"), "\(checked)")
    let tested = try Call([#require(Self.promtool), "test", "rules", rules + ".test.yml"], in: folder).end()
    #expect(tested.code == 0, "\(tested)")
  }

  @Test func theSnapshotIsTheStreamsPicture() throws {
    let service = try service()
    let data = try output(of: [
      "/usr/bin/python3", "-c",
      """
      import sys, urllib.request
      with urllib.request.urlopen(sys.argv[1]) as answer: open(sys.argv[2], 'wb').write(answer.read())
      """, "http://127.0.0.1:\(port)/api/v1/streams/gate/snapshot.jpg?width=80", folder.file("s.jpg"),
    ])
    #expect(data == "")
    let size = try output(of: [
      "ffprobe", "-v", "error", "-show_entries", "stream=codec_name,width,height", "-of", "csv=p=0",
      folder.file("s.jpg"),
    ])
    #expect(size == "mjpeg,80,60\n")
    #expect(try service.end().code == 0)
  }

  @Test func otherAddressesWantTheToken() throws {
    let token = "0123456789abcdef-secret"
    chmod(try folder.write(token, to: "web.token"), 0o600)
    let service = try service("address: '0.0.0.0', token: './web.token'")
    for path in ["/api/v1/status", "/metrics", "/api/v1/events", "/api/v1/streams/gate/snapshot.jpg"] {
      let refused = try get(path)
      #expect(refused.status == "HTTP/1.1 401 Unauthorized", "\(path)")
      #expect(refused.headers["www-authenticate"] == "Bearer realm=\"shuffled\"")
      #expect(refused.body == "{\"error\":\"a token is needed\"}\n")
      #expect(try get(path, "Authorization: Bearer \(token)x\r\n").status == "HTTP/1.1 401 Unauthorized")
    }
    #expect(try get("/api/v1/status", "Authorization: Bearer \(token)\r\n").status == "HTTP/1.1 200 OK")
    // The page itself, and whether all is well, are nobody's secret.
    for path in ["/", "/assets/main.js", "/healthz", "/readyz"] {
      #expect(try get(path).status == "HTTP/1.1 200 OK", "\(path)")
    }
    // On the socket nobody is asked: its mode says who may.
    #expect(service.status() != nil)
    let ending = try service.end()
    #expect(ending.code == 0 && !ending.errors.contains(token))
  }

  /// Connections that say nothing, one that says a byte now and then, and headers without end: whoever asks meanwhile is answered.
  @Test func hostileClientsHoldUpNobody() throws {
    let service = try service()
    let idle = try (0..<200).map { _ in try RawClient(port: port) }
    let slow = try RawClient(port: port)
    slow.send("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ")
    for _ in 0..<20 {
      let endless = try RawClient(port: port)
      endless.send("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + String(repeating: "a", count: 1 << 20))
      slow.send("a")
      #expect(try endless.rest().status.contains(" 431 "))
      #expect(try get("/api/v1/status").status == "HTTP/1.1 200 OK")
      #expect(try get("/api/v1/summary").status == "HTTP/1.1 200 OK")
    }
    let before = try #require(service.status()).streams[0].classified
    try service.wait(for: "more results") { $0.streams[0].classified >= before + 10 }
    // Who says nothing is sent away.
    for client in idle { _ = try client.rest() }
    #expect(try service.end().code == 0)
  }
}
