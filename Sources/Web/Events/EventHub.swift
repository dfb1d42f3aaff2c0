import Dispatch
import HTTP
import Results
import ShuffledCore
import StatusReport
import Store
import Synchronization

/// Tells whoever listens what happens, as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html): how
/// all is every two seconds, and changes when they come. Changes have numbers and are kept for a while, for who was cut off. Never
/// blocks whoever has something to tell. Any thread.
public final class EventHub: Sendable {
  private struct State {
    var listeners: [ObjectIdentifier: ResponseStream] = [:]
    var next: Int64 = 1
    /// The last changes, with their numbers.
    var changes: [(number: Int64, bytes: [UInt8])] = []
    var isStopping = false
  }

  /// What changes are told by their first numbers: those of another start of the service mean nothing.
  private let era: Int64
  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "shuffled.events")
  private let status: @Sendable () -> DaemonStatus

  private static let mostListeners = 64
  private static let keptChanges = 256
  /// Bytes that may wait for a listener.
  private static let capacity = 256 << 10
  private static let interval = DispatchTimeInterval.seconds(2)

  /// - Parameter status: how all is; must not block.
  public init(era: WallTime = .now(), status: @escaping @Sendable () -> DaemonStatus) {
    self.era = era.microseconds
    self.status = status
    tickLater()
  }

  private func tickLater() {
    queue.asyncAfter(deadline: .now() + Self.interval) { [weak self] in
      self?.tick()
      self?.tickLater()
    }
  }

  /// A stream's state has changed.
  public func tell(_ stream: StreamStatus) { tell("state", stream.json) }

  /// A segment has begun or ended.
  public func tell(_ change: SegmentEventKind, _ segment: SegmentRow) {
    tell(
      "segment",
      JSON.object([("change", .text(change.rawValue)), ("segment", segment.json)]).line)
  }

  private func tell(_ event: String, _ json: String) {
    state.withLock { state in
      let bytes = Self.event(event, json, id: "\(era)-\(state.next)")
      state.changes.append((state.next, bytes))
      if state.changes.count > Self.keptChanges { state.changes.removeFirst() }
      state.next += 1
      Self.send(bytes, &state)
    }
  }

  private func tick() {
    guard state.withLock({ !$0.listeners.isEmpty }) else { return }
    let bytes = Self.event("status", status().json, id: nil)
    state.withLock { Self.send(bytes, &$0) }
  }

  /// Forgets those who listen no more.
  private static func send(_ bytes: [UInt8], _ state: inout State) {
    state.listeners = state.listeners.filter { $0.value.send(bytes) }
  }

  private static func event(_ name: String, _ json: String, id: String?) -> [UInt8] {
    // JSON is one line here.
    Array("\(id.map { "id: \($0)\n" } ?? "")event: \(name)\ndata: \(json)\n\n".utf8)
  }

  /// The answer to who wants to listen: how all is now, the changes that they missed, and what follows.
  func listen(_ request: HTTPRequest) -> HTTPResponse {
    let first = Array("retry: 2000\n\n".utf8) + Self.event("status", status().json, id: nil)
    let taken: ResponseStream? = state.withLock { state in
      guard !state.isStopping, state.listeners.count < Self.mostListeners else { return nil }
      let all = first + missed(since: request.header("Last-Event-ID"), state)
      // However much that is, as much again may wait for the client.
      let stream = ResponseStream(capacity: max(Self.capacity, 2 * all.count))
      stream.send(all)
      state.listeners[ObjectIdentifier(stream)] = stream
      return stream
    }
    guard let stream = taken else { return .error(503, "too many listen already; try again later") }
    stream.onClose { [weak self, weak stream] in
      if let self, let stream { state.withLock { $0.listeners[ObjectIdentifier(stream)] = nil } }
    }
    return HTTPResponse(contentType: "text/event-stream", stream: stream)
  }

  private func missed(since last: String?, _ state: State) -> [UInt8] {
    guard let parts = last?.split(separator: "-"), parts.count == 2, Int64(parts[0]) == era,
      let number = Int64(parts[1])
    else { return [] }
    return state.changes.filter { $0.number > number }.flatMap(\.bytes)
  }

  /// Ends all who listen.
  public func stop() {
    let listeners = state.withLock { state in
      state.isStopping = true
      defer { state.listeners = [:] }
      return Array(state.listeners.values)
    }
    for stream in listeners { stream.finish() }
  }
}

/// What happened to a segment.
public enum SegmentEventKind: String, Sendable { case opened, closed }
