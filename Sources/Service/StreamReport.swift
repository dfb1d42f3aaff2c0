import ShuffledCore

extension StreamSupervisor {
  public struct Settings: Sendable {
    public var name: String
    public var lifecycle: StreamLifecycle.Settings
    /// nil: a picture that does not change is nothing to be told of.
    public var frozenTimeout: Duration?
    /// How often a source is knocked at between attempts, to see whether it is away or back.
    public var knockInterval: Duration = .seconds(2)

    public init(name: String, lifecycle: StreamLifecycle.Settings, frozenTimeout: Duration?) {
      self.name = name
      self.lifecycle = lifecycle
      self.frozenTimeout = frozenTimeout
    }
  }

  /// What a person may know of it. `lastProblem` has no passwords.
  public struct Report: Sendable {
    public var state: StreamState
    public var since: WallTime
    public var reason: String?
    public var reconnectsByKind: [SourceProblem.Kind: Int]
    public var reconnects: Int { reconnectsByKind.values.reduce(0, +) }
    public var lastProblem: (text: String, at: WallTime)?
    public var lastFrame: WallTime?
    public var level: RateLevel
    public var counts: StreamCounts.Values
    /// Frames that wait for a worker.
    public var queued: Int
    /// The run's number in the database, once it has one.
    public var run: Int64?
  }
}
