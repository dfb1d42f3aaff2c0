import StatusReport

/// What the control socket answers.
public enum StatusRoutes {
  public static let statusPath = "/api/v1/status"

  /// - status: called only when it is asked for, on the caller's thread.
  public static func respond(_ request: HTTPRequest, status: () -> DaemonStatus) -> HTTPResponse {
    guard request.path == statusPath else { return .error(404, "there is nothing at '\(request.path)'") }
    return HTTPResponse(json: status().json)
  }
}
