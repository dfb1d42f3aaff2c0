import ShuffledCore

/// What a running daemon says of itself at one moment: the answer to `GET /api/v1/status`. Values only; any thread.
public struct DaemonStatus: Equatable, Sendable {
  public enum State: String, Codable, Sendable, CaseIterable {
    /// Its streams are being opened for the first time.
    case starting
    /// All is as it was asked for.
    case running
    /// It goes on, but something is not as it was asked for: a stream, the disk, the configuration.
    case degraded
    /// It finishes what is under way and takes no more frames.
    case stopping
  }

  /// Where it is asked for.
  public static let path = "/api/v1/status"

  /// The program's version.
  public var version: String
  public var pid: Int32
  public var started: WallTime
  /// By a clock that nobody sets.
  public var uptimeSeconds: Double
  public var state: State
  public var database: DatabaseStatus
  public var workers: WorkerStatus
  public var models: [ModelStatus]
  public var config: ConfigStatus
  /// In the order of the configuration.
  public var streams: [StreamStatus]

  public init(
    version: String, pid: Int32, started: WallTime, uptimeSeconds: Double, state: State,
    database: DatabaseStatus, workers: WorkerStatus, models: [ModelStatus], config: ConfigStatus,
    streams: [StreamStatus]
  ) {
    self.version = version
    self.pid = pid
    self.started = started
    self.uptimeSeconds = uptimeSeconds
    self.state = state
    self.database = database
    self.workers = workers
    self.models = models
    self.config = config
    self.streams = streams
  }
}

extension DaemonStatus: Codable {
  private enum CodingKeys: String, CodingKey {
    case version, pid, started
    case startedMicroseconds = "started_us"
    case uptimeSeconds = "uptime_seconds"
    case state, database, workers, models, config, streams
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    version = try container.decode(String.self, forKey: .version)
    pid = try container.decode(Int32.self, forKey: .pid)
    started = try container.time(.startedMicroseconds)
    uptimeSeconds = try container.decode(Double.self, forKey: .uptimeSeconds)
    state = try container.decode(State.self, forKey: .state)
    database = try container.decode(DatabaseStatus.self, forKey: .database)
    workers = try container.decode(WorkerStatus.self, forKey: .workers)
    models = try container.decode([ModelStatus].self, forKey: .models)
    config = try container.decode(ConfigStatus.self, forKey: .config)
    streams = try container.decode([StreamStatus].self, forKey: .streams)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(version, forKey: .version)
    try container.encode(pid, forKey: .pid)
    try container.encode(started, .started, .startedMicroseconds)
    try container.encode(uptimeSeconds.isFinite ? uptimeSeconds : 0, forKey: .uptimeSeconds)
    try container.encode(state, forKey: .state)
    try container.encode(database, forKey: .database)
    try container.encode(workers, forKey: .workers)
    try container.encode(models, forKey: .models)
    try container.encode(config, forKey: .config)
    try container.encode(streams, forKey: .streams)
  }
}
