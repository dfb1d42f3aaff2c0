import Dispatch
import Glibc
import Pipeline
import Service
import ShuffledCore
import Synchronization
import Testing

@Suite struct StreamSupervisorTests {
  /// A supervisor with everything that it needs, and what came of it.
  private final class Stream: Sendable {
    let pool = WorkerPool(workers: 2)
    let counts = StreamCounts()
    let opener: ScriptedOpener
    let runLog: KeptRunLog
    let supervisor: StreamSupervisor
    let failure: FailureBox
    let lines: Lines

    final class FailureBox: Sendable {
      let value = Mutex<Failure?>(nil)
      let told = DispatchSemaphore(value: 0)
    }
    final class Lines: Sendable { let value = Mutex<[String]>([]) }

    init(
      _ opener: ScriptedOpener, frozenTimeout: Duration? = nil, failAt: Int? = nil,
      backoff: Duration = .milliseconds(2), entry: (@Sendable (String) -> Void)? = nil
    ) {
      self.opener = opener
      runLog = KeptRunLog(counts, failAt: failAt, entry: entry)
      let (failure, lines) = (FailureBox(), Lines())
      (self.failure, self.lines) = (failure, lines)
      var lifecycle = StreamLifecycle.Settings(
        isLive: opener.isLive, stallTimeout: opener.isLive ? .seconds(10) : nil, connectTimeout: .seconds(10))
      lifecycle.backoff.shortest = backoff
      lifecycle.backoff.longest = backoff
      lifecycle.backoff.slow = backoff
      var settings = StreamSupervisor.Settings(
        name: "gate", lifecycle: lifecycle, frozenTimeout: frozenTimeout)
      settings.knockInterval = .milliseconds(2)
      supervisor = StreamSupervisor(
        settings, opener: opener, pool: pool,
        lane: .init(capacity: 64, overflow: opener.isLive ? .dropOldest : .wait), classifierKey: "",
        makeClassifier: SameClassifier.make, runLog: runLog, counts: counts,
        log: Log(.journal) { line in lines.value.withLock { $0.append(line) } }, seed: 1,
        onFailure: { given in
          failure.value.withLock { $0 = $0 ?? given }
          failure.told.signal()
        })
    }

    deinit { pool.stop() }
  }

  /// Told once the text has been entered so often.
  private final class Awaited: Sendable {
    private let text: String
    private let left: Mutex<Int>
    private let reached = DispatchSemaphore(value: 0)

    init(_ text: String, times: Int = 1) {
      self.text = text
      left = Mutex(times)
    }

    func note(_ entry: String) {
      guard entry.contains(text) else { return }
      let isLast = left.withLock { left in
        left -= 1
        return left == 0
      }
      if isLast { reached.signal() }
    }

    var hasCome: Bool { reached.wait(timeout: .now() + 20) == .success }
  }

  @Test func aCameraThatEndsIsOpenedAgainAndFramesGoOnCounting() {
    let fifth = Awaited("4 classified")
    let opener = ScriptedOpener([
      .source([.frame, .frame, .end]), .refused(SourceProblem(.other, "no answer")),
      .source([.frame, .frame, .frame, .hang]),
    ])
    let stream = Stream(opener, entry: { fifth.note($0) })
    stream.supervisor.start()
    #expect(fifth.hasCome)
    #expect(stream.supervisor.report.state == .observed)
    #expect(stream.supervisor.stop("SIGTERM", within: .seconds(10)))
    #expect(opener.opened.withLock { $0.map(\.from) } == [0, 2])
    let entries = stream.runLog.entries
    #expect(entries.filter { $0.hasSuffix("classified") } == (0..<5).map { "\($0) classified" })
    #expect(
      entries.filter { !$0.hasSuffix("classified") } == [
        "connecting", "connecting (the source ended)", "connecting (no answer)", "stopped (SIGTERM)",
        "finished interrupted(\"SIGTERM\"), 5 decoded",
      ])
    let report = stream.supervisor.report
    #expect(report.state == .stopped)
    #expect(report.reason == "SIGTERM")
    #expect(report.reconnects == 2)
    #expect(report.lastProblem?.text == "no answer")
    #expect(report.run == 7)
    let values = stream.counts.values(decoded: 0)
    #expect(values.selected == 5)
    #expect(values.decoded == values.classified + values.dropped + values.failed)
    #expect(values.last?.prediction == Prediction(index: 3, confidence: 0.75))
    let lines = stream.lines.value.withLock { $0 }
    #expect(lines.first == "<6>gate: frames are coming\n")
    #expect(lines.contains("<4>gate: the source ended\n"))
    #expect(lines.contains("<4>gate: no answer\n"))
    #expect(lines.contains("<5>gate: frames are coming again after 0 s\n"))
  }

  @Test func aRecordingEndsCompleteByItself() {
    let finished = Awaited("finished")
    let stream = Stream(
      ScriptedOpener(isLive: false, [.source(Array(repeating: .frame, count: 500))]),
      entry: { finished.note($0) })
    stream.supervisor.start()
    #expect(finished.hasCome)
    #expect(stream.runLog.entries.last == "finished complete, 500 decoded")
    #expect(stream.runLog.entries.contains("stopped (it is over)"))
    #expect(stream.counts.values(decoded: 0).classified == 500)
    #expect(stream.supervisor.stop("SIGTERM", within: .seconds(10)))
  }

  @Test func aSourceThatHangsIsStoppedAtOnce() {
    let hung = Awaited("0 classified")
    let stream = Stream(ScriptedOpener([.source([.frame, .hang])]), entry: { hung.note($0) })
    stream.supervisor.start()
    #expect(hung.hasCome)
    #expect(stream.supervisor.stop("SIGTERM", within: .seconds(10)))
    #expect(stream.runLog.entries.last == "finished interrupted(\"SIGTERM\"), 1 decoded")
  }

  @Test func aLongWaitIsEndedByStopping() {
    let waiting = Awaited("connecting (refused)")
    let stream = Stream(
      ScriptedOpener([.refused(SourceProblem(.other, "refused"))]), backoff: .seconds(1_000),
      entry: { waiting.note($0) })
    stream.supervisor.start()
    #expect(waiting.hasCome)
    #expect(stream.supervisor.report.state == .backingOff)
    #expect(stream.supervisor.stop("SIGTERM", within: .seconds(10)))
  }

  @Test func aSourceThatAnswersAKnockIsNotWaitedFor() {
    let frames = Awaited("0 classified")
    let opener = ScriptedOpener(
      [.refused(SourceProblem(.unreachable, "connection refused")), .source([.frame, .hang])], answers: [true]
    )
    let stream = Stream(opener, backoff: .seconds(1_000), entry: { frames.note($0) })
    stream.supervisor.start()
    #expect(frames.hasCome)
    #expect(opener.knocks.load(ordering: .relaxed) == 1)
    #expect(stream.supervisor.stop("SIGTERM", within: .seconds(10)))
  }

  /// A camera that is switched off and on again, whatever it said last.
  @Test func aSourceThatWasAwayAndIsBackIsNotWaitedFor() {
    let frames = Awaited("0 classified")
    let opener = ScriptedOpener(
      [.refused(SourceProblem(.ended, "it hung up")), .source([.frame, .hang])],
      answers: [true, false, false, true])
    let stream = Stream(opener, backoff: .seconds(1_000), entry: { frames.note($0) })
    stream.supervisor.start()
    #expect(frames.hasCome)
    #expect(opener.knocks.load(ordering: .relaxed) == 4)
    #expect(stream.supervisor.stop("SIGTERM", within: .seconds(10)))
  }

  /// Who is there and does not give what is wanted is not asked more often for that.
  @Test func aSourceThatIsThereAllTheTimeIsWaitedFor() {
    let opener = ScriptedOpener(
      [.refused(SourceProblem(.ended, "it hung up")), .source([.frame, .hang])], answers: [true])
    let stream = Stream(opener, backoff: .seconds(1_000))
    stream.supervisor.start()
    while opener.knocks.load(ordering: .relaxed) < 5 { sched_yield() }
    let isNotOpened = opener.opened.withLock { $0.isEmpty }
    #expect(isNotOpened)
    #expect(stream.supervisor.stop("SIGTERM", within: .seconds(10)))
  }

  @Test func aStoreThatFailsIsTold() {
    let stream = Stream(ScriptedOpener([.source(Array(repeating: .frame, count: 50) + [.hang])]), failAt: 4)
    stream.supervisor.start()
    #expect(stream.failure.told.wait(timeout: .now() + 20) == .success)
    #expect(
      stream.failure.value.withLock { $0?.description } == "cannot write to database 'x.db': the disk failed")
    #expect(stream.supervisor.stop("end", within: .seconds(20)))
  }

  @Test func equalPicturesAreNotedAsFrozen() {
    let frozen = Awaited("frozen")
    let stream = Stream(
      ScriptedOpener([.source(Array(repeating: .frame, count: 20) + [.hang])]), frozenTimeout: .zero,
      entry: { frozen.note($0) })
    stream.supervisor.start()
    #expect(frozen.hasCome)
    #expect(stream.supervisor.report.state == .frozen)
    #expect(stream.runLog.entries.contains("frozen (the picture does not change)"))
    #expect(stream.supervisor.stop("SIGTERM", within: .seconds(10)))
  }

  @Test func aLevelReachesTheSourceThatIsOpenAndThoseToCome() {
    let (first, second) = (Awaited("0 classified"), Awaited("1 classified"))
    let opener = ScriptedOpener([.source([.frame, .hang]), .source([.frame, .hang])])
    let stream = Stream(
      opener,
      entry: {
        first.note($0)
        second.note($0)
      })
    stream.supervisor.start()
    #expect(first.hasCome)
    stream.supervisor.setLevel(.half)
    #expect(opener.opened.withLock { $0[0].source }.levels.withLock { $0 } == [.asAsked, .half])
    // The source ends; the next one begins at that level.
    opener.opened.withLock { $0[0].source }.stopForTest()
    #expect(second.hasCome)
    #expect(opener.opened.withLock { $0[1].level } == .half)
    #expect(stream.supervisor.report.level == .half)
    #expect(stream.supervisor.stop("SIGTERM", within: .seconds(10)))
  }

  @Test func manyStreamsShareThePool() {
    let pool = WorkerPool(workers: 2)
    let streams = (0..<16).map { number -> (StreamSupervisor, Awaited, KeptRunLog) in
      let counts = StreamCounts()
      let finished = Awaited("finished")
      let runLog = KeptRunLog(counts, entry: { finished.note($0) })
      let steps = (0..<30).map { _ in SourceStep.frame } + [SourceStep.end]
      let supervisor = StreamSupervisor(
        .init(
          name: "s\(number)",
          lifecycle: .init(isLive: false, stallTimeout: nil, connectTimeout: .seconds(10)), frozenTimeout: nil
        ),
        opener: ScriptedOpener(isLive: false, [.source(steps)]), pool: pool,
        lane: .init(capacity: 2, overflow: .wait), classifierKey: "", makeClassifier: SameClassifier.make,
        runLog: runLog, counts: counts, log: Log(.plain) { _ in }, seed: UInt64(number), onFailure: { _ in })
      supervisor.start()
      return (supervisor, finished, runLog)
    }
    for (supervisor, finished, runLog) in streams {
      #expect(finished.hasCome)
      #expect(supervisor.stop("end", within: .seconds(20)))
      #expect(runLog.entries.last == "finished complete, 30 decoded")
    }
    #expect(pool.stop(within: .seconds(10)))
  }
}
