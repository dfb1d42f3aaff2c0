import Synchronization

/// What the thread of a listener needs, and what is under way there.
final class ListenerContext: Sendable {
  let isLocalSocket: Bool
  let limits: HTTPLimits
  private let handler: HTTPServer.Handler
  private let state = Mutex(State())

  private struct State {
    var isStopping = false
    var replies: [ObjectIdentifier: PendingReply] = [:]
    var streams: [ObjectIdentifier: ResponseStream] = [:]
  }

  private static let stopping = HTTPResponse.error(503, "the server stops")

  init(isLocalSocket: Bool, _ limits: HTTPLimits, _ handler: @escaping HTTPServer.Handler) {
    self.isLocalSocket = isLocalSocket
    self.limits = limits
    self.handler = handler
  }

  /// Asks the handler.
  func ask(_ request: HTTPRequest) -> PendingReply {
    let reply = PendingReply()
    let isStopping = state.withLock { state in
      if !state.isStopping { state.replies[ObjectIdentifier(reply)] = reply }
      return state.isStopping
    }
    if isStopping { reply.give(Self.stopping) } else { handler(request) { reply.give($0) } }
    return reply
  }

  /// The answer as it is sent: no stream begins while the server stops.
  func admit(_ response: HTTPResponse) -> HTTPResponse {
    guard let stream = response.stream else { return response }
    let isStopping = state.withLock { state in
      if !state.isStopping { state.streams[ObjectIdentifier(stream)] = stream }
      return state.isStopping
    }
    if isStopping { stream.close() }
    return isStopping ? Self.stopping : response
  }

  func forget(_ reply: PendingReply) { state.withLock { $0.replies[ObjectIdentifier(reply)] = nil } }

  func forget(_ stream: ResponseStream) { state.withLock { $0.streams[ObjectIdentifier(stream)] = nil } }

  /// From now on nothing waits here: what is asked is refused, and streams end.
  func stop() {
    let (replies, streams) = state.withLock { state in
      state.isStopping = true
      return (Array(state.replies.values), Array(state.streams.values))
    }
    for reply in replies { reply.give(Self.stopping) }
    for stream in streams { stream.finish() }
  }
}
