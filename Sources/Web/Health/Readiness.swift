import HTTP
import ShuffledCore
import StatusReport

/// Whether the service does its work: frames come and results are stored. Pure.
struct Readiness: Equatable {
  enum State: String { case ready, degraded, unready }

  var state: State
  var reasons: [String]
  /// Of all streams.
  var newestFrameAge: Duration?
  var watched: Int

  /// - complaint: why it does not get on.
  init(_ status: DaemonStatus, complaint: String?, now: WallTime) {
    let newest = status.streams.compactMap(\.lastFrame).max()
    newestFrameAge = newest.map { max(.zero, .microseconds(now.microseconds - $0.microseconds)) }
    // A recording that is over is as it was asked for.
    let isWell = { (stream: StreamStatus) in stream.state == .observed || stream.state == .stopped }
    watched = status.streams.count(where: isWell)
    var lacks: [String] = []
    if let complaint { lacks.append(complaint) }
    if status.state == .stopping { lacks.append("the service stops") }
    if status.database.isWaitingForSpace {
      lacks.append("results wait: the disk is full, or another program holds the database")
    }
    if !status.streams.isEmpty, watched == 0 { lacks.append("no stream gives frames") }
    var complaints = status.streams.filter { !isWell($0) }.map { stream in
      "\(stream.name): \(stream.state.rawValue) since \(stream.since.rfc3339.prefix(19))Z"
        + (stream.reason.map { " (\($0))" } ?? "")
    }
    complaints += status.streams.filter { $0.level != .asAsked }.map {
      "\($0.name): too much to do, at \($0.level.rawValue)"
    }
    if let error = status.config.lastReloadError {
      complaints.append("the newer configuration is not followed: \(error.text)")
    }
    reasons = lacks + complaints
    state = !lacks.isEmpty ? .unready : complaints.isEmpty ? .ready : .degraded
  }

  /// - withReasons: for whom they may be told: they name streams and what is wrong with them.
  static func response(
    _ service: any ServiceView, withReasons: Bool, now: WallTime = .now()
  ) -> HTTPResponse {
    let status = service.status()
    let readiness = Readiness(status, complaint: service.complaint, now: now)
    let json = JSON.object([
      ("status", .text(readiness.state.rawValue)),
      ("reasons", .array(withReasons ? readiness.reasons.map(JSON.text) : [])),
      ("newest_frame_age_seconds", readiness.newestFrameAge.map { .number($0.seconds) } ?? .null),
      (
        "database",
        .object([
          ("waiting_for_space", .boolean(status.database.isWaitingForSpace)),
          ("wal_bytes", .integer(status.database.walBytes)),
        ])
      ),
      (
        "streams",
        .object([
          ("watched", .integer(Int64(readiness.watched))), ("of", .integer(Int64(status.streams.count))),
        ])
      ),
    ])
    return HTTPResponse(status: readiness.state == .unready ? 503 : 200, json: json.line)
  }
}
