import Dispatch
import Pipeline
import ShuffledCore
import Synchronization
import Testing

@Suite struct WorkerPoolTests {
  private static func frame(_ number: Int) -> Frame {
    Frame(
      sequence: Int64(number), mediaTime: nil, wallTime: WallTime(microseconds: Int64(number)), decode: .zero,
      picture: numberedPicture(UInt8(truncatingIfNeeded: number)))
  }

  private static func classified(_ number: Int) -> FrameOutcome {
    .classified([Prediction(index: number % 256, confidence: 1)])
  }

  /// A worker that waits at frame 0 until it is let go, and says when it has come there.
  private final class Gate: Sendable {
    let reached = DispatchSemaphore(value: 0)
    let open = DispatchSemaphore(value: 0)

    func classifier() -> NumberClassifier {
      NumberClassifier { [self] number in
        guard number == 0 else { return }
        reached.signal()
        #expect(open.wait(timeout: .now() + 10) == .success)
      }
    }
  }

  @Test func aLiveLaneDropsItsOldestAndKeepsTheOrder() throws {
    let (pool, sink, gate) = (WorkerPool(workers: 1), KeepingSink(), Gate())
    let lane = pool.addLane(.init(capacity: 3, overflow: .dropOldest), sink: sink, classifierKey: "") {
      gate.classifier()
    }
    try lane.submit(Self.frame(0))
    #expect(gate.reached.wait(timeout: .now() + 10) == .success)
    // 1 to 997 find no place for long: the last three stay. That does not wait for the worker.
    for number in 1...1_000 { try lane.submit(Self.frame(number)) }
    #expect(lane.depth == 3)
    #expect(pool.activity.busy == 1)
    gate.open.signal()
    try lane.finish()
    pool.stop()
    #expect(sink.records.map(\.sequence) == Array(0...1_000))
    let kept = [0, 998, 999, 1_000]
    for (number, record) in sink.records.enumerated() {
      #expect(
        record.outcome == (kept.contains(number) ? Self.classified(number) : .dropped), "frame \(number)")
    }
    #expect(pool.activity.busy == 0)
    #expect(pool.activity.completed == 4)
  }

  /// A disk without space makes the sink wait: that is no frame that a worker is stuck at.
  @Test func whoWaitsForASinkIsNotAtAFrame() throws {
    final class WaitingSink: FrameSink {
      let (reached, open) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))

      func append(_ record: FrameRecord) throws {
        reached.signal()
        #expect(open.wait(timeout: .now() + 10) == .success)
      }
    }
    let (pool, sink) = (WorkerPool(workers: 1), WaitingSink())
    let lane = pool.addLane(.init(capacity: 3, overflow: .wait), sink: sink, classifierKey: "") {
      NumberClassifier { _ in }
    }
    try lane.submit(Self.frame(0))
    #expect(sink.reached.wait(timeout: .now() + 10) == .success)
    let activity = pool.activity
    #expect(activity.busy == 0 && activity.longest == .zero && activity.completed == 0)
    sink.open.signal()
    try lane.finish()
    pool.stop()
    #expect(pool.activity.completed == 1)
  }

  @Test func aLaneKeepsItsLastFrameWhereItIsTold() throws {
    let pool = WorkerPool(workers: 4)
    for keeps in [true, false] {
      let sink = KeepingSink()
      let lane = pool.addLane(
        .init(capacity: 8, overflow: .wait, keepsLastFrame: keeps), sink: sink, classifierKey: ""
      ) { NumberClassifier() }
      #expect(lane.lastFrame == nil)
      for number in 0..<100 { try lane.submit(Self.frame(number)) }
      try lane.finish()
      // Four workers end in any order; the stream's last is the last.
      #expect(lane.lastFrame?.sequence == (keeps ? 99 : nil))
    }
    pool.stop()
  }

  @Test func lanesTakeTurns() throws {
    let (pool, gate) = (WorkerPool(workers: 1), Gate())
    let order = Mutex<[String]>([])
    let names = ["busy", "quiet", "other"]
    let lanes = names.map { name in
      pool.addLane(
        .init(capacity: 8, overflow: .dropOldest),
        sink: KeepingSink(before: { record in order.withLock { $0.append("\(name) \(record.sequence)") } }),
        classifierKey: ""
      ) { gate.classifier() }
    }
    try lanes[0].submit(Self.frame(0))
    #expect(gate.reached.wait(timeout: .now() + 10) == .success)
    for number in 1...4 { try lanes[0].submit(Self.frame(number)) }
    for number in 1...2 { try lanes[1].submit(Self.frame(number)) }
    try lanes[2].submit(Self.frame(1))
    gate.open.signal()
    for lane in lanes { try lane.finish() }
    pool.stop()
    #expect(
      order.withLock { $0 } == [
        "busy 0", "quiet 1", "other 1", "busy 1", "quiet 2", "busy 2", "busy 3", "busy 4",
      ])
  }

  @Test func whatWaitedTooLongIsDropped() throws {
    let (pool, sink, gate) = (WorkerPool(workers: 1), KeepingSink(), Gate())
    let lane = pool.addLane(
      .init(capacity: 4, overflow: .dropOldest, maximumWait: .zero), sink: sink, classifierKey: ""
    ) {
      gate.classifier()
    }
    try lane.submit(Self.frame(1))
    try lane.finish()
    pool.stop()
    #expect(sink.records.map(\.outcome) == [.dropped])
  }

  @Test func eachWorkerMakesOneClassifierOfAKind() throws {
    let pool = WorkerPool(workers: 1)
    let made = Mutex<[String]>([])
    let sinks = (0..<3).map { _ in KeepingSink() }
    let lanes = zip(["a", "b", "a"], sinks).map { key, sink in
      pool.addLane(.init(capacity: 4, overflow: .wait), sink: sink, classifierKey: key) {
        made.withLock { $0.append(key) }
        return NumberClassifier()
      }
    }
    for number in 0..<5 { for lane in lanes { try lane.submit(Self.frame(number)) } }
    for lane in lanes { try lane.finish() }
    #expect(made.withLock { $0.sorted() } == ["a", "b"])
    for sink in sinks { #expect(sink.records.map(\.sequence) == Array(0..<5)) }
    pool.stop()
  }

  @Test func aLaneThatFailsLeavesTheOthersAlone() throws {
    let pool = WorkerPool(workers: 2)
    let (bad, good) = (KeepingSink(failAt: 3), KeepingSink())
    let settings = FrameLane.Settings(capacity: 2, overflow: .wait)
    let badLane = pool.addLane(settings, sink: bad, classifierKey: "") { NumberClassifier() }
    let goodLane = pool.addLane(settings, sink: good, classifierKey: "") { NumberClassifier() }
    var thrown: Failure?
    for number in 0..<50 {
      do { try badLane.submit(Self.frame(number)) } catch { thrown = error as? Failure }
      try goodLane.submit(Self.frame(number))
    }
    #expect(throws: Failure.self) { try badLane.finish() }
    try goodLane.finish()
    pool.stop()
    #expect(thrown?.description == "cannot write database 'x.db': the disk is full")
    #expect(bad.records.map(\.sequence) == [0, 1, 2])
    #expect(good.records.map(\.sequence) == Array(0..<50))
  }

  @Test func abandoningRecordsWhatWaitsAsDropped() throws {
    let (pool, sink, gate) = (WorkerPool(workers: 1), KeepingSink(), Gate())
    let lane = pool.addLane(.init(capacity: 3, overflow: .dropOldest), sink: sink, classifierKey: "") {
      gate.classifier()
    }
    try lane.submit(Self.frame(0))
    #expect(gate.reached.wait(timeout: .now() + 10) == .success)
    for number in 1...3 { try lane.submit(Self.frame(number)) }
    lane.abandon()
    // The worker is still at frame 0, and the others' order is behind it.
    #expect(pool.stop(within: .milliseconds(10)) == false)
    #expect(sink.records.isEmpty)
    gate.open.signal()
    #expect(pool.stop(within: .seconds(10)))
    #expect(sink.records.map(\.outcome) == [Self.classified(0), .dropped, .dropped, .dropped])
  }

  /// Streams come and go while others' frames are classified; none is lost.
  @Test func manyLanesComeAndGo() throws {
    let pool = WorkerPool(workers: 3)
    DispatchQueue.concurrentPerform(iterations: 8) { stream in
      for round in 0..<60 {
        let sink = KeepingSink()
        let lane = pool.addLane(
          .init(capacity: 1 + round % 3, overflow: (stream + round) % 2 == 0 ? .wait : .dropOldest),
          sink: sink,
          classifierKey: "\(round % 3)"
        ) { NumberClassifier() }
        for number in 0..<20 { try? lane.submit(Self.frame(number)) }
        try? lane.finish()
        #expect(sink.records.map(\.sequence) == Array(0..<20), "stream \(stream), round \(round)")
      }
    }
    pool.stop()
    #expect(pool.activity.busy == 0)
  }
}
