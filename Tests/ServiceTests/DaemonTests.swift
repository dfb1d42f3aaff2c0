import Dispatch
import Pipeline
import Service
import ShuffledCore
import Synchronization
import Testing

@Suite struct DaemonTests {
  private final class Notes: Sendable {
    let lines = Mutex<[String]>([])
    let frames = DispatchSemaphore(value: 0)
  }

  private static func stream(
    _ name: String, _ pool: WorkerPool, _ notes: Notes,
    onFailure: @escaping @Sendable (Failure) -> Void = { _ in }
  ) -> (supervisor: StreamSupervisor, runLog: KeptRunLog) {
    let counts = StreamCounts()
    let runLog = KeptRunLog(counts) { if $0 == "2 classified" { notes.frames.signal() } }
    let supervisor = StreamSupervisor(
      .init(
        name: name, lifecycle: .init(isLive: true, stallTimeout: .seconds(10), connectTimeout: .seconds(10)),
        frozenTimeout: nil),
      opener: ScriptedOpener([.source([.frame, .frame, .frame, .hang])]), pool: pool,
      lane: .init(capacity: 4, overflow: .dropOldest), classifierKey: "", makeClassifier: SameClassifier.make,
      runLog: runLog, counts: counts, log: Log(.journal) { _ in }, seed: 1, onFailure: onFailure)
    return (supervisor, runLog)
  }

  private static func daemon(_ pool: WorkerPool, _ notes: Notes) -> Daemon {
    Daemon(
      pool: pool, manager: ServiceManager(),
      log: Log(.journal) { line in notes.lines.withLock { $0.append(line) } },
      surroundings: .init(askDatabase: { $0() }, statusLine: { "\($0.count) streams" }))
  }

  @Test func endingStopsAllStreamsAndTellsTheirRunsWhy() {
    let (pool, notes) = (WorkerPool(workers: 2), Notes())
    let daemon = Self.daemon(pool, notes)
    let streams = ["a", "b", "c"].map { Self.stream($0, pool, notes) }
    for stream in streams { daemon.add(stream.supervisor) }
    for _ in streams { #expect(notes.frames.wait(timeout: .now() + 20) == .success) }
    daemon.end("SIGTERM")
    daemon.end("another reason")
    let ending = daemon.run(drain: .seconds(20))
    #expect(ending.failure == nil && ending.isComplete)
    for stream in streams {
      #expect(
        stream.runLog.entries.suffix(2) == [
          "stopped (SIGTERM)", "finished interrupted(\"SIGTERM\"), 3 decoded",
        ])
    }
    #expect(notes.lines.withLock { $0 } == ["<5>stopping: SIGTERM\n"])
  }

  @Test func aStreamIsTakenAwayAndTheOthersGoOn() {
    let (pool, notes) = (WorkerPool(workers: 1), Notes())
    let daemon = Self.daemon(pool, notes)
    let (first, second) = (Self.stream("a", pool, notes), Self.stream("b", pool, notes))
    daemon.add(first.supervisor)
    daemon.add(second.supervisor)
    for _ in 0..<2 { #expect(notes.frames.wait(timeout: .now() + 20) == .success) }
    daemon.remove("a", "the configuration changed", within: .seconds(20))
    daemon.remove("nobody", "there is no such stream", within: .seconds(20))
    #expect(daemon.streams.keys.sorted() == ["b"])
    #expect(first.runLog.entries.last == "finished interrupted(\"the configuration changed\"), 3 decoded")
    #expect(second.supervisor.report.state == .observed)
    daemon.end("SIGTERM")
    let ending = daemon.run(drain: .seconds(20))
    #expect(ending.failure == nil && ending.isComplete)
    #expect(notes.lines.withLock { $0 } == ["<5>stopping: SIGTERM\n"])
  }

  @Test func aFailureIsHandedOn() {
    let (pool, notes) = (WorkerPool(workers: 1), Notes())
    let daemon = Self.daemon(pool, notes)
    let failure = Failure(.inputOutput, cannot: "write to database", "x.db", because: "the disk failed")
    daemon.end(failure.description, failure: failure)
    #expect(daemon.run(drain: .seconds(20)).failure == failure)
  }
}
