import Foundation
import Glibc
import StatusReport
import TestSupport
import Testing

/// `shuffled run` where something is not as it should be: the disk, the processors, a model, a picture.
@Suite(.serialized) struct ServiceTroubleTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  /// 2 seconds of 25 frames a second, all different.
  private func video(_ name: String = "gate.mp4") throws {
    try folder.encode(
      name, source: "testsrc2=s=128x96:r=25:d=2,noise=alls=8:allf=t", ["-c:v", "libx264", "-g", "25"])
  }

  @Test func aModelThatHasChangedIsLoadedAtAReload() throws {
    try video()
    try FileManager.default.copyItem(
      atPath: networks + "/custom-width.safetensors", toPath: folder.file("mine.safetensors"))
    let streams = #"""
      gate: { path: "gate.mp4", loop: true, model: "./mine.safetensors" },
      yard: { path: "./gate.mp4", loop: true, every: 5 },
      """#
    let models = ["SHUFFLED_MODELS": networks]
    let service = try RunningService(streams: streams, in: folder, environment: models)
    let gate = try service.wait(for: "gate", .observed)
    let yard = try service.wait(for: "yard", .observed)
    // Another network in its place.
    let made = try shuffled(
      [
        "model", "init", "-a", "shufflenet_v2_x0_5", "-o", "other.safetensors", "--classes", "7", "--seed",
        "9",
      ], in: folder)
    #expect(made.code == 0, "\(made)")
    #expect(rename(folder.file("other.safetensors"), folder.file("mine.safetensors")) == 0)
    service.signal(SIGHUP)
    let status = try service.wait(for: "another run of gate") { status in
      status.streams.count == 2 && status.streams[0].run != nil && status.streams[0].run != gate.run
    }
    #expect(status.streams[1].run == yard.run)
    #expect(status.models.count == 2)
    #expect(try service.end().code == 0)
    #expect(
      try sqlite(
        "SELECT count(DISTINCT model_id) FROM runs r JOIN streams s ON s.id = r.stream_id WHERE s.name = 'gate'",
        in: folder)
        == "2")
  }

  @Test(.enabled(if: RTSPCamera.unavailable == nil, "needs GStreamer's RTSP server"))
  func aPictureThatStandsStillIsFrozen() throws {
    try folder.encode(
      "still.h264", source: "color=c=gray:s=160x120:r=25:d=4",
      ["-c:v", "libx264", "-bf", "0", "-g", "25", "-x264-params", "aud=1:repeat-headers=1"])
    let camera = try RTSPCamera(file: folder.file("still.h264"))
    let service = try RunningService(
      streams: #"gate: { url: "rtsp://127.0.0.1:\#(camera.port)/cam1", frozen_timeout: "2s" }"#, in: folder)
    let gate = try service.wait(for: "gate", .frozen)
    #expect(gate.reason?.hasPrefix("the picture has not changed since ") == true)
    let ending = try service.end()
    #expect(ending.code == 0)
    #expect(RunningService.lines(ending).contains("warning gate: \(gate.reason ?? "")"))
    #expect(
      try sqlite("SELECT state, reason FROM coverage ORDER BY id", in: folder).split(separator: "\n").suffix(
        2)
        == ["frozen|the picture does not change", "stopped|SIGTERM came"])
  }

  /// Few frames are asked for, or can be: what comes in between says that all is well.
  @Test(.enabled(if: RTSPCamera.unavailable == nil, "needs GStreamer's RTSP server"))
  func rareFramesAreNoSilence() throws {
    try folder.encode(
      "rare.h264", source: "testsrc2=s=160x120:r=25:d=16,noise=alls=8:allf=t",
      [
        "-c:v", "libx264", "-bf", "0", "-g", "200", "-sc_threshold", "0", "-x264-params",
        "aud=1:repeat-headers=1",
      ])
    try video()
    let camera = try RTSPCamera(file: folder.file("rare.h264"))
    let service = try RunningService(
      streams: """
        keys: { url: "rtsp://127.0.0.1:\(camera.port)/cam1", keyframes: true, stall_timeout: "4s" },
        slow: { path: "gate.mp4", loop: true, fps: 0.15, stall_timeout: "1s" },
        """, in: folder)
    let status = try service.wait(for: "two results each") { $0.streams.allSatisfy { $0.classified >= 2 } }
    #expect(status.streams.map(\.reconnects) == [0, 0])
    #expect(try service.end().code == 0)
    #expect(
      try sqlite(
        "SELECT s.name, c.state FROM coverage c JOIN runs r ON r.id = c.run_id JOIN streams s ON s.id = r.stream_id ORDER BY s.name, c.id",
        in: folder)
          == """
          keys|connecting
          keys|observed
          keys|stopped
          slow|connecting
          slow|observed
          slow|stopped
          """)
  }

  /// Workers that are too slow for all the frames: rates go down stream by stream, and it is said.
  @Test func underOverloadRatesAreLowered() throws {
    try video()
    let made = try shuffled(
      ["model", "init", "-a", "shufflenet_v2_x2_0", "-o", "slow.safetensors", "--classes", "7"], in: folder)
    #expect(made.code == 0, "\(made)")
    let streams = (1...16).map { number in
      "s\(number): { path: 'gate.mp4', loop: true, every: 1, model: './slow.safetensors', max_result_age: '200ms' },"
    }.joined()
    let service = try RunningService(streams: streams, more: "workers: 1,", in: folder)
    let status = try service.wait(for: "a lower rate") { $0.streams.contains { $0.level != .asAsked } }
    #expect(status.state == .degraded)
    #expect(status.streams.map(\.dropped).reduce(0, +) > 0)
    let ending = try service.end()
    #expect(ending.code == 0)
    #expect(
      RunningService.lines(ending).contains { $0.hasSuffix(": too much to do: from now on at half rate") })
    #expect(
      try sqlite(
        """
        SELECT sum(n) = sum(c + d + f), sum(f), sum(d) > 0 FROM (
          SELECT frames_classified AS c, frames_dropped AS d, frames_failed AS f,
            (SELECT count(*) FROM frames WHERE id >> 36 = runs.id) AS n FROM runs)
        """, in: folder) == "1|0|1")
  }

  @Test func aHungCameraDoesNotHoldUpTheEnd() throws {
    // It takes connections and never answers.
    let listener = try SilentListener()
    let service = try RunningService(
      streams: #"gate: { url: "rtsp://127.0.0.1:\#(listener.port)/1", connect_timeout: "1h" }"#, in: folder)
    try listener.waitForAConnection()
    let ending = try service.end()
    #expect(ending.code == 0)
    #expect(!ending.errors.contains("given up"), "\(ending)")
    #expect(
      try sqlite("SELECT state, error FROM runs", in: folder) == "interrupted|SIGTERM came")
  }

  @Test func withoutDescriptorsItSaysSoAndGoesOn() throws {
    try video()
    let streams = (1...30).map { "s\($0): { path: 'gate.mp4', loop: true }," }.joined()
    try RunningService.configure(streams: streams, in: folder)
    let call = try Call(
      ["/usr/bin/prlimit", "--nofile=32", program, "run", "--config", "c.json5"], in: folder)
    try wait(forChangesIn: folder) {
      (try? sqlite("SELECT count(*) FROM coverage WHERE reason LIKE '%too many open files%'", in: folder))
        ?? "0" != "0"
    }
    call.signal(SIGTERM)
    let ending = try call.end(within: 20)
    #expect(ending.code == 0)
    #expect(ending.errors.contains("too many open files"))
  }

  /// A disk that is full before a stream's run could begin.
  @Test(.enabled(if: Mount.isPermitted, "only root can mount a small disk"))
  func aRunThatCannotBeginWaits() throws {
    try video()
    let mount = try Mount("small", options: "size=2m", in: folder)
    func configure(_ streams: String) throws {
      try folder.write(
        """
        { database: { path: "\(mount.path)/x.db" }, http: { enabled: false }, socket: "\(folder.file("s.sock"))",
          streams: { \(streams) } }
        """, to: "c.json5")
    }
    try configure("")
    let service = try RunningService(configured: folder)
    try service.wait(for: "an answer") { _ in true }
    // All that is left of the disk.
    _ = try Call(["/usr/bin/env", "dd", "if=/dev/zero", "of=small/filler", "bs=4k"], in: folder).end()
    try configure(#"gate: { path: "gate.mp4", loop: true, model: "custom-width" }"#)
    service.signal(SIGHUP)
    let full = try service.wait(for: "a full disk") { $0.database.isWaitingForSpace }
    #expect(full.state == .degraded)
    #expect(full.streams.map(\.run) == [nil])
    #expect(unlink(mount.path + "/filler") == 0)
    try service.wait(for: "results") { $0.database.rowsWritten > 0 && !$0.database.isWaitingForSpace }
    let ending = try service.end()
    #expect(ending.code == 0)
    #expect(
      RunningService.lines(ending).count { $0.hasPrefix("notice gate: results are written again, after ") }
        == 1)
  }

  /// A service whose database's disk has been full since before it began, and the file that fills it.
  private func serviceOnAFullDisk(_ mount: Mount) throws -> (service: RunningService, filler: String) {
    try video()
    _ = try Call(["/usr/bin/env", "dd", "if=/dev/zero", "of=\(mount.path)/filler", "bs=4k"], in: folder).end()
    try folder.write(
      """
      { database: { path: "\(mount.path)/x.db" }, http: { enabled: false }, socket: "\(folder.file("s.sock"))",
        streams: { gate: { path: "gate.mp4", loop: true, model: "custom-width" } } }
      """, to: "c.json5")
    return (try RunningService(configured: folder), mount.path + "/filler")
  }

  /// Ending would do no good: systemd gives up after five starts, and nobody would be there when there is space again.
  @Test(.enabled(if: Mount.isPermitted, "only root can mount a small disk"))
  func aFullDiskIsWaitedForAtTheStart() throws {
    let mount = try Mount("small", options: "size=8m", in: folder)
    let (service, filler) = try serviceOnAFullDisk(mount)
    try service.wait(
      forLog: "database or disk is full (free space, or give another --database); it is tried again")
    #expect(unlink(filler) == 0)
    try service.wait(for: "results") { $0.database.rowsWritten > 0 }
    let ending = try service.end()
    #expect(ending.code == 0)
    #expect(RunningService.lines(ending).count { $0.contains("it is tried again") } == 1)
  }

  @Test(.enabled(if: Mount.isPermitted, "only root can mount a small disk"))
  func aServiceThatWaitsForSpaceEndsWhenItIsTold() throws {
    let mount = try Mount("small", options: "size=1m", in: folder)
    let (service, _) = try serviceOnAFullDisk(mount)
    try service.wait(forLog: "it is tried again")
    #expect(try service.end().code == 0)
  }

  @Test(.enabled(if: Mount.isPermitted, "only root can mount a small disk"))
  func aFullDiskIsWaitedForAndThenAllGoesOn() throws {
    try video()
    let mount = try Mount("small", options: "size=1m", in: folder)
    try folder.write(
      """
      { database: { path: "\(mount.path)/x.db" }, http: { enabled: false }, socket: "\(folder.file("s.sock"))",
        streams: { gate: { path: "gate.mp4", loop: true, paced: false, every: 1, model: "custom-width" } } }
      """, to: "c.json5")
    let service = try RunningService(configured: folder)
    let full = try service.wait(for: "a full disk") { $0.database.isWaitingForSpace }
    #expect(full.state == .degraded)
    try mount.remount("size=64m")
    try service.wait(for: "space") {
      !$0.database.isWaitingForSpace && $0.database.rowsWritten > full.database.rowsWritten
    }
    let ending = try service.end()
    #expect(ending.code == 0)
    let lines = RunningService.lines(ending)
    #expect(
      lines.count {
        $0.hasPrefix("error gate: cannot write to database")
          && $0.hasSuffix("; results wait, and it is tried again")
      } == 1)
    #expect(lines.count { $0.hasPrefix("notice gate: results are written again, after ") } == 1)
    #expect(
      try shuffled(["db", "check", "--database", "\(mount.path)/x.db"], in: folder).code == 0)
    #expect(
      try sqlite(
        "SELECT frames_classified = (SELECT count(*) FROM frames) FROM runs", "\(mount.path)/x.db", in: folder
      ) == "1")
  }
}

/// A TCP server that takes connections and never says anything.
private final class SilentListener {
  let port: UInt16
  private let socket: Int32

  init() throws {
    let (bound, port) = boundSocket()
    try #require(listen(bound, 8) == 0)
    (socket, self.port) = (bound, port)
  }

  func waitForAConnection() throws {
    var descriptor = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
    try #require(poll(&descriptor, 1, 60_000) == 1)
  }

  deinit { close(socket) }
}
