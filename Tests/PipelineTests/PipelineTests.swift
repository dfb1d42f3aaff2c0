import Dispatch
import Pipeline
import ShuffledCore
import Synchronization
import Testing

@Suite struct PipelineTests {
  @Test(arguments: [1, 2, 5]) func everyFrameArrivesOnceAndInOrder(workers: Int) throws {
    let (source, sink) = (NumberedSource(500), KeepingSink())
    let pipeline = Pipeline(workers: workers, queueCapacity: 3) { NumberClassifier() }
    let outcome = try pipeline.run(source, into: sink)
    #expect(outcome == .completed)
    #expect(sink.records.map(\.sequence) == Array(0..<500))
    for (number, record) in sink.records.enumerated() {
      #expect(
        record.outcome == .classified([Prediction(index: number % 256, confidence: 1)]), "record \(number)")
      #expect(record.mediaTime == MediaTime(microseconds: Int64(number) * 40_000))
      #expect(record.wallTime == WallTime(microseconds: 1_000_000 + Int64(number)))
      #expect(record.latency.decode == .microseconds(number))
      #expect(record.latency.preprocess == .microseconds(3))
      #expect(record.latency.inference == .microseconds(4))
      #expect(record.latency.wait >= .zero)
    }
  }

  @Test func noFramesMakeNoRecords() throws {
    let sink = KeepingSink()
    let outcome = try Pipeline(workers: 2, queueCapacity: 2) { NumberClassifier() }
      .run(NumberedSource(0), into: sink)
    #expect(outcome == .completed)
    #expect(sink.records.isEmpty)
  }

  /// The first frame is held back until another worker has finished a later one: order must still hold.
  @Test func aSlowFrameDoesNotChangeTheOrder() throws {
    let laterIsDone = DispatchSemaphore(value: 0)
    let sink = KeepingSink()
    let pipeline = Pipeline(workers: 2, queueCapacity: 2) {
      NumberClassifier { number in
        if number == 0 {
          #expect(laterIsDone.wait(timeout: .now() + 10) == .success)
        } else if number == 3 {
          laterIsDone.signal()
        }
      }
    }
    _ = try pipeline.run(NumberedSource(20), into: sink)
    #expect(sink.records.map(\.sequence) == Array(0..<20))
  }

  /// While every worker is held, the source is asked for no more than fit, however many it has.
  @Test func framesInFlightAreBounded() throws {
    let (workers, capacity) = (2, 3)
    // All workers busy, the queue full, and one frame in the hands of the source's thread.
    let most = workers + capacity + 1
    let alive = LiveCount()
    let (lastThatFits, oneMore) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let source = NumberedSource(
      100, alive: alive,
      before: { number in
        if number == most - 1 { lastThatFits.signal() }
        if number == most { oneMore.signal() }
      })
    let hold = DispatchSemaphore(value: 0)
    let sink = KeepingSink()
    let pipeline = Pipeline(workers: workers, queueCapacity: capacity) {
      NumberClassifier { _ in #expect(hold.wait(timeout: .now() + 10) == .success) }
    }
    let done = DispatchSemaphore(value: 0)
    DispatchQueue.global().async {
      _ = try? pipeline.run(source, into: sink)
      done.signal()
    }
    #expect(lastThatFits.wait(timeout: .now() + 10) == .success)
    // Without a bound it comes within microseconds; with one, not before a worker is done.
    #expect(oneMore.wait(timeout: .now() + .milliseconds(200)) == .timedOut)
    #expect(alive.most <= most)
    for _ in 0..<100 { hold.signal() }
    #expect(done.wait(timeout: .now() + 30) == .success)
    #expect(sink.records.count == 100)
    #expect(alive.now == 0)
  }

  /// A sink that waits makes the source wait: one frame stuck there lets only a bounded number follow.
  @Test func aStuckSinkStopsTheSource() throws {
    let (release, stuck) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    // 2 * (2 + 2) frames may be under way, and a ninth waits to enter: the tenth is not asked for.
    let tenth = DispatchSemaphore(value: 0)
    let source = NumberedSource(1_000, before: { if $0 == 9 { tenth.signal() } })
    let sink = KeepingSink(before: { record in
      if record.sequence == 0 {
        stuck.signal()
        #expect(release.wait(timeout: .now() + 10) == .success)
      }
    })
    let done = DispatchSemaphore(value: 0)
    let pipeline = Pipeline(workers: 2, queueCapacity: 2) { NumberClassifier() }
    DispatchQueue.global().async {
      _ = try? pipeline.run(source, into: sink)
      done.signal()
    }
    #expect(stuck.wait(timeout: .now() + 10) == .success)
    // Without a bound it comes within microseconds; with one, never.
    #expect(tenth.wait(timeout: .now() + .milliseconds(200)) == .timedOut)
    release.signal()
    #expect(tenth.wait(timeout: .now() + 10) == .success)
    #expect(done.wait(timeout: .now() + 30) == .success)
    #expect(sink.records.count == 1_000)
  }

  @Test func aFrameThatFailsIsRecordedAsFailed() throws {
    let sink = KeepingSink()
    let pipeline = Pipeline(workers: 2, queueCapacity: 2) {
      NumberClassifier { number in
        if number % 3 == 1 { throw Failure(.failed, cannot: "classify picture", because: "it is odd") }
      }
    }
    _ = try pipeline.run(NumberedSource(7), into: sink)
    #expect(
      sink.records.map(\.outcome)
        == (0..<7).map {
          $0 % 3 == 1
            ? .failed("cannot classify picture: it is odd")
            : .classified([Prediction(index: $0, confidence: 1)])
        })
  }

  @Test func aFailingSourceKeepsWhatCameBefore() throws {
    let failure = Failure(.badData, cannot: "decode video", "a.mp4", because: "it is damaged")
    let sink = KeepingSink()
    let outcome = try Pipeline(workers: 2, queueCapacity: 2) { NumberClassifier() }
      .run(NumberedSource(5, failure: failure), into: sink)
    #expect(outcome == .sourceFailed(failure))
    #expect(sink.records.map(\.sequence) == Array(0..<5))
  }

  @Test(arguments: [0, 1, 17]) func aFailingSinkEndsTheRun(failAt: Int) {
    let sink = KeepingSink(failAt: failAt)
    let pipeline = Pipeline(workers: 3, queueCapacity: 2) { NumberClassifier() }
    let failure = #expect(throws: Failure.self) { try pipeline.run(NumberedSource(1_000), into: sink) }
    #expect(failure?.description == "cannot write database 'x.db': the disk is full")
    #expect(sink.records.map(\.sequence) == Array(0..<Int64(failAt)))
  }

  @Test func aClassifierThatCannotBeMadeEndsTheRun() {
    let wanted = Failure(.unavailable, cannot: "make classifier", because: "no memory")
    let pipeline = Pipeline(workers: 2, queueCapacity: 2) { throw wanted }
    #expect(throws: wanted) { try pipeline.run(NumberedSource(1_000), into: KeepingSink()) }
  }

  @Test func stoppingFinishesWhatIsUnderWay() throws {
    let sink = KeepingSink()
    let pipeline = Pipeline(workers: 2, queueCapacity: 3) { NumberClassifier() }
    let source = NumberedSource(1_000_000, before: { if $0 == 40 { pipeline.stop() } })
    let outcome = try pipeline.run(source, into: sink)
    #expect(outcome == .stopped)
    // Frame 40 was being taken when the run was stopped; it is the last.
    #expect(sink.records.map(\.sequence) == Array(0...40))
  }

  @Test func aThousandRunsNeitherHangNorLoseAFrame() throws {
    for round in 0..<1_000 {
      let sink = KeepingSink(failAt: round % 4 == 3 ? round % 7 : nil)
      let pipeline = Pipeline(workers: 1 + round % 3, queueCapacity: 1 + round % 2) { NumberClassifier() }
      let stopAt = round % 4 == 1 ? round % 5 : 100
      let source = NumberedSource(12, before: { if $0 == stopAt { pipeline.stop() } })
      let outcome = try? pipeline.run(source, into: sink)
      switch round % 4 {
      case 1: #expect(outcome == .stopped && sink.records.count == stopAt + 1)
      case 3: #expect(outcome == nil && sink.records.count == round % 7)
      default: #expect(outcome == .completed && sink.records.count == 12)
      }
    }
  }
}
