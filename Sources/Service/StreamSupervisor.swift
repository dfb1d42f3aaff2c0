import Dispatch
import Pipeline
import ShuffledCore
import Synchronization

/// Looks after one stream for as long as it is configured: opens its source, takes its frames to the workers, notices when they stop, and
/// tries again. What follows from what is decided by `StreamLifecycle`; this does it.
///
/// A thread of its own waits in the source, so that one bad camera holds up nobody else; not one of Dispatch's, which are limited.
public final class StreamSupervisor: Sendable {
  public let settings: Settings
  public let counts: StreamCounts

  private let opener: any SourceOpener
  private let runLog: any RunLog
  private let lane: FrameLane
  private let log: Log
  private let onFailure: @Sendable (Failure) -> Void
  private let onChange: @Sendable (Report) -> Void
  private let clock: @Sendable () -> Moment
  private let state: Mutex<State>
  /// Told when there is something new to do for a thread that waits between attempts.
  private let wake = Wakeup()
  private let finished = DispatchGroup()
  private let sink: StreamSink

  private struct State {
    var lifecycle: StreamLifecycle
    var stop: SourceStop?
    var source: (any SupervisedSource)?
    var level = RateLevel.asAsked
    var nextSequence: Int64 = 0
    var isStopping = false
    /// What the source had received at the last tick.
    var received: Int64 = 0
    /// When the thread last came by.
    var lastStep: Instant
    var ending: RunEnd?
  }

  /// - Parameters:
  ///   - counts: what `runLog` reports committed records to.
  ///   - onFailure: told when nothing more can be stored or classified; the stream then stops by itself.
  ///   - onChange: told when its state or the reason for it has changed, on the thread that changed it; must not block.
  ///   - clock: asked for the moment of every event.
  public init(
    _ settings: Settings, opener: any SourceOpener, pool: WorkerPool, lane laneSettings: FrameLane.Settings,
    classifierKey: String, makeClassifier: @escaping @Sendable () throws -> any FrameClassifier,
    runLog: any RunLog, counts: StreamCounts, log: Log, seed: UInt64,
    onFailure: @escaping @Sendable (Failure) -> Void,
    onChange: @escaping @Sendable (Report) -> Void = { _ in },
    clock: @escaping @Sendable () -> Moment = Moment.now
  ) {
    self.settings = settings
    self.opener = opener
    self.runLog = runLog
    self.counts = counts
    self.log = log
    self.onFailure = onFailure
    self.onChange = onChange
    self.clock = clock
    let now = clock()
    state = Mutex(
      State(
        lifecycle: StreamLifecycle(settings.lifecycle, at: now, seed: seed), lastStep: now.instant))
    sink = StreamSink(runLog, frozenTimeout: settings.frozenTimeout)
    lane = pool.addLane(
      laneSettings, sink: sink, classifierKey: classifierKey, makeClassifier: makeClassifier)
    sink.onFinding { [weak self] finding in self?.found(finding) }
    lane.onFailure { [weak self] failure in self?.fail(failure) }
  }

  /// Begins; returns at once.
  public func start() {
    finished.enter()
    do {
      try BlockingThread.start(for: settings.name) { [self] in
        run()
        finished.leave()
      }
    } catch {
      finished.leave()
      fail(error)
    }
  }

  /// Ends the stream: no further frame is taken, those under way are finished and stored, its run is closed. Blocks, at most so long;
  /// what is not done by then is given up. False where something had to be.
  @discardableResult
  public func stop(_ reason: String, within limit: Duration) -> Bool {
    askToStop(reason)
    return finished.wait(timeout: .now() + .microseconds(Int(limit.microseconds))) == .success
  }

  /// The same without waiting.
  public func askToStop(_ reason: String) {
    let isFirst = state.withLock { state in
      defer { state.isStopping = true }
      if !state.isStopping { state.ending = state.ending ?? .interrupted(reason) }
      return !state.isStopping
    }
    if isFirst { handle(.stopping(reason)) }
    wake.signal()
  }

  /// Time has passed: to be called about twice a second. Does not block.
  public func tick() {
    // Where few frames are asked for, what comes in between says as well that it is alive.
    let isPassing = state.withLock { state in
      let received = state.source?.received ?? 0
      return exchange(&state.received, with: received) < received
    }
    if isPassing { handle(.passing) }
    handle(.tick)
  }

  /// For how much longer than its calls may take its thread has not come by; zero where it waits as long as it has to, as between two
  /// frames of a recording.
  public func idle(at moment: Instant) -> Duration {
    guard let stallTimeout = settings.lifecycle.stallTimeout else { return .zero }
    let limit = max(stallTimeout, settings.lifecycle.connectTimeout)
    return state.withLock { max(.zero, moment - $0.lastStep - limit) }
  }

  /// How much of what was asked it gets from now on.
  public func setLevel(_ level: RateLevel) {
    let source = state.withLock { state in
      state.level = level
      return state.source
    }
    source?.setLevel(level)
  }

  public var report: Report {
    let (lifecycle, level, source) = state.withLock { ($0.lifecycle, $0.level, $0.source) }
    return Report(
      state: lifecycle.state, since: lifecycle.since.wall, reason: lifecycle.reason,
      reconnectsByKind: lifecycle.reconnectsByKind,
      lastProblem: lifecycle.lastProblem.map { ($0.problem.text, $0.at) },
      lastFrame: lifecycle.lastFrame?.wall, level: level,
      counts: counts.values(decoded: source?.decoded ?? 0), queued: lane.depth, run: runLog.run)
  }

  /// The last frame that was classified, where the lane keeps it.
  public var lastFrame: Frame? { lane.lastFrame }

  /// For the governor of rates; nil where there is nothing to govern.
  public var lowestLevel: RateLevel? { opener.isLive ? opener.lowestLevel : nil }

  // MARK: On the stream's thread

  private var isStopping: Bool { state.withLock(\.isStopping) }

  private func run() {
    while !isStopping {
      do {
        try attempt()
      } catch let problem as SourceProblem {
        guard !isStopping else { break }
        if !settings.lifecycle.isLive { state.withLock { $0.ending = .failed(problem.text) } }
        let pause = handle(.failed(problem))
        waitBetweenAttempts(pause ?? .zero, problem.kind)
      } catch {
        fail(error)
      }
    }
    close()
  }

  /// Opens the source and takes its frames until that ends. Throws `SourceProblem`, and `Failure` where it is not the source's fault.
  private func attempt() throws {
    let stop = SourceStop()
    let (sequence, level) = state.withLock { state in
      state.stop = stop
      if state.isStopping { stop.stop() }
      return (state.nextSequence, state.level)
    }
    handle(.opening)
    let source = try opener.open(from: sequence, level: level, stop: stop)
    state.withLock { $0.source = source }
    // It may have changed while the source was being opened.
    source.setLevel(state.withLock(\.level))
    sink.sourceWasOpened()
    defer {
      counts.close(decoded: source.decoded)
      state.withLock { state in
        state.source = nil
        state.received = 0
      }
    }
    while !isStopping, let frame = try source.next() {
      handle(.frame)
      state.withLock { $0.nextSequence = frame.sequence + 1 }
      counts.take(at: clock().instant)
      try lane.submit(frame)
    }
    guard !isStopping else { return }
    if settings.lifecycle.isLive { throw SourceProblem(.ended, "the source ended") }
    state.withLock { state in
      state.ending = .complete
      state.isStopping = true
    }
    handle(.finished)
  }

  /// Waits for so long, or until the source is back that was away for a while.
  private func waitBetweenAttempts(_ pause: Duration, _ kind: SourceProblem.Kind) {
    let end = clock().instant + pause
    var isAway = kind == .unreachable || opener.knock() == false
    while !isStopping {
      let left = end - clock().instant
      guard left > .zero else { return }
      state.withLock { $0.lastStep = clock().instant }
      let step = min(left, settings.knockInterval)
      if wake.wait(for: step) { continue }
      switch opener.knock() {
      case true? where isAway: return
      case false?: isAway = true
      // Somebody is there all the time who does not give what is wanted: patience.
      case true?, nil: break
      }
    }
  }

  /// Everything under way is finished and stored, and the run closed.
  private func close() {
    do {
      try lane.finish()
      let ending = state.withLock { $0.ending } ?? .interrupted("the service ends")
      let values = counts.values(decoded: 0)
      try sink.finish(ending, decoded: values.decoded)
      log(.info, stream: settings.name, "ended: \(counts.values(decoded: 0).account)")
    } catch {
      fail(error)
    }
  }

  private func fail(_ error: any Error) {
    let failure =
      error as? Failure ?? Failure(.failed, cannot: "go on with stream", settings.name, because: "\(error)")
    let stop = state.withLock { state in
      state.isStopping = true
      state.ending = .failed(failure.description)
      return state.stop
    }
    // Its thread may be waiting in the source or between attempts.
    stop?.stop()
    wake.signal()
    onFailure(failure)
  }

  // MARK: Events

  private func found(_ finding: FrozenDetector.Finding) {
    switch finding {
    case .frozen(let since): handle(.frozen(since: since))
    case .thawed: handle(.frozen(since: nil))
    }
  }

  /// Tells the lifecycle and does what follows; returns how long to wait before the next attempt where it said so.
  @discardableResult
  private func handle(_ event: StreamLifecycle.Event) -> Duration? {
    let moment = clock()
    let (actions, stop, hasChanged) = state.withLock { state in
      if event != .tick { state.lastStep = moment.instant }
      let before = (state.lifecycle.state, state.lifecycle.reason)
      let actions = state.lifecycle.handle(event, at: moment)
      // Under the lock: what two threads note is stored in the order in which it happened.
      for case .note(let change) in actions { sink.note(change) { [weak self] in self?.fail($0) } }
      return (actions, state.stop, before != (state.lifecycle.state, state.lifecycle.reason))
    }
    if hasChanged { onChange(report) }
    var pause: Duration?
    for action in actions {
      switch action {
      case .note: break
      case .log(let priority, let text): log(priority, stream: settings.name, text)
      case .interrupt: stop?.stop()
      case .retry(let after): pause = after
      }
    }
    return pause
  }
}
