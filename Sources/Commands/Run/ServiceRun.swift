import CInstructions
import Configuration
import Dispatch
import Glibc
import HTTP
import Kernels
import Pipeline
import Service
import ShuffledCore
import StatusReport
import Store
import Synchronization
import Web

/// One call of `shuffled run`: puts the parts of the service together, and takes them apart again.
final class ServiceRun: Sendable {
  let instructionSet: InstructionSet
  let pool: WorkerPool
  let daemon: Daemon
  private let context: Context
  private let database: Database
  private let manager = ServiceManager()
  private let log: Log
  private let serviceLog: ServiceLog
  private let started = Moment.now()
  private let date = Mutex(TrustedDate(.now()))
  private let state: Mutex<State>
  private let reloads = DispatchQueue(label: "shuffled.reload")
  private let reloading = DispatchGroup()
  private let rowsWritten = Atomic<Int64>(0)
  let commits = Mutex(BucketHistogram())

  private struct State {
    var plan: ServicePlan
    var loaded: WallTime
    var lastReloadError: ReportedError?
    var runs: [String: StreamRun] = [:]
    var events: EventHub?
    var isStopping = false
  }

  /// From SIGTERM to the end, so that systemd's own limit is never reached.
  private static let drain = Duration.milliseconds(4_500)

  init(
    _ plan: ServicePlan, _ database: Database, _ serviceLog: ServiceLog, _ instructionSet: InstructionSet,
    _ context: Context
  ) {
    self.context = context
    self.instructionSet = instructionSet
    self.serviceLog = serviceLog
    let log = serviceLog.log
    self.log = log
    self.database = database
    pool = WorkerPool(
      workers: plan.configuration.workers
        ?? WorkerCount.usual(processors: Int(shuffled_available_processors())))
    state = Mutex(State(plan: plan, loaded: started.wall))
    daemon = Daemon(
      pool: pool, manager: manager, log: log,
      surroundings: Daemon.Surroundings(
        askDatabase: { database.onTurn($0) }, statusLine: ServiceStatus.line))
  }

  /// Watches until it is told to end. Blocks. Returns the exit code; throws `Failure`.
  func run(_ interrupt: Interrupt) throws -> Int32 {
    let plan = state.withLock(\.plan)
    let http = plan.configuration.http
    let events = EventHub { [self] in status() }
    state.withLock { $0.events = events }
    let site = Site(
      self,
      access: Access(
        token: http.token, hosts: http.hosts, origins: http.allowOrigins),
      database: DatabaseReader(path: database.path), events: events)
    let server = try HTTPServer(listeners: try listeners(plan.configuration), handler: site.answer)
    for stream in plan.streams { watch(stream) }
    interrupt.onSignal { [daemon] in
      daemon.end("\(interrupt.signal == SIGINT ? "SIGINT" : "SIGTERM") came")
    }
    interrupt.onHangup { [self] in reloads.async(group: reloading) { self.reload() } }
    let names = plan.streams.map(\.settings.name).joined(separator: ", ")
    log(
      .notice,
      "shuffled \(Version.number) watches \(counted(Int64(plan.streams.count), "stream"))"
        + (names.isEmpty ? "" : " (\(names))")
        + " with \(counted(Int64(pool.workers), "worker")), results in '\(database.path)'")
    if let port = server.port {
      let address = plan.configuration.http.address
      log(.notice, "answers at http://\(address.contains(":") ? "[\(address)]" : address):\(port)/")
    }
    manager.ready(ServiceStatus.line(daemon.streams.values.map(\.report)))
    let ending = daemon.run(drain: Self.drain, prune: prune, onEnd: stopWaiting)
    server.stop()
    site.stop()
    // Whoever was given up may still want the database: the next start finds what is not finished in it.
    let hasReloaded = reloading.wait(timeout: .now() + .milliseconds(300)) == .success
    if ending.isComplete, hasReloaded { database.close() }
    if let failure = ending.failure { throw failure }
    log(.notice, "stopped")
    return 0
  }

  private func listeners(_ configuration: ServiceConfiguration) throws -> [Listener] {
    let path = try configuration.socket ?? ControlSocket.defaultPath(environment: context.environment)
    guard configuration.http.isEnabled else { return [.local(path: path)] }
    return [
      .local(path: path),
      .tcp(address: configuration.http.address, port: UInt16(clamping: configuration.http.port)),
    ]
  }

  /// Begins to watch a stream, unless the service ends.
  private func watch(_ plan: StreamPlan) {
    let name = plan.settings.name
    // In one go: what is added before the service ends is stopped with the others.
    state.withLock { state in
      guard !state.isStopping else { return }
      let (supervisor, run) = plan.supervisor(
        pool: pool, database: database, log: log,
        committed: { [weak self] in self?.committed($0, plan) },
        report: { [log] space in
          switch space {
          case .heldUp(let failure):
            log(.error, stream: name, "\(failure); results wait, and it is tried again")
          case .wentOn(let wait):
            log(.notice, stream: name, "results are written again, after \(Int(wait.seconds)) s")
          }
        },
        onFailure: { [daemon] failure in daemon.end("\(name): \(failure)", failure: failure) },
        onChange: { [weak self] report in self?.changed(plan, report) })
      state.runs[name] = run
      daemon.add(supervisor)
    }
  }

  // MARK: What happens

  /// On the database's queue.
  private func committed(_ batch: CommittedBatch, _ plan: StreamPlan) {
    rowsWritten.add(Int64(batch.records.count), ordering: .relaxed)
    if !batch.records.isEmpty { commits.withLock { $0.add(batch.took) } }
    guard !batch.segments.isEmpty, let events = state.withLock(\.events) else { return }
    for change in batch.segments {
      switch change {
      case .opened(let segment): events.tell(.opened, plan.row(segment, of: batch))
      case .closed(let segment): events.tell(.closed, plan.row(segment, of: batch))
      }
    }
  }

  private func changed(_ plan: StreamPlan, _ report: StreamSupervisor.Report) {
    state.withLock(\.events)?.tell(ServiceStatus.status(of: plan, report, .now()))
  }

  // MARK: Reload

  /// Follows the configuration as it is now; streams that are as before are not touched. Where it has a fault, all stays as it is.
  private func reload() {
    let before = state.withLock { $0.isStopping ? nil : $0.plan }
    guard let before else { return }
    manager.reloading()
    defer { manager.ready(ServiceStatus.line(daemon.streams.values.map(\.report))) }
    let after: ServicePlan
    do {
      after = try ServicePlan(
        path: before.path, environment: context.environment, context.modelLibrary, instructionSet,
        previous: before)
    } catch {
      let failures = (error as? ConfigFaults)?.failures.map(\.description) ?? ["\(error)"]
      for failure in failures { log(.error, failure) }
      log(.error, "the configuration of before is followed")
      let more = failures.count > 1 ? " (and \(failures.count - 1) more)" : ""
      let text = serviceLog.mask.masked((failures.first ?? "") + more)
      state.withLock { $0.lastReloadError = ReportedError(text, at: .now()) }
      return
    }
    serviceLog.hide(after.configuration.secrets)
    for key in Self.untouched(before.configuration, after.configuration) {
      log(.warning, "\(key) has changed, which is followed after a restart")
    }
    let kept = after.streams.filter { new in
      before.streams.contains { $0.settings.name == new.settings.name && $0.isSame(as: new) }
    }
    let keptNames = Set(kept.map(\.settings.name))
    let leaving = before.streams.map(\.settings.name).filter { !keptNames.contains($0) }
    let newNames = Set(after.streams.map(\.settings.name))
    let reason = {
      newNames.contains($0) ? "its configuration has changed" : "it is not in the configuration any more"
    }
    // All at once: each takes its own time.
    for name in leaving { daemon.streams[name]?.askToStop(reason(name)) }
    for name in leaving {
      daemon.remove(name, reason(name), within: .seconds(10))
      state.withLock { $0.runs[name] = nil }
    }
    state.withLock { state in
      state.plan = after
      state.loaded = .now()
      state.lastReloadError = nil
    }
    for stream in after.streams where !keptNames.contains(stream.settings.name) { watch(stream) }
    log(
      .notice,
      "follows '\(after.path)' as it is now: \(counted(Int64(kept.count), "stream")) as before, \(after.streams.count - kept.count) new or changed, "
        + "\(leaving.filter { !newNames.contains($0) }.count) gone")
  }

  /// Keys that have changed and need a restart.
  private static func untouched(_ before: ServiceConfiguration, _ after: ServiceConfiguration) -> [String] {
    [
      ("database.path", before.database.path != after.database.path),
      ("database.durability", before.database.durability != after.database.durability),
      ("http", before.http != after.http), ("workers", before.workers != after.workers),
      ("socket", before.socket != after.socket),
    ].filter(\.1).map(\.0)
  }

  // MARK: Again and again

  /// On the daemon's maintenance queue.
  private func prune() {
    let configuration = state.withLock(\.plan.configuration)
    let now = date.withLock { $0.date(at: .now()) }
    do {
      _ = try RetentionRound(configuration).run(database, now: now) { state.withLock(\.isStopping) }
    } catch {
      log(.warning, (error as? Failure)?.description ?? "\(error)")
    }
  }

  /// Nobody waits for space on the disk, nor deletes, while the service ends.
  private func stopWaiting() {
    let runs = state.withLock { state in
      state.isStopping = true
      return state.runs.values
    }
    for run in runs { run.stopWaiting() }
  }

  // MARK: Status

  func status() -> DaemonStatus {
    let state = state.withLock { $0 }
    return ServiceStatus(
      plan: state.plan, streams: daemon.streams,
      config: ConfigStatus(
        path: state.plan.path, loaded: state.loaded, lastReloadError: state.lastReloadError),
      database: DatabaseStatus(
        path: database.path, sizeBytes: Self.size(database.path), walBytes: Self.size(database.path + "-wal"),
        isWaitingForSpace: state.runs.values.contains(where: \.isHeldUp),
        rowsWritten: rowsWritten.load(ordering: .relaxed)),
      activity: pool.activity, started: started, isStopping: state.isStopping
    ).status(at: .now())
  }

  private static func size(_ path: String) -> Int64 {
    var found = stat()
    return stat(path, &found) == 0 ? Int64(found.st_size) : 0
  }
}
