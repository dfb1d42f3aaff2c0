import ShuffledCore

/// Whether the service gets on, which is what its watchdog may be told. Pure: what is looked at comes from outside.
public struct ProgressWatch: Sendable {
  /// What every part said when it was last asked.
  public struct Signs: Equatable, Sendable {
    /// For how long the worker has been at its frame that has been at one longest.
    public var longestFrame: Duration
    /// For how long the database's queue has not answered.
    public var database: Duration
    /// The streams whose threads have not come by, and for how much longer than their sources' calls may take.
    public var streams: [String: Duration]

    public init(longestFrame: Duration, database: Duration, streams: [String: Duration]) {
      self.longestFrame = longestFrame
      self.database = database
      self.streams = streams
    }
  }

  /// A frame takes some milliseconds, on a slow and busy machine some hundred.
  public var frameLimit: Duration = .seconds(20)
  /// Far above what a slow disk takes for a batch.
  public var databaseLimit: Duration = .seconds(20)
  /// Beyond what a source's calls may take: a call that is to be ended takes a moment, and so may a lookup of its name.
  public var streamLimit: Duration = .seconds(60)

  public init() {}

  /// What does not get on, in words; nil when all does.
  public func complaint(_ signs: Signs) -> String? {
    if signs.longestFrame > frameLimit {
      return "a worker has been at one frame for \(Int(signs.longestFrame.seconds)) s"
    }
    if signs.database > databaseLimit {
      return "the database has not answered for \(Int(signs.database.seconds)) s"
    }
    // One stuck stream is told of by itself; when all are, the process is at fault.
    guard let least = signs.streams.values.min(), least > streamLimit else { return nil }
    return "no stream has got on for \(Int(least.seconds)) s more than its source may take"
  }
}
