/// A request while it is being read and answered. Used on its listener's thread only.
final class RequestProgress {
  private let target: RequestTarget?
  private let isTooLong: Bool
  private var wasCalled = false
  private var reply: PendingReply?

  init(target: String, longest: Int) {
    isTooLong = target.utf8.count > longest
    self.target = isTooLong ? nil : RequestTarget(target)
  }

  /// True once: the request's end is still to come.
  func isFirstCall() -> Bool {
    defer { wasCalled = true }
    return !wasCalled
  }

  /// The answer; nil where the handler takes its time and the connection was suspended: it is asked for again once it is there.
  /// - method: nil for one that is not answered.
  /// - headers: read only if the handler is asked.
  func response(
    to method: HTTPRequest.Method?, on connection: OpaquePointer, _ listener: ListenerContext,
    headers: () -> [HTTPRequest.Parameter]
  ) -> HTTPResponse? {
    if reply == nil {
      guard let method else { return .methodNotAllowed }
      if isTooLong {
        return .error(414, "what is asked for has more than \(listener.limits.target) bytes")
      }
      guard let target else { return .error(400, "what is asked for is not a path") }
      reply = listener.ask(
        HTTPRequest(
          method: method, path: target.path, query: target.query, headers: headers(),
          isLocalSocket: listener.isLocalSocket))
    }
    guard let response = reply?.take(orSuspend: connection) else { return nil }
    return listener.admit(response)
  }

  /// The request is over, answered or not.
  func end(_ listener: ListenerContext) {
    if let reply { listener.forget(reply) }
  }
}
