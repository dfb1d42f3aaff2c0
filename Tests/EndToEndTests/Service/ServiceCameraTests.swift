import Foundation
import Glibc
import StatusReport
import TestSupport
import Testing

/// `shuffled run` with real RTSP servers on loopback that go away, hang, and come back.
@Suite(.serialized, .enabled(if: RTSPCamera.unavailable == nil, "needs GStreamer's RTSP server"))
struct ServiceCameraTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  /// 4 seconds of 25 frames a second with noise, a keyframe each second.
  private func video() throws -> String {
    try folder.encode(
      "camera.h264", source: "testsrc2=s=320x240:r=25:d=4,noise=alls=8:allf=t",
      ["-c:v", "libx264", "-bf", "0", "-g", "25", "-x264-params", "aud=1:repeat-headers=1"])
  }

  private func stream(_ name: String, _ camera: RTSPCamera, _ path: String = "cam1", _ more: String = "")
    -> String
  {
    "\(name): { url: \"rtsp://127.0.0.1:\(camera.port)/\(path)\", connect_timeout: \"4s\", stall_timeout: \"8s\", \(more) },"
  }

  /// `state|reason` of a stream's coverage, in order.
  private func coverage(_ name: String) throws -> [String] {
    try sqlite(
      """
      SELECT c.state, c.reason FROM coverage c JOIN runs r ON r.id = c.run_id JOIN streams s ON s.id = r.stream_id
      WHERE s.name = '\(name)' ORDER BY c.id
      """, in: folder
    ).split(separator: "\n").map(String.init)
  }

  /// Of every frame that was asked for there is a row: what the service says at its end, and the database.
  private func expectAllAccounted(
    _ ending: Ending, _ names: [String], at location: SourceLocation = #_sourceLocation
  ) throws {
    for name in names {
      let line = try #require(RunningService.lines(ending).last { $0.hasPrefix("info \(name): ended: ") })
      let numbers = line.split { !$0.isNumber }.compactMap { Int64($0) }.suffix(5)
      try #require(numbers.count == 5, "\(line)")
      let (decoded, selected) = (numbers[numbers.startIndex], numbers[numbers.startIndex + 1])
      let kept = numbers.suffix(3)
      #expect(kept.reduce(0, +) == selected, "\(line)", sourceLocation: location)
      #expect(selected > 0 && selected <= decoded, "\(line)", sourceLocation: location)
      #expect(
        try sqlite(
          """
          SELECT r.frames_decoded, r.frames_classified, r.frames_dropped, r.frames_failed, count(f.id)
          FROM runs r JOIN streams s ON s.id = r.stream_id JOIN frames f ON f.id >> 36 = r.id
          WHERE s.name = '\(name)'
          """, in: folder)
          == ([decoded] + kept + [selected]).map(String.init).joined(separator: "|"), sourceLocation: location
      )
    }
  }

  @Test func killedHungAndBackAgain() throws {
    let (gate, yard) = (try RTSPCamera(file: video()), try RTSPCamera(file: video()))
    let patient = "yard: { url: 'rtsp://127.0.0.1:\(yard.port)/cam1', stall_timeout: '5m' }"
    let service = try RunningService(streams: stream("gate", gate) + patient, in: folder)
    try service.wait(for: "gate", .observed)
    try service.wait(for: "yard", .observed)
    // Killed: the system closes its connections.
    gate.kill()
    let refused = try service.wait(for: "the outage", within: .seconds(10)) {
      $0.streams[0].state == .backingOff && $0.streams[0].reason == "connection refused"
    }
    #expect(refused.state == .degraded)
    try gate.start()
    try service.wait(for: "gate", .observed, within: .seconds(5))
    // Stopped: its connections stay open and say nothing.
    gate.pause()
    let stalled = try service.wait(for: "gate", .stalled, within: .seconds(10))
    #expect(stalled.reason?.hasPrefix("no frame for ") == true)
    try service.wait(for: "gate", .backingOff, within: .seconds(10))
    gate.resume()
    try service.wait(for: "gate", .observed, within: .seconds(5))
    // The other one never noticed.
    let status = try #require(service.status())
    #expect(status.streams[1].state == .observed)
    #expect(status.streams[1].reconnects == 0)
    let ending = try service.end()
    #expect(ending.code == 0)
    let whole = try coverage("yard")
    #expect(whole == ["connecting|", "observed|", "stopped|SIGTERM came"])
    let rows = try coverage("gate")
    #expect(rows.first == "connecting|" && rows.last == "stopped|SIGTERM came")
    #expect(rows.count { $0 == "observed|" } == 3)
    #expect(rows.count { $0 == "connecting|connection refused" } == 1)
    #expect(rows.count { $0 == "stalled|no frames" } == 1)
    try expectAllAccounted(ending, ["gate", "yard"])
    // One camera's sequence numbers go on over its outages.
    #expect(
      try sqlite(
        "SELECT count(*) FROM runs r JOIN streams s ON s.id = r.stream_id WHERE s.name = 'gate'", in: folder)
        == "1")
  }

  @Test func wrongPasswordAndMissingPath() throws {
    let camera = try RTSPCamera(file: video(), user: "viewer:right-secret")
    try folder.write("wrong-secret\n", to: "wrong.password")
    try folder.write("viewer:right-secret\n", to: "right.password")
    for name in ["wrong.password", "right.password"] { chmod(folder.file(name), 0o600) }
    let address = "rtsp://viewer@127.0.0.1:\(camera.port)"
    let service = try RunningService(
      streams: """
        wrong: { url: "\(address)/cam1", credential: "./wrong.password" },
        right: { url: "rtsp://127.0.0.1:\(camera.port)/cam1", credential: "./right.password" },
        nowhere: { url: "rtsp://viewer:right-secret@127.0.0.1:\(camera.port)/cam9" },
        """, in: folder)
    try service.wait(for: "right", .observed)
    let wrong = try service.wait(for: "wrong", .backingOff, within: .seconds(10))
    #expect(wrong.reason == "the password is wrong or missing (401 Unauthorized)")
    let nowhere = try service.wait(for: "nowhere", .backingOff, within: .seconds(10))
    #expect(nowhere.reason == "no such path (404 Not Found)")
    let status = try #require(service.status())
    let ending = try service.end()
    #expect(ending.code == 0)
    #expect(try coverage("wrong").dropFirst().first?.contains("401") == true)
    let dump = try Call(["/usr/bin/env", "sqlite3", "x.db", ".dump"], in: folder).end().output
    for secret in ["right-secret", "wrong-secret"] {
      #expect(!ending.errors.contains(secret))
      #expect(!status.json.contains(secret))
      #expect(!dump.contains(secret))
    }
    #expect(
      try sqlite("SELECT source FROM streams ORDER BY source", in: folder).split(separator: "\n").first
        == "rtsp://127.0.0.1:\(camera.port)/cam1#right")
  }

  @Test func reloadLeavesStreamsThatDidNotChangeAlone() throws {
    let camera = try RTSPCamera(file: video(), cameras: 3)
    let service = try RunningService(
      streams: stream("a", camera, "cam1") + stream("b", camera, "cam2"), in: folder)
    try service.wait(for: "a", .observed)
    let before = try service.wait(for: "b", .observed)
    try RunningService.configure(
      streams: stream("a", camera, "cam1") + stream("b", camera, "cam2", "fps: 2")
        + stream("c", camera, "cam3"),
      in: folder)
    service.signal(SIGHUP)
    try service.wait(for: "c", .observed)
    let after = try service.wait(for: "b", .observed)
    #expect(after.rate == "2 fps")
    #expect(after.run != before.run)
    let status = try #require(service.status())
    #expect(status.streams.map(\.name) == ["a", "b", "c"])
    #expect(status.streams[0].reconnects == 0)
    #expect(try service.end().code == 0)
    #expect(
      try sqlite(
        "SELECT s.name, r.state, r.error FROM runs r JOIN streams s ON s.id = r.stream_id ORDER BY s.name, r.id",
        in: folder)
          == """
          a|interrupted|SIGTERM came
          b|interrupted|its configuration has changed
          b|interrupted|SIGTERM came
          c|interrupted|SIGTERM came
          """)
  }

  /// A camera that hangs up a few seconds after each connection: nothing grows. `SHUFFLED_RECONNECTS=200` tries more.
  @Test func reconnectsLeaveNothingBehind() throws {
    let wanted = ProcessInfo.processInfo.environment["SHUFFLED_RECONNECTS"].flatMap { Int64($0) } ?? 3
    let camera = try RTSPCamera(file: video())
    let service = try RunningService(streams: stream("gate", camera), in: folder)
    try service.wait(for: "gate", .observed)
    var first: (descriptors: Int, threads: Int)?
    var memory: [Int] = []
    for _ in 0..<wanted {
      camera.kill()
      try service.wait(for: "gate", .backingOff)
      try camera.start()
      try service.wait(for: "gate", .observed)
      let now = try Self.resources(of: service.identifier)
      memory.append(now.kilobytes)
      first = first ?? (now.descriptors, now.threads)
      if let first {
        #expect(now.descriptors <= first.descriptors + 2)
        #expect(now.threads <= first.threads + 4)
      }
    }
    let status = try #require(service.status())
    #expect(status.streams[0].reconnects >= wanted)
    // What was there after the first tenth is what is there after the last, within 10 % and what allocators keep.
    #expect(try #require(memory.last) < memory[memory.count / 10] * 11 / 10 + 8_192, "\(memory)")
    #expect(try service.end().code == 0)
  }

  private static func resources(of process: Int32) throws -> (descriptors: Int, threads: Int, kilobytes: Int)
  {
    let manager = FileManager.default
    let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
    let resident = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    return (
      try manager.contentsOfDirectory(atPath: "/proc/\(process)/fd").count,
      try manager.contentsOfDirectory(atPath: "/proc/\(process)/task").count,
      try #require(
        resident?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) })
    )
  }

  /// The short form of `Benchmarks/service/streams`: more cameras than processors, every frame accounted for.
  @Test func manyCamerasAtOnce() throws {
    let camera = try RTSPCamera(file: video(), cameras: 8)
    let streams = (1...8).map { stream("cam\($0)", camera, "cam\($0)", "fps: 5") }.joined()
    let service = try RunningService(streams: streams, in: folder)
    let status = try service.wait(for: "40 results each") {
      $0.streams.count == 8 && $0.streams.allSatisfy { $0.classified >= 40 }
    }
    let ending = try service.end()
    #expect(ending.code == 0)
    try expectAllAccounted(ending, status.streams.map(\.name))
    #expect(
      try sqlite(
        """
        SELECT count(*), sum(frames_failed), sum(state = 'interrupted'), min(frames_classified + frames_dropped) >= 40
        FROM runs
        """, in: folder) == "8|0|8|1")
  }
}
