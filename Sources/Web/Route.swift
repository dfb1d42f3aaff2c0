/// What a path asks for.
enum Route {
  case liveness, readiness, metrics, status, events, streams
  case stream(String)
  case snapshot(String)
  /// One of the database's answers.
  case database(DatabaseAnswers.Answer)
  /// A file, or nothing.
  case other

  private static let api = "/api/v1/"

  init(_ path: String) {
    switch path {
    case "/healthz": self = .liveness
    case "/readyz": self = .readiness
    case "/metrics": self = .metrics
    default: self = path.hasPrefix(Self.api) ? Self.api(path.dropFirst(Self.api.count)) : .other
    }
  }

  private static func api(_ path: Substring) -> Route {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    switch parts.first {
    case "status" where parts.count == 1: return .status
    case "events" where parts.count == 1: return .events
    case "streams" where parts.count == 1: return .streams
    case "streams" where parts.count == 2 && !parts[1].isEmpty: return .stream(String(parts[1]))
    case "streams" where parts.count == 3 && !parts[1].isEmpty && parts[2] == "snapshot.jpg":
      return .snapshot(String(parts[1]))
    default:
      return parts.count == 1 ? DatabaseAnswers.all[String(parts[0])].map(Route.database) ?? .other : .other
    }
  }

  /// Without a secret it tells nothing but whether the service is well, which a supervisor wants to know.
  var isPublic: Bool {
    switch self {
    case .liveness, .readiness: true
    default: false
    }
  }
}
