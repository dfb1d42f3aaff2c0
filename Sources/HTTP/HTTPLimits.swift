/// What a client may cost the server.
public struct HTTPLimits: Sendable {
  /// Connections at a time, for each listener by itself; more wait until one of them ends.
  public var connections: Int
  /// How long a request may take to come, all of it. A client that sends slowly is cut off then.
  public var request: Duration
  /// How long an answer may take from then on, until the client has it. Streams have no such limit.
  public var answer: Duration
  /// Bytes of memory for a connection: its request's line and headers, read and taken apart, and its answer's headers.
  /// More of a request is answered with 431 or 414.
  public var connectionMemory: Int
  /// Bytes of what the first line asks for; more is answered with 414.
  public var target: Int

  public init(
    connections: Int = 256, request: Duration = .seconds(10), answer: Duration = .seconds(60),
    connectionMemory: Int = 16 << 10, target: Int = 4 << 10
  ) {
    precondition(
      connections > 0 && request > .zero && answer > .zero && connectionMemory >= 2 << 10 && target > 0)
    self.connections = connections
    self.request = request
    self.answer = answer
    self.connectionMemory = connectionMemory
    self.target = target
  }
}
