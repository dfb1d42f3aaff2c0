import HTTP
import ShuffledCore
import StatusReport

/// Whether the service gets on at all: what a supervisor would restart it for.
enum Liveness {
  /// - withReasons: for whom they may be told, as they may name streams.
  static func response(_ service: any ServiceView, withReasons: Bool) -> HTTPResponse {
    let (complaint, status) = (service.complaint, service.status())
    let json = JSON.object([
      ("status", .text(complaint == nil ? "alive" : "stuck")),
      ("reasons", .array(withReasons ? complaint.map { [.text($0)] } ?? [] : [])),
      ("uptime_seconds", .number(status.uptimeSeconds)), ("version", .text(status.version)),
    ])
    return HTTPResponse(status: complaint == nil ? 200 : 503, json: json.line)
  }
}
