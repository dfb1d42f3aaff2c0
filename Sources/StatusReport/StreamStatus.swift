import ShuffledCore

/// What a daemon says of one of its streams. Counts are of the run under way.
public struct StreamStatus: Equatable, Sendable {
  /// How long after a frame was decoded its result was committed, in milliseconds.
  public struct Ages: Codable, Equatable, Sendable {
    public var p50: Double
    public var p99: Double

    public init(p50: Double, p99: Double) {
      self.p50 = p50
      self.p99 = p99
    }
  }

  public var name: String
  /// Without passwords.
  public var source: String
  public var state: StreamState
  /// Why it is in this state, in a few words.
  public var reason: String?
  /// When this state began.
  public var since: WallTime
  public var model: String
  /// `5 fps`, `every 10`, `keyframes`, `all`.
  public var rate: String
  public var level: RateLevel
  /// Frames a second that came, of late.
  public var receivedFPS: Double?
  /// Frames a second that were classified, of late.
  public var classifiedFPS: Double?
  public var decoded: Int64
  public var selected: Int64
  public var classified: Int64
  public var dropped: Int64
  public var failed: Int64
  /// When the last frame came.
  public var lastFrame: WallTime?
  public var lastResult: LastResult?
  public var resultAges: Ages?
  public var reconnects: Int64
  public var lastError: ReportedError?
  /// Its run in the database; none before the first.
  public var run: Int64?

  public init(
    name: String, source: String, state: StreamState, reason: String? = nil, since: WallTime, model: String,
    rate: String, level: RateLevel = .asAsked, receivedFPS: Double? = nil, classifiedFPS: Double? = nil,
    decoded: Int64 = 0, selected: Int64 = 0, classified: Int64 = 0, dropped: Int64 = 0, failed: Int64 = 0,
    lastFrame: WallTime? = nil, lastResult: LastResult? = nil, resultAges: Ages? = nil,
    reconnects: Int64 = 0, lastError: ReportedError? = nil, run: Int64? = nil
  ) {
    self.name = name
    self.source = source
    self.state = state
    self.reason = reason
    self.since = since
    self.model = model
    self.rate = rate
    self.level = level
    self.receivedFPS = receivedFPS
    self.classifiedFPS = classifiedFPS
    self.decoded = decoded
    self.selected = selected
    self.classified = classified
    self.dropped = dropped
    self.failed = failed
    self.lastFrame = lastFrame
    self.lastResult = lastResult
    self.resultAges = resultAges
    self.reconnects = reconnects
    self.lastError = lastError
    self.run = run
  }
}

/// What a stream's newest result says.
public struct LastResult: Codable, Equatable, Sendable {
  public var label: String
  /// 0 to 1.
  public var confidence: Double
  /// Since its frame came.
  public var ageSeconds: Double

  public init(label: String, confidence: Double, ageSeconds: Double) {
    self.label = label
    self.confidence = confidence
    self.ageSeconds = ageSeconds
  }

  private enum CodingKeys: String, CodingKey {
    case label, confidence
    case ageSeconds = "age_seconds"
  }
}
