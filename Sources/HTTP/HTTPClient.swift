import ShuffledCore

/// Asks a daemon over its Unix-domain socket.
public struct HTTPClient: Sendable {
  public struct Answer: Equatable, Sendable {
    public var status: Int
    public var body: [UInt8]

    public init(status: Int, body: [UInt8]) {
      self.status = status
      self.body = body
    }
  }

  public struct Limits: Sendable {
    /// Until there is a connection.
    public var connecting: Duration
    /// Until all of the answer is there.
    public var whole: Duration
    /// Bytes of the body.
    public var size: Int

    public init(
      connecting: Duration = .seconds(2), whole: Duration = .seconds(5), size: Int = 16 << 20
    ) {
      self.connecting = connecting
      self.whole = whole
      self.size = size
    }
  }

  /// Where the daemon may be, the likeliest first.
  public var sockets: [String]
  public var limits: Limits

  /// - sockets: at least one.
  public init(sockets: [String], limits: Limits = Limits()) {
    precondition(!sockets.isEmpty, "a daemon is asked at a socket")
    self.sockets = sockets
    self.limits = limits
  }

  /// The first answer: of the sockets, the first that can be connected to. Blocks until it is there, at most for the
  /// limits' time a socket.
  /// - path: with its query, percent-encoded: `/api/v1/status`.
  /// Throws `unavailable` when no daemon answers: about a socket that is there rather than about one that is not.
  public func get(_ path: String) throws(Failure) -> (answer: Answer, socket: String) {
    var worst: (fault: ClientFault, socket: String)?
    for socket in sockets {
      do {
        return (try LocalExchange.get(path, at: socket, limits), socket)
      } catch {
        guard error.isOfConnection else { throw error.failure(of: socket) }
        if worst.map({ error.weight > $0.fault.weight }) ?? true { worst = (error, socket) }
      }
    }
    guard let worst else { preconditionFailure("there is a socket") }
    throw worst.fault.failure(of: worst.socket)
  }
}
