import Dispatch
import ShuffledCore
import Synchronization

/// Workers that classify the frames of any number of streams, a `FrameLane` each:
///
///     decoder -> lane --(bounded queue)--> workers, lanes in turn --(sequencer)--> the lane's sink, in frame order
///
/// Each worker is a Dispatch queue of its own, with classifiers of its own, one for each model that lanes ask for. `stop` it.
public final class WorkerPool: Sendable {
  /// What the workers are doing.
  public struct Activity: Equatable, Sendable {
    public var workers: Int
    public var busy: Int
    /// For how long the worker has been at its frame that has been at one longest; zero where none is.
    public var longest: Duration
    /// Frames done with since the beginning.
    public var completed: Int64
    /// Time spent on frames since the beginning, of all workers together.
    public var busyTime: Duration
  }

  public let workers: Int

  private let state: Mutex<State>
  /// Counts what waits, and once more for each worker that is to look at `State` for another reason. It may be too many, never too few.
  private let filled = DispatchSemaphore(value: 0)
  private let group = DispatchGroup()

  private struct State {
    var queues = LaneQueues()
    var nextLane = 0
    /// Of lanes in the pool, by number.
    var keys: [Int: String] = [:]
    var isStopping = false
    /// Since when each worker has been at its frame.
    var since: [Instant?]
    var completed: Int64 = 0
    var busyTime = Duration.zero
    /// Told when their lane is idle.
    var waiting: [(lane: Int, told: DispatchSemaphore)] = []

    /// The worker is at no frame any more.
    mutating func leaveFrame(_ worker: Int) {
      if let since = since[worker] { busyTime += .now - since }
      since[worker] = nil
    }

    mutating func toldIdle() -> [DispatchSemaphore] {
      let idle = waiting.filter { queues.isIdle(lane: $0.lane) }.map(\.told)
      waiting.removeAll { queues.isIdle(lane: $0.lane) }
      return idle
    }
  }

  /// - Parameter workers: how many frames are classified at a time.
  public init(workers: Int) {
    precondition(WorkerCount.allowed.contains(workers), "\(workers) workers")
    self.workers = workers
    state = Mutex(State(since: Array(repeating: nil, count: workers)))
    for number in 0..<workers {
      DispatchQueue(label: "shuffled.worker.\(number)").async(group: group) { [self] in work(number) }
    }
  }

  /// Adds a stream. Any thread, any time before `stop`.
  /// - Parameters:
  ///   - classifierKey: lanes with equal ones may be served by one classifier.
  ///   - makeClassifier: called once a worker and key, on the worker's own queue.
  public func addLane(
    _ settings: FrameLane.Settings, sink: any FrameSink, classifierKey: String,
    makeClassifier: @escaping @Sendable () throws -> any FrameClassifier
  ) -> FrameLane {
    let number = state.withLock { state in
      precondition(!state.isStopping, "a lane was added to a pool that stops")
      defer { state.nextLane += 1 }
      state.queues.add(lane: state.nextLane, capacity: settings.capacity)
      state.keys[state.nextLane] = classifierKey
      return state.nextLane
    }
    return FrameLane(
      pool: self, number: number, settings: settings, sink: sink, classifierKey: classifierKey,
      makeClassifier: makeClassifier)
  }

  /// Ends the workers once nothing waits; blocks until they have ended, at most so long. False where one has not: it is stuck.
  @discardableResult
  public func stop(within limit: Duration? = nil) -> Bool {
    state.withLock { $0.isStopping = true }
    wakeAll()
    guard let limit else {
      group.wait()
      return true
    }
    return group.wait(timeout: .now() + .microseconds(Int(limit.microseconds))) == .success
  }

  /// Any thread.
  public var activity: Activity {
    let now = Instant.now
    return state.withLock { state in
      let since = state.since.compactMap { $0 }
      return Activity(
        workers: workers, busy: since.count, longest: since.min().map { now - $0 } ?? .zero,
        completed: state.completed, busyTime: since.reduce(state.busyTime) { $0 + (now - $1) })
    }
  }

  // MARK: Called by lanes

  func push(_ frame: QueuedFrame) -> QueuedFrame? {
    let evicted = state.withLock { $0.queues.push(frame) }
    filled.signal()
    return evicted
  }

  func takeAll(lane: Int) -> [QueuedFrame] { state.withLock { $0.queues.takeAll(lane: lane) } }

  func depth(lane: Int) -> Int { state.withLock { $0.queues.depth(lane: lane) } }

  func waitUntilIdle(lane: Int) {
    let told = DispatchSemaphore(value: 0)
    let isIdle = state.withLock { state in
      if state.queues.isIdle(lane: lane) { return true }
      state.waiting.append((lane, told))
      return false
    }
    if !isIdle { told.wait() }
  }

  func remove(lane: Int) {
    let told = state.withLock { state in
      state.queues.remove(lane: lane)
      state.keys[lane] = nil
      return state.toldIdle()
    }
    for waiting in told { waiting.signal() }
    // They let go of classifiers that nobody asks for any more.
    wakeAll()
  }

  private func wakeAll() { for _ in 0..<workers { filled.signal() } }

  // MARK: The workers

  private enum Work {
    case frame(QueuedFrame)
    case look(atKeys: Set<String>)
    case end
  }

  private func next(_ worker: Int) -> Work {
    filled.wait()
    let (work, told): (Work, [DispatchSemaphore]) = state.withLock { state in
      if let frame = state.queues.pop() {
        state.since[worker] = .now
        return (.frame(frame), [])
      }
      return (state.isStopping ? .end : .look(atKeys: Set(state.keys.values)), state.toldIdle())
    }
    for waiting in told { waiting.signal() }
    return work
  }

  private func done(_ worker: Int, lane: Int) {
    let told = state.withLock { state in
      state.leaveFrame(worker)
      state.completed += 1
      state.queues.done(lane: lane)
      return state.toldIdle()
    }
    for waiting in told { waiting.signal() }
  }

  private func work(_ worker: Int) {
    var classifiers: [String: any FrameClassifier] = [:]
    while true {
      switch next(worker) {
      case .end:
        // The next one may be waiting for the same.
        filled.signal()
        return
      case .look(let keys): classifiers = classifiers.filter { keys.contains($0.key) }
      case .frame(let queued):
        handle(queued, &classifiers, worker)
        done(worker, lane: queued.lane.number)
      }
    }
  }

  /// Before the frame is handed on, which may take as long as there is no space for it.
  private func leaveFrame(_ worker: Int) { state.withLock { $0.leaveFrame(worker) } }

  private func handle(
    _ queued: QueuedFrame, _ classifiers: inout [String: any FrameClassifier], _ worker: Int
  ) {
    let lane = queued.lane
    lane.frameWasTaken()
    let started = Instant.now
    if lane.isTooOld(queued, at: started) {
      leaveFrame(worker)
      return lane.drop(queued)
    }
    do {
      let classifier = try classifiers[lane.classifierKey] ?? lane.makeClassifier()
      classifiers[lane.classifierKey] = classifier
      let record = Self.classify(queued, started, with: classifier)
      if case .classified = record.outcome { lane.keep(queued.frame) }
      leaveFrame(worker)
      lane.deliver(record, ticket: queued.ticket)
    } catch {
      lane.fail(error)
    }
  }

  private static func classify(
    _ queued: QueuedFrame, _ started: Instant, with classifier: any FrameClassifier
  ) -> FrameRecord {
    var latency = StageLatency(decode: queued.frame.decode, wait: started - queued.queued)
    let outcome: FrameOutcome
    var signature: UInt64?
    do {
      let classification = try classifier.classify(queued.frame.picture)
      latency.preprocess = classification.preprocess
      latency.inference = classification.inference
      signature = classification.signature
      outcome = .classified(classification.predictions)
    } catch {
      outcome = .failed((error as? Failure)?.description ?? "\(error)")
    }
    return FrameRecord(
      sequence: queued.frame.sequence, mediaTime: queued.frame.mediaTime, wallTime: queued.frame.wallTime,
      outcome: outcome, latency: latency, finished: .now, signature: signature)
  }
}
