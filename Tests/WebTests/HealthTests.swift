import HTTP
import ShuffledCore
import StatusReport
import TestSupport
import Testing
import Web

@Suite struct HealthTests {
  @Test func aliveWhileTheWatchdogIsFed() throws {
    let asked = try AskedSite()
    let alive = try asked.json("/healthz")
    #expect(alive["status"] as? String == "alive" && alive["uptime_seconds"] as? Double == 61.5)
    asked.service.complain("the database has not answered for 12 s")
    let stuck = try asked.json("/healthz", status: 503)
    #expect(stuck["status"] as? String == "stuck")
    #expect(stuck["reasons"] as? [String] == ["the database has not answered for 12 s"])
  }

  private func readiness(
    _ streams: [StreamStatus], status: Int = 200, _ change: (inout DaemonStatus) -> Void = { _ in }
  ) throws -> (String?, [String]?) {
    let service = FakeService(streams)
    service.change(change)
    let json = try AskedSite(service).json("/readyz", status: status)
    return (json["status"] as? String, json["reasons"] as? [String])
  }

  @Test func readyWhileEveryStreamGivesFrames() throws {
    #expect(
      try readiness([FakeService.stream("gate"), FakeService.stream("yard", .stopped)]) == ("ready", []))
    #expect(try readiness([]) == ("ready", []))
  }

  @Test func whatIsNotAsItShouldBeIsSaid() throws {
    let outage = FakeService.stream("yard", .backingOff, reason: "connection refused")
    #expect(
      try readiness([FakeService.stream("gate"), outage]) == (
        "degraded", ["yard: backing off since 2024-02-29T12:00:00Z (connection refused)"]
      ))
    #expect(
      try readiness([outage], status: 503) == (
        "unready",
        ["no stream gives frames", "yard: backing off since 2024-02-29T12:00:00Z (connection refused)"]
      ))
    #expect(
      try readiness([FakeService.stream("gate")], status: 503) { $0.database.isWaitingForSpace = true } == (
        "unready", ["results wait: the disk is full, or another program holds the database"]
      ))
    #expect(
      try readiness([FakeService.stream("gate")], status: 503) { $0.state = .stopping } == (
        "unready", ["the service stops"]
      ))
    #expect(
      try readiness([FakeService.stream("gate")]) {
        $0.config.lastReloadError = ReportedError("line 3: x", at: WallTime(microseconds: 0))
        $0.streams[0].level = .half
      } == (
        "degraded",
        [
          "gate: too much to do, at half rate", "the newer configuration is not followed: line 3: x",
        ]
      ))
  }

  @Test func theAgeOfTheNewestFrame() throws {
    let service = FakeService([FakeService.stream("gate"), FakeService.stream("yard")])
    let newest = WallTime(microseconds: WallTime.now().microseconds - 4_000_000)
    service.change { $0.streams[1].lastFrame = newest }
    let age = try #require(
      try AskedSite(service).json("/readyz")["newest_frame_age_seconds"] as? Double)
    #expect(age >= 4 && age < 60)
    service.change { status in for index in 0..<2 { status.streams[index].lastFrame = nil } }
    #expect(try AskedSite(service).json("/readyz")["newest_frame_age_seconds"] as? Double == nil)
  }

  /// A supervisor needs no secret; nothing else is told without it.
  @Test func theyNeedNoToken() throws {
    let asked = try AskedSite(access: Access(token: Secret("0123456789abcdef")))
    for path in ["/healthz", "/readyz"] { #expect(try asked.ask(path, isLocalSocket: false).status == 200) }
    // Names of streams and what is wrong with them are for those who have it.
    asked.service.change { $0.streams = [FakeService.stream("gate", .stalled, reason: "no frame for 5 s")] }
    func readiness(_ headers: [(String, String)]) throws -> String {
      String(decoding: try asked.ask("/readyz", headers: headers, isLocalSocket: false).body, as: UTF8.self)
    }
    #expect(try readiness([]).hasPrefix(#"{"status":"unready","reasons":[],"#))
    #expect(
      try readiness([("Authorization", "Bearer 0123456789abcdef")]).contains("gate: stalled since"))
    for path in ["/metrics", "/api/v1/status", "/api/v1/events", "/api/v1/runs", "/nothing"] {
      #expect(try asked.ask(path, isLocalSocket: false).status == 401, "\(path)")
    }
  }
}
