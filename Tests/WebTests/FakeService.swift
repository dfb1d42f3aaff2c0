import Dispatch
import Foundation
import HTTP
import ShuffledCore
import StatusReport
import Store
import Synchronization
import TestSupport
import Testing
import Web

/// A service that says what it is told to say.
final class FakeService: ServiceView {
  private struct State {
    var status: DaemonStatus
    var complaint: String?
    var picture: LastPicture?
  }

  private let state: Mutex<State>

  init(_ streams: [StreamStatus] = []) {
    state = Mutex(State(status: Self.status(streams)))
  }

  static func status(_ streams: [StreamStatus]) -> DaemonStatus {
    DaemonStatus(
      version: "0.1.0", pid: 7, started: WallTime(microseconds: 1_000_000), uptimeSeconds: 61.5,
      state: .running,
      database: DatabaseStatus(
        path: "/d.db", sizeBytes: 3_000, walBytes: 40, isWaitingForSpace: false, rowsWritten: 5),
      workers: WorkerStatus(count: 2, busy: 1), models: [ModelStatus(name: "m", sha256: "00", streams: 1)],
      config: ConfigStatus(path: "/c", loaded: WallTime(microseconds: 2_500_000)), streams: streams)
  }

  static func stream(_ name: String, _ state: StreamState = .observed, reason: String? = nil) -> StreamStatus
  {
    StreamStatus(
      name: name, source: "rtsp://cam/\(name)", state: state, reason: reason,
      since: WallTime(microseconds: 1_709_208_000_000_000), model: "m", rate: "5 fps", decoded: 25,
      selected: 5, classified: 3, dropped: 1, failed: 1, lastFrame: WallTime(microseconds: 3_250_000))
  }

  func change(_ body: (inout DaemonStatus) -> Void) { state.withLock { body(&$0.status) } }
  func complain(_ complaint: String?) { state.withLock { $0.complaint = complaint } }
  func show(_ picture: LastPicture?) { state.withLock { $0.picture = picture } }

  func status() -> DaemonStatus { state.withLock(\.status) }
  var complaint: String? { state.withLock(\.complaint) }
  func lastPicture(of stream: String) -> LastPicture? { state.withLock(\.picture) }

  func measurements() -> ServiceMeasurements {
    var (age, commits) = (BucketHistogram(), BucketHistogram())
    for milliseconds in [0, 1, 30, 12_000] { age.add(.milliseconds(milliseconds)) }
    commits.add(.milliseconds(1))
    let status = status()
    return ServiceMeasurements(
      status: status,
      streams: status.streams.map {
        ServiceMeasurements.Stream(
          name: $0.name, queued: 2, reconnects: [("silent", 0), ("ended", 3)], stages: [.inference: age],
          resultAge: age)
      }, commits: commits, busyTime: .milliseconds(1_500), instructionSet: "avx2",
      process: ProcessMeasurements(
        processorTime: .milliseconds(2_250), residentBytes: 4_096, openDescriptors: 9,
        maximumDescriptors: nil, threads: 5))
  }
}

/// A site with a database of its own, asked without a network.
final class AskedSite {
  let folder: Folder
  let service: FakeService
  let events: EventHub
  let site: Site

  init(_ service: FakeService = FakeService(), access: Access = Access()) throws {
    folder = try Folder()
    self.service = service
    events = EventHub(era: WallTime(microseconds: 77)) { service.status() }
    site = Site(
      service, access: access, database: DatabaseReader(path: folder.file("x.db")), events: events)
  }

  deinit { site.stop() }

  func ask(
    _ path: String, query: [(String, String)] = [], headers: [(String, String)] = [],
    isLocalSocket: Bool = true
  ) throws -> HTTPResponse {
    let came = DispatchSemaphore(value: 0)
    let answer = Mutex<HTTPResponse?>(nil)
    site.answer(
      HTTPRequest(
        path: path, query: query.map { HTTPRequest.Parameter($0.0, $0.1) },
        headers: headers.map { HTTPRequest.Parameter($0.0, $0.1) }, isLocalSocket: isLocalSocket)
    ) { response in
      answer.withLock { $0 = response }
      came.signal()
    }
    try #require(came.wait(timeout: .now() + .seconds(30)) == .success, "no answer to \(path)")
    return try #require(answer.withLock { $0 })
  }

  /// The answer's JSON.
  func json(_ path: String, _ query: (String, String)..., status: Int = 200) throws -> [String: Any] {
    let answer = try ask(path, query: query)
    #expect(answer.status == status, "\(path): \(String(decoding: answer.body, as: UTF8.self))")
    return try #require(try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any])
  }

  func error(_ path: String, _ query: (String, String)..., status: Int) throws -> String {
    let answer = try ask(path, query: query)
    #expect(answer.status == status)
    let json = try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: String]
    return try #require(json?["error"])
  }

  /// A live stream's run: of each second of ten one frame, `ok` and then `blurred`; the sixth was dropped.
  @discardableResult
  func write(_ stream: String = "gate") throws -> [FrameRecord] {
    let start = WallTime(microseconds: 1_709_208_000_000_000)
    let database = try Database.openForWriting(path: folder.file("x.db"), command: "test")
    let writer = try RunWriter(
      database: database,
      run: RunDescription(
        stream: StreamIdentity(name: stream, source: "rtsp://cam/\(stream)", isLive: true),
        model: ModelIdentity(
          sha256: String(repeating: "ab", count: 32), name: "m", architecture: "{}",
          labels: ["ok", "blurred"]), settings: "{}", program: "shuffled 0.1.0", startedAt: start),
      segmentation: .init(
        thresholds: .init(enter: 0.6, exit: 0.4), smoothing: .zero, minimumDuration: .seconds(1)))
    let records = (0..<10).map { (second: Int) -> FrameRecord in
      let isGood = second < 5
      let outcome = FrameOutcome.classified([
        Prediction(index: isGood ? 0 : 1, confidence: 0.9),
        Prediction(index: isGood ? 1 : 0, confidence: 0.05),
      ])
      return FrameRecord(
        sequence: Int64(second), mediaTime: nil,
        wallTime: WallTime(microseconds: start.microseconds + Int64(second) * 1_000_000),
        outcome: second == 5 ? .dropped : outcome,
        latency: StageLatency(
          decode: .milliseconds(2), wait: .milliseconds(1), preprocess: .milliseconds(1),
          inference: .milliseconds(3)), finished: .now)
    }
    for record in records { try writer.append(record) }
    try writer.finish(
      .complete, decoded: 10, ended: WallTime(microseconds: start.microseconds + 10_000_000))
    database.close()
    return records
  }
}
