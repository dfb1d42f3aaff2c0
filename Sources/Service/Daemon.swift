import Dispatch
import Pipeline
import ShuffledCore
import Synchronization

/// The streams that are watched, and what has to be done again and again: ticks, rates under overload, the watchdog, old results.
public final class Daemon: Sendable {
  /// What the daemon asks of its surroundings.
  public struct Surroundings: Sendable {
    /// Calls back once the database's queue has come to it.
    public var askDatabase: @Sendable (@escaping @Sendable () -> Void) -> Void
    /// The line for `systemctl status`.
    public var statusLine: @Sendable ([StreamSupervisor.Report]) -> String

    public init(
      askDatabase: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void,
      statusLine: @escaping @Sendable ([StreamSupervisor.Report]) -> String
    ) {
      self.askDatabase = askDatabase
      self.statusLine = statusLine
    }
  }

  private let pool: WorkerPool
  private let manager: ServiceManager
  private let log: Log
  private let surroundings: Surroundings
  private let queue = DispatchQueue(label: "shuffled.daemon")
  private let maintenance = DispatchQueue(label: "shuffled.maintenance")
  private let state = Mutex(State())
  private let ended = DispatchSemaphore(value: 0)

  private struct State {
    var streams: [String: StreamSupervisor] = [:]
    var governor = RateGovernor()
    /// What streams had taken and dropped, and what the workers had worked, at the window's beginning.
    var before: [String: StreamCounts.Values] = [:]
    var busyBefore = Duration.zero
    var windowBegan = Instant.now
    /// When the database was asked without having answered yet.
    var asked: Instant?
    var complaint: String?
    /// When it looked last whether there is one.
    var watched: Instant?
    var end: (reason: String, failure: Failure?)?
  }

  public init(pool: WorkerPool, manager: ServiceManager, log: Log, surroundings: Surroundings) {
    self.pool = pool
    self.manager = manager
    self.log = log
    self.surroundings = surroundings
  }

  /// By name.
  public var streams: [String: StreamSupervisor] { state.withLock(\.streams) }

  /// Why the watchdog is not fed; nil while it is.
  public var complaint: String? {
    state.withLock { state in
      if let complaint = state.complaint { return complaint }
      guard let watched = state.watched, .now - watched > Self.longestLook else { return nil }
      return "the daemon has not looked after its streams for \(Int((Instant.now - watched).seconds)) s"
    }
  }

  /// It looks every five seconds or more often.
  private static let longestLook = Duration.seconds(20)

  /// Adds a stream and begins to watch it.
  public func add(_ stream: StreamSupervisor) {
    state.withLock { $0.streams[stream.settings.name] = stream }
    stream.start()
  }

  /// Stops a stream and forgets it. Blocks until what is under way is stored, at most so long.
  public func remove(_ name: String, _ reason: String, within limit: Duration) {
    let removed = state.withLock { state in
      // One of the same name that comes later begins anew.
      state.before[name] = nil
      state.governor.forget(name)
      return state.streams.removeValue(forKey: name)
    }
    guard let stream = removed else { return }
    if !stream.stop(reason, within: limit) {
      log(.warning, stream: name, "did not stop within \(Int(limit.seconds)) s and was given up")
    }
  }

  /// Ends `run`: in order where there is no failure. Any thread, never blocks; the first reason counts.
  public func end(_ reason: String, failure: Failure? = nil) {
    let isFirst = state.withLock { state in
      defer { state.end = state.end ?? (reason, failure) }
      return state.end == nil
    }
    if isFirst { ended.signal() }
  }

  /// How `run` ended.
  public struct Ending: Sendable {
    /// What ended it, if a failure did.
    public var failure: Failure?
    /// Everything has stopped; otherwise something was given up that may still use what it was given.
    public var isComplete: Bool
  }

  /// Watches until `end`; then stops all streams, together, within `drain`.
  /// - Parameters:
  ///   - prune: deletes what is older than it is to be kept. Called once a minute, on a queue where it may block.
  ///   - onEnd: called when it begins to stop; must not block.
  public func run(
    drain: Duration, prune: @escaping @Sendable () -> Void = {}, onEnd: () -> Void = {}
  ) -> Ending {
    var timers = [repeating(.milliseconds(500), on: queue) { $0.tick() }]
    timers.append(repeating(.seconds(5), on: queue) { $0.govern() })
    timers.append(repeating(.seconds(60), on: maintenance) { _ in prune() })
    let interval = manager.watchdogInterval.map { min($0 / 3, .seconds(5)) } ?? .seconds(5)
    timers.append(repeating(interval, on: queue) { $0.watch() })
    state.withLock { $0.watched = .now }
    ended.wait()
    let (reason, failure) = state.withLock { $0.end } ?? ("the service ends", nil)
    onEnd()
    manager.stopping(reason)
    log(.notice, "stopping: \(reason)")
    let streams = streams.values.sorted { $0.settings.name < $1.settings.name }
    // All at once: each takes its own time.
    for stream in streams { stream.askToStop(reason) }
    let deadline = Instant.now + drain
    var isComplete = true
    for stream in streams where !stream.stop(reason, within: max(.zero, deadline - .now)) {
      isComplete = false
      log(.warning, stream: stream.settings.name, "did not stop in time and was given up")
    }
    for timer in timers { timer.cancel() }
    let rest = max(.milliseconds(100), deadline - .now)
    if !pool.stop(within: rest) { isComplete = false }
    // What is being deleted is at most a small step.
    let pruned = DispatchSemaphore(value: 0)
    maintenance.async { pruned.signal() }
    if pruned.wait(timeout: .now() + .microseconds(Int(rest.microseconds))) == .timedOut {
      isComplete = false
    }
    return Ending(failure: failure, isComplete: isComplete)
  }

  private func repeating(
    _ interval: Duration, on queue: DispatchQueue, _ action: @escaping @Sendable (Daemon) -> Void
  ) -> any DispatchSourceTimer {
    let timer = DispatchSource.makeTimerSource(queue: queue)
    let microseconds = Int(interval.microseconds)
    timer.schedule(
      deadline: .now() + .microseconds(microseconds), repeating: .microseconds(microseconds),
      leeway: .milliseconds(50))
    timer.setEventHandler { [weak self] in self.map(action) }
    timer.resume()
    return timer
  }

  // MARK: On the daemon's queue

  private func tick() { for stream in streams.values { stream.tick() } }

  private func govern() {
    let now = Instant.now
    let activity = pool.activity
    var loads: [String: RateGovernor.Load] = [:]
    var values: [String: StreamCounts.Values] = [:]
    for (name, stream) in streams {
      guard let lowest = stream.lowestLevel else { continue }
      let after = stream.counts.values(decoded: 0)
      values[name] = after
      let before = state.withLock { $0.before[name] } ?? StreamCounts.Values()
      loads[name] = RateGovernor.Load(
        taken: after.selected - before.selected, dropped: after.dropped - before.dropped, lowest: lowest)
    }
    let change = state.withLock { state in
      let time = (now - state.windowBegan).seconds * Double(pool.workers)
      let busy = time > 0 ? (activity.busyTime - state.busyBefore).seconds / time : 0
      (state.before, state.busyBefore, state.windowBegan) = (values, activity.busyTime, now)
      return state.governor.look(loads, busy: busy)
    }
    guard let change else { return }
    streams[change.stream]?.setLevel(change.to)
    let text =
      change.to > change.from
      ? "too much to do: from now on at \(change.to.rawValue)"
      : "there is room again: from now on at \(change.to.rawValue)"
    log(.notice, stream: change.stream, text)
  }

  /// Tells the watchdog of progress, where there was some.
  private func watch() {
    let now = Instant.now
    let streams = streams
    let (asked, isNew) = state.withLock { state in
      defer { state.asked = state.asked ?? now }
      return (state.asked, state.asked == nil)
    }
    if isNew { surroundings.askDatabase { [weak self] in self?.state.withLock { $0.asked = nil } } }
    let signs = ProgressWatch.Signs(
      longestFrame: pool.activity.longest, database: asked.map { now - $0 } ?? .zero,
      streams: streams.mapValues { $0.idle(at: now) })
    let complaint = ProgressWatch().complaint(signs)
    let before = state.withLock { state in
      state.watched = now
      return exchange(&state.complaint, with: complaint)
    }
    if let complaint {
      if before == nil { log(.error, "the watchdog is not fed: \(complaint)") }
      return
    }
    manager.feedWatchdog()
    manager.status(surroundings.statusLine(streams.values.map(\.report)))
  }
}
