import ShuffledCore

// Every member is there, null where there is nothing to say.

extension StreamStatus: Codable {
  private enum CodingKeys: String, CodingKey {
    case name, source, state, reason, since
    case sinceMicroseconds = "since_us"
    case model, rate, level
    case receivedFPS = "received_fps"
    case classifiedFPS = "classified_fps"
    case decoded, selected, classified, dropped, failed
    case lastFrame = "last_frame"
    case lastFrameMicroseconds = "last_frame_us"
    case lastResult = "last_result"
    case resultAges = "result_age_ms"
    case reconnects
    case lastError = "last_error"
    case run
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decode(String.self, forKey: .name)
    source = try container.decode(String.self, forKey: .source)
    state = try container.decode(StreamState.self, forKey: .state)
    reason = try container.decodeIfPresent(String.self, forKey: .reason)
    since = try container.time(.sinceMicroseconds)
    model = try container.decode(String.self, forKey: .model)
    rate = try container.decode(String.self, forKey: .rate)
    level = try container.decode(RateLevel.self, forKey: .level)
    receivedFPS = try container.decodeIfPresent(Double.self, forKey: .receivedFPS)
    classifiedFPS = try container.decodeIfPresent(Double.self, forKey: .classifiedFPS)
    decoded = try container.decode(Int64.self, forKey: .decoded)
    selected = try container.decode(Int64.self, forKey: .selected)
    classified = try container.decode(Int64.self, forKey: .classified)
    dropped = try container.decode(Int64.self, forKey: .dropped)
    failed = try container.decode(Int64.self, forKey: .failed)
    lastFrame = try container.optionalTime(.lastFrameMicroseconds)
    lastResult = try container.decodeIfPresent(LastResult.self, forKey: .lastResult)
    resultAges = try container.decodeIfPresent(Ages.self, forKey: .resultAges)
    reconnects = try container.decode(Int64.self, forKey: .reconnects)
    lastError = try container.decodeIfPresent(ReportedError.self, forKey: .lastError)
    run = try container.decodeIfPresent(Int64.self, forKey: .run)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(source, forKey: .source)
    try container.encode(state, forKey: .state)
    try container.encode(reason, forKey: .reason)
    try container.encode(since, .since, .sinceMicroseconds)
    try container.encode(model, forKey: .model)
    try container.encode(rate, forKey: .rate)
    try container.encode(level, forKey: .level)
    try container.encode(finite: receivedFPS, .receivedFPS)
    try container.encode(finite: classifiedFPS, .classifiedFPS)
    try container.encode(decoded, forKey: .decoded)
    try container.encode(selected, forKey: .selected)
    try container.encode(classified, forKey: .classified)
    try container.encode(dropped, forKey: .dropped)
    try container.encode(failed, forKey: .failed)
    try container.encode(lastFrame, .lastFrame, .lastFrameMicroseconds)
    try container.encode(lastResult.flatMap { $0.isFinite ? $0 : nil }, forKey: .lastResult)
    try container.encode(resultAges.flatMap { $0.isFinite ? $0 : nil }, forKey: .resultAges)
    try container.encode(reconnects, forKey: .reconnects)
    try container.encode(lastError, forKey: .lastError)
    try container.encode(run, forKey: .run)
  }
}

extension LastResult {
  fileprivate var isFinite: Bool { confidence.isFinite && ageSeconds.isFinite }
}

extension StreamStatus.Ages {
  fileprivate var isFinite: Bool { p50.isFinite && p99.isFinite }
}
