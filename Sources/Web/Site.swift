import HTTP
import ShuffledCore
import StatusReport
import Store

/// All that a service answers over HTTP: `/` a page for people, `/api/v1/` for programs, `/metrics` for Prometheus, `/healthz` and
/// `/readyz` for whoever supervises it. Any thread.
///
/// What is known at once is answered on the listener's thread; what reads the database or encodes a picture, two at a time, on
/// others.
public final class Site: Sendable {
  private let service: any ServiceView
  private let access: Access
  private let database: DatabaseReader
  private let events: EventHub
  private let files = StaticFiles()
  private let pool = TaskPool(width: 2, capacity: 128)

  /// - Parameters:
  ///   - database: its `stop` is this one's.
  public init(_ service: any ServiceView, access: Access, database: DatabaseReader, events: EventHub) {
    self.service = service
    self.access = access
    self.database = database
    self.events = events
  }

  /// What an `HTTPServer` is to do with requests. Does not block.
  public func answer(_ request: HTTPRequest, _ reply: @escaping HTTPServer.Reply) {
    let (route, file) = (Route(request.path), files.response(to: request))
    let secured: HTTPServer.Reply = { [access] in reply(access.secured($0, to: request)) }
    if let refusal = access.refusal(of: request, isPublic: route.isPublic || file != nil) {
      return secured(refusal)
    }
    switch route {
    case .liveness: secured(Liveness.response(service, withReasons: access.isTrusted(request)))
    case .readiness: secured(Readiness.response(service, withReasons: access.isTrusted(request)))
    case .metrics:
      let text = ServiceMetrics.text(service.measurements())
      secured(HTTPResponse(contentType: MetricsText.contentType, body: Array(text.utf8)))
    case .status: secured(HTTPResponse(json: service.status().json))
    case .events: secured(events.listen(request))
    case .database(let answer): later(request, secured) { try answer(request, $0) }
    case .streams: later(request, secured) { [streams] in try streams.list(request, $0) }
    case .stream(let name): later(request, secured) { [streams] in try streams.one(name, request, $0) }
    case .snapshot(let name):
      work(secured) { [streams] in try streams.snapshot(name, request) }
    case .other:
      secured(
        file
          ?? .error(404, "there is nothing at '\(request.path)'; see \(StaticFiles.description)"))
    }
  }

  private var streams: StreamAnswers { StreamAnswers(service: service) }

  private func later(
    _ request: HTTPRequest, _ reply: @escaping HTTPServer.Reply,
    _ answer: @escaping @Sendable (Database) throws -> HTTPResponse
  ) {
    work(reply) { [database] in try database.read(answer) }
  }

  private func work(
    _ reply: @escaping HTTPServer.Reply, _ answer: @escaping @Sendable () throws -> HTTPResponse
  ) {
    let asked = Instant.now
    let isTaken = pool.submit {
      // Whoever has waited so long is gone, or will ask again.
      guard .now - asked < Self.patience else { return reply(Self.tooMuch) }
      do { reply(try answer()) } catch { reply(Self.response(to: error)) }
    }
    if !isTaken { reply(Self.tooMuch) }
  }

  private static let patience = Duration.seconds(10)
  private static let tooMuch = HTTPResponse.error(503, "too much is asked at once; try again later")

  private static func response(to error: any Error) -> HTTPResponse {
    guard let failure = error as? Failure else { return .error(500, "\(error)") }
    return .error(failure.kind == .usage ? 400 : 503, failure.description)
  }

  /// Blocks until what is under way is answered. The server is to be stopped before.
  public func stop() {
    events.stop()
    database.stop()
    pool.stop()
  }
}
