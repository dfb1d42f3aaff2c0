import ShuffledCore
import StatusReport
import Testing

@Suite struct StatusJSONTests {
  static let golden = """
    {"config":{"last_reload_error":{"text":"line 3: no such key","time":"2026-01-31T12:01:00.000000Z","time_us":1769860860000000},\
    "loaded":"2026-01-31T12:00:00.000000Z","loaded_us":1769860800000000,"path":"/etc/shuffled.conf"},\
    "database":{"path":"/var/lib/shuffled/results.db","rows_written":7,"size_bytes":4096,"waiting_for_space":true,"wal_bytes":0},\
    "models":[{"name":"signal-health","sha256":"ab12","streams":2}],\
    "pid":4242,"started":"2026-01-31T12:00:00.000000Z","started_us":1769860800000000,"state":"degraded","streams":[\
    {"classified":0,"classified_fps":null,"decoded":0,"dropped":0,"failed":0,"last_error":null,"last_frame":null,\
    "last_frame_us":null,"last_result":null,"level":"as asked","model":"signal-health","name":"gate","rate":"5 fps","reason":null,\
    "received_fps":null,"reconnects":0,"result_age_ms":null,"run":null,"selected":0,"since":"2026-01-31T12:00:00.000000Z",\
    "since_us":1769860800000000,"source":"rtsp://camera/gate","state":"connecting"},\
    {"classified":17,"classified_fps":2.5,"decoded":100,"dropped":2,"failed":1,\
    "last_error":{"text":"connection refused","time":"2026-01-31T12:00:30.000000Z","time_us":1769860830000000},\
    "last_frame":"2026-01-31T12:00:29.250000Z","last_frame_us":1769860829250000,\
    "last_result":{"age_seconds":61.25,"confidence":0.75,"label":"blurred"},"level":"half rate","model":"signal-health",\
    "name":"yard \\"2\\"\\n","rate":"keyframes","reason":"connection refused","received_fps":24.5,"reconnects":3,\
    "result_age_ms":{"p50":12.5,"p99":80},"run":12,"selected":20,"since":"2026-01-31T12:00:30.000000Z",\
    "since_us":1769860830000000,"source":"rtsp://***@camera/yard","state":"backing off"}],\
    "uptime_seconds":90.5,"version":"0.1.0","workers":{"busy":1,"count":2}}
    """

  @Test func oneLineWithEveryMember() { #expect(sample.json == Self.golden) }

  @Test func whatIsWrittenIsReadBack() throws {
    #expect(try DaemonStatus(json: Array(sample.json.utf8), of: "x") == sample)
  }

  @Test func membersOfALaterVersionArePassedOver() throws {
    let later = sample.json.replacing("{\"busy\":1", with: "{\"asleep\":[{}],\"busy\":1")
    #expect(try DaemonStatus(json: Array(later.utf8), of: "x") == sample)
  }

  /// JSON has no such numbers.
  @Test func whatIsNotFiniteIsNull() throws {
    var odd = sample
    odd.uptimeSeconds = .infinity
    odd.streams[0].receivedFPS = .nan
    odd.streams[1].classifiedFPS = .infinity
    odd.streams[1].lastResult?.confidence = .nan
    odd.streams[1].resultAges?.p99 = .infinity
    let read = try DaemonStatus(json: Array(odd.json.utf8), of: "x")
    #expect(read.uptimeSeconds == 0)
    #expect(read.streams[0].receivedFPS == nil && read.streams[1].classifiedFPS == nil)
    #expect(read.streams[1].lastResult == nil && read.streams[1].resultAges == nil)
  }

  @Test(arguments: ["", "{}", "not json", sample.json.replacing("\"degraded\"", with: "\"sleepy\"")])
  func anotherAnswerIsRefused(text: String) {
    #expect(
      throws: Failure(
        .badData, cannot: "understand the daemon", "/run/x",
        because: "its answer is no status that is known here",
        remedy: "restart the daemon if it is of another version than this program")
    ) { try DaemonStatus(json: Array(text.utf8), of: "/run/x") }
  }
}
