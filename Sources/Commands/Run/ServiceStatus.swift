import Glibc
import Pipeline
import Service
import ShuffledCore
import StatusReport

/// Puts together what a daemon says of itself.
struct ServiceStatus {
  var plan: ServicePlan
  var streams: [String: StreamSupervisor]
  var config: ConfigStatus
  var database: DatabaseStatus
  var activity: WorkerPool.Activity
  var started: Moment
  var isStopping: Bool

  func status(at now: Moment) -> DaemonStatus {
    let reports = plan.streams.compactMap { plan in
      streams[plan.settings.name].map { Self.status(of: plan, $0.report, now) }
    }
    return DaemonStatus(
      version: Version.number, pid: getpid(), started: started.wall,
      uptimeSeconds: (now.instant - started.instant).seconds, state: state(reports), database: database,
      workers: WorkerStatus(count: activity.workers, busy: activity.busy), models: models, config: config,
      streams: reports)
  }

  private func state(_ reports: [StreamStatus]) -> DaemonStatus.State {
    if isStopping { return .stopping }
    if database.isWaitingForSpace || config.lastReloadError != nil { return .degraded }
    // What is over, is as it was asked for.
    let isWell = reports.allSatisfy {
      ($0.state == .observed || $0.state == .stopped) && $0.level == .asAsked
    }
    if isWell { return .running }
    let isNew = reports.allSatisfy { stream in
      stream.level == .asAsked
        && (stream.state == .observed || stream.state == .connecting && stream.reconnects == 0)
    }
    return isNew ? .starting : .degraded
  }

  private var models: [ModelStatus] {
    var users: [String: (name: String, streams: Int)] = [:]
    for stream in plan.streams {
      let model = stream.model
      users[model.file.sha256, default: (model.description.name, 0)].streams += 1
    }
    return users.map { ModelStatus(name: $0.value.name, sha256: $0.key, streams: $0.value.streams) }
      .sorted { ($0.name, $0.sha256) < ($1.name, $1.sha256) }
  }

  static func status(of plan: StreamPlan, _ report: StreamSupervisor.Report, _ now: Moment) -> StreamStatus {
    let counts = report.counts
    let result = counts.last.map { last in
      LastResult(
        label: plan.model.label(last.prediction.index), confidence: Double(last.prediction.confidence),
        ageSeconds: max(0, Double(now.wall.microseconds - last.at.microseconds) / 1e6))
    }
    let ages = counts.age50.flatMap { p50 in
      counts.age99.map { StreamStatus.Ages(p50: p50.milliseconds, p99: $0.milliseconds) }
    }
    return StreamStatus(
      name: plan.settings.name, source: plan.settings.source.shown, state: report.state,
      reason: report.reason,
      since: report.since, model: plan.model.description.name, rate: plan.settings.selection.text,
      level: report.level, receivedFPS: counts.receivedRate, classifiedFPS: counts.classifiedRate,
      decoded: counts.decoded, selected: counts.selected, classified: counts.classified,
      dropped: counts.dropped,
      failed: counts.failed, lastFrame: report.lastFrame, lastResult: result, resultAges: ages,
      reconnects: Int64(report.reconnects),
      lastError: report.lastProblem.map { ReportedError($0.text, at: $0.at) }, run: report.run)
  }

  /// One line for `systemctl status`.
  static func line(_ reports: [StreamSupervisor.Report]) -> String {
    if reports.isEmpty { return "no stream is enabled" }
    let counts = StreamState.allCases.compactMap { state -> String? in
      let count = reports.count { $0.state == state }
      return count > 0 ? "\(count) \(state.rawValue)" : nil
    }
    let rate = reports.compactMap(\.counts.classifiedRate).reduce(0, +)
    return "\(counted(Int64(reports.count), "stream")): \(counts.joined(separator: ", ")); "
      + "\(decimal(rate, 1)) frames a second classified"
  }
}
