import ShuffledCore
import StatusReport

/// 2026-01-31T12:00:00Z
let noon = WallTime(microseconds: 1_769_860_800_000_000)

func secondsAfterNoon(_ seconds: Double) -> WallTime {
  WallTime(microseconds: noon.microseconds + Int64(seconds * 1e6))
}

/// One stream that has nothing to say yet, and one that has everything.
let sample = DaemonStatus(
  version: "0.1.0", pid: 4242, started: noon, uptimeSeconds: 90.5, state: .degraded,
  database: DatabaseStatus(
    path: "/var/lib/shuffled/results.db", sizeBytes: 4096, walBytes: 0, isWaitingForSpace: true,
    rowsWritten: 7),
  workers: WorkerStatus(count: 2, busy: 1),
  models: [ModelStatus(name: "signal-health", sha256: "ab12", streams: 2)],
  config: ConfigStatus(
    path: "/etc/shuffled.conf", loaded: noon,
    lastReloadError: ReportedError("line 3: no such key", at: secondsAfterNoon(60))),
  streams: [
    StreamStatus(
      name: "gate", source: "rtsp://camera/gate", state: .connecting, since: noon, model: "signal-health",
      rate: "5 fps"),
    StreamStatus(
      name: "yard \"2\"\n", source: "rtsp://***@camera/yard", state: .backingOff,
      reason: "connection refused",
      since: secondsAfterNoon(30), model: "signal-health", rate: "keyframes", level: .half,
      receivedFPS: 24.5, classifiedFPS: 2.5, decoded: 100, selected: 20, classified: 17, dropped: 2,
      failed: 1,
      lastFrame: secondsAfterNoon(29.25),
      lastResult: LastResult(label: "blurred", confidence: 0.75, ageSeconds: 61.25),
      resultAges: StreamStatus.Ages(p50: 12.5, p99: 80), reconnects: 3,
      lastError: ReportedError("connection refused", at: secondsAfterNoon(30)), run: 12),
  ])
