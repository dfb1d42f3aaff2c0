/// A request while it is being read. Used on its listener's thread only.
final class RequestProgress {
  private let target: RequestTarget?
  private let isTooLong: Bool
  private var wasCalled = false

  init(target: String, longest: Int) {
    isTooLong = target.utf8.count > longest
    self.target = isTooLong ? nil : RequestTarget(target)
  }

  /// True once: the request's end is still to come.
  func isFirstCall() -> Bool {
    defer { wasCalled = true }
    return !wasCalled
  }

  /// - method: nil for one that is not answered.
  /// - headers: read only if the handler is asked.
  func response(
    to method: HTTPRequest.Method?, _ listener: ListenerContext, headers: () -> [HTTPRequest.Parameter]
  ) -> HTTPResponse {
    guard let method else {
      var refusal = HTTPResponse.error(405, "only GET and HEAD are answered")
      refusal.headers = [HTTPRequest.Parameter("Allow", "GET, HEAD")]
      return refusal
    }
    if isTooLong {
      return .error(414, "what is asked for has more than \(listener.limits.target) bytes")
    }
    guard let target else { return .error(400, "what is asked for is not a path") }
    return listener.handler(
      HTTPRequest(
        method: method, path: target.path, query: target.query, headers: headers(),
        isLocalSocket: listener.isLocalSocket))
  }
}
