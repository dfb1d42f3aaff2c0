import Commands
import ShuffledCore
import StatusReport
import Testing

@Suite struct StatusTextTests {
  /// 2026-01-31T12:00:00Z
  static let noon = WallTime(microseconds: 1_769_860_800_000_000)

  static func after(_ seconds: Double) -> WallTime {
    WallTime(microseconds: noon.microseconds + Int64(seconds * 1e6))
  }

  static func status(_ streams: [StreamStatus]) -> DaemonStatus {
    DaemonStatus(
      version: "0.1.0", pid: 4242, started: noon, uptimeSeconds: 3723, state: .running,
      database: DatabaseStatus(
        path: "/var/lib/shuffled/results.db", sizeBytes: 12_345_678, walBytes: 4096, isWaitingForSpace: false,
        rowsWritten: 123_456),
      workers: WorkerStatus(count: 2, busy: 1),
      models: [ModelStatus(name: "signal-health", sha256: "ab12", streams: 3)],
      config: ConfigStatus(path: "/etc/shuffled.conf", loaded: noon), streams: streams)
  }

  static func stream(_ name: String, _ state: StreamState = .observed) -> StreamStatus {
    StreamStatus(
      name: name, source: "rtsp://camera", state: state, since: after(3600), model: "signal-health",
      rate: "5 fps")
  }

  static let streams: [StreamStatus] = {
    var gate = stream("gate")
    (gate.receivedFPS, gate.classifiedFPS) = (25, 4.98)
    gate.lastResult = LastResult(label: "healthy", confidence: 0.973, ageSeconds: 0.21)
    var yard = stream("yard", .backingOff)
    yard.since = after(3713.5)
    yard.receivedFPS = 0
    yard.dropped = 12
    yard.lastResult = LastResult(label: "blurred", confidence: 1, ageSeconds: 75)
    yard.lastError = ReportedError("connection refused", at: after(3715))
    var lobby = stream("lobby", .stalled)
    lobby.level = .half
    lobby.reason = "no frame for 10 s"
    return [gate, yard, lobby]
  }()

  static func text(_ status: DaemonStatus, columns: Int = 80) -> String {
    StatusText(status, now: after(3723), columns: columns).text
  }

  @Test func aTableForPeople() {
    #expect(
      Self.text(Self.status(Self.streams)) == """
        shuffled 0.1.0, pid 4242: running, up 1:02:03 since 2026-01-31T12:00:00Z
        database /var/lib/shuffled/results.db: 12.3 MB, log 4,096 bytes, 123456 rows
        workers 1 of 2 busy, signal-health for 3 streams

        stream  state          for      rate    age  drops  label
        gate    observed      2:03  25.0/5.0  0.2 s      0  97.3 % healthy
        yard    backing off  9.5 s     0.0/-   1:15     12  100.0 % blurred
        lobby   stalled       2:03         -      -      0  -

        yard: connection refused, at 2026-01-31T13:01:55Z
        lobby: no frame for 10 s
        lobby: the processors are too slow for 5 fps, so it is half rate

        """)
  }

  @Test func whatTheDaemonItselfLacks() {
    var status = Self.status([])
    status.state = .degraded
    status.database.isWaitingForSpace = true
    status.config.lastReloadError = ReportedError("line 3:\nno such key", at: Self.noon)
    #expect(
      Self.text(status) == """
        shuffled 0.1.0, pid 4242: degraded, up 1:02:03 since 2026-01-31T12:00:00Z
        database /var/lib/shuffled/results.db: 12.3 MB, log 4,096 bytes, 123456 rows
        workers 1 of 2 busy, signal-health for 3 streams
        results wait: the disk is full, or another program holds the database
        configuration of 2026-01-31T12:00:00Z is still followed: line 3:\u{FFFD}no such key

        no streams

        """)
  }

  /// The widest that may come; names and labels give way.
  @Test(arguments: [80, 60, 132]) func noLineIsWider(columns: Int) {
    var stream = Self.stream("a camera with a very long name at the north entrance", .backingOff)
    stream.since = WallTime(microseconds: Self.noon.microseconds - 400_000_000_000)
    (stream.receivedFPS, stream.classifiedFPS) = (240, 119.88)
    stream.dropped = 1_234_567
    stream.lastResult = LastResult(
      label: "a label of many words that go on and on", confidence: 0.5, ageSeconds: 123_456)
    stream.lastError = ReportedError(String(repeating: "long ", count: 40), at: Self.noon)
    var status = Self.status([stream, Self.stream("門の前にあるカメラ、北側の入口")])
    status.database.path = "/" + String(repeating: "folder/", count: 20) + "x.db"
    let lines = Self.text(status, columns: columns).split(separator: "\n")
    #expect(lines.count == 7)
    for line in lines { #expect(displayWidth(String(line)) <= columns, "\(line)") }
  }

  @Test func nothingMovesTheCursor() {
    var stream = Self.stream("ga\u{1b}[2Jte", .frozen)
    stream.lastResult = LastResult(label: "la\rbel", confidence: 0.5, ageSeconds: 1)
    stream.reason = "a\u{7}b"
    stream.rate = "5\u{1b}c"
    stream.level = .keyframes
    var status = Self.status([stream])
    status.version = "0\u{1b}1"
    status.database.path = "/\u{1b}x"
    status.models[0].name = "m\u{9b}"
    let text = Self.text(status)
    #expect(text.contains("ga\u{FFFD}[2Jte") && text.contains("la\u{FFFD}bel") && text.contains("a\u{FFFD}b"))
    for line in text.split(separator: "\n") { #expect(printable(String(line)) == line) }
    for line in status.complaints(now: Self.noon) { #expect(printable(line) == line) }
  }

  /// The clock may have been set back.
  @Test func complaints() {
    var status = Self.status(Self.streams)
    #expect(
      status.complaints(now: Self.after(3723)) == [
        "yard: backing off for 9.5 s, connection refused", "lobby: stalled for 2:03, no frame for 10 s",
      ])
    status.streams = [Self.stream("gate"), Self.stream("old", .stopped)]
    status.database.isWaitingForSpace = true
    #expect(
      status.complaints(now: Self.noon) == [
        "database: results wait to be written", "old: stopped for 0.0 s",
      ])
    status.database.isWaitingForSpace = false
    status.streams.removeLast()
    #expect(status.complaints(now: Self.noon) == [])
  }
}
