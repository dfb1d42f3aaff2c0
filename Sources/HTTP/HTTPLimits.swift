/// What a client may cost the server.
public struct HTTPLimits: Sendable {
  /// Connections at a time, for each listener by itself; more wait until one of them ends.
  public var connections: Int
  /// How long a connection lives, however busy it is: request, answer and all. A client that sends or reads slowly is
  /// cut off then.
  public var lifetime: Duration
  /// Bytes of memory for a connection: its request's line and headers, read and taken apart, and its answer's headers.
  /// More of a request is answered with 431 or 414.
  public var connectionMemory: Int
  /// Bytes of what the first line asks for; more is answered with 414.
  public var target: Int

  public init(
    connections: Int = 32, lifetime: Duration = .seconds(10), connectionMemory: Int = 16 << 10,
    target: Int = 4 << 10
  ) {
    precondition(connections > 0 && lifetime > .zero && connectionMemory >= 2 << 10 && target > 0)
    self.connections = connections
    self.lifetime = lifetime
    self.connectionMemory = connectionMemory
    self.target = target
  }
}
