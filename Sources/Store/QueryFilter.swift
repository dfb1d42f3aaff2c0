import ShuffledCore

/// Which frames a query is about; what is nil does not restrict it.
public struct QueryFilter: Equatable, Sendable {
  public var run: Int64?
  /// A stream's name or its source.
  public var stream: String?
  /// The name of the most likely label.
  public var label: String?
  /// The least confidence of the most likely label, 0...1. Compared as stored, in steps of 1 / 65535.
  public var minConfidence: Double?
  /// The earliest wall time.
  public var since: WallTime?
  /// The wall time before which frames were decoded; it is not part of the range itself.
  public var until: WallTime?

  public init(
    run: Int64? = nil, stream: String? = nil, label: String? = nil, minConfidence: Double? = nil,
    since: WallTime? = nil, until: WallTime? = nil
  ) {
    self.run = run
    self.stream = stream
    self.label = label
    self.minConfidence = minConfidence
    self.since = since
    self.until = until
  }

  /// What of it says which runs are meant.
  public var ofRuns: QueryFilter {
    var filter = self
    (filter.label, filter.minConfidence) = (nil, nil)
    return filter
  }
}

extension QueryFilter {
  /// Throws a `.usage` failure for a run, stream or label that the database does not know: an empty answer would
  /// read as "it never happened".
  func check(_ connection: Connection) throws {
    if let run { try checkRun(run, connection) }
    if let stream { try checkStream(stream, connection) }
    if let label { try checkLabel(label, connection) }
  }

  private func checkRun(_ run: Int64, _ connection: Connection) throws {
    let known = try connection.prepare("SELECT 1 FROM runs WHERE id = ?")
    known.bind(run, at: 1)
    guard try known.firstInteger() == nil else { return }
    let range = try connection.prepare("SELECT count(*), min(id), max(id) FROM runs")
    _ = try range.step()
    let (count, first, last) = (range.integer(0), range.integer(1), range.integer(2))
    let has =
      switch count {
      case 0: "it has none yet"
      case 1: "it has run \(first)"
      case last - first + 1: "it has runs \(first) to \(last)"
      default: "it has \(count) runs between \(first) and \(last)"
      }
    throw Failure(
      .usage, cannot: "find run", "\(run)", because: "the database has no such run", remedy: has)
  }

  private func checkStream(_ stream: String, _ connection: Connection) throws {
    let known = try connection.prepare("SELECT 1 FROM streams WHERE name = ?1 OR source = ?1")
    known.bind(stream, at: 1)
    guard try known.firstInteger() == nil else { return }
    var names: [String] = []
    try connection.prepare("SELECT DISTINCT name FROM streams ORDER BY name").forEachRow {
      names.append($0.text(0) ?? "")
    }
    throw Failure(
      .usage, cannot: "find stream", stream, because: "no stream has this name or source",
      remedy: suggestion(for: stream, of: names, noun: "streams"))
  }

  private func checkLabel(_ label: String, _ connection: Connection) throws {
    let known = try connection.prepare("SELECT 1 FROM labels WHERE name = ?")
    known.bind(label, at: 1)
    guard try known.firstInteger() == nil else { return }
    var names: [String] = []
    try connection.prepare("SELECT DISTINCT name FROM labels ORDER BY name").forEachRow {
      names.append($0.text(0) ?? "")
    }
    throw Failure(
      .usage, cannot: "find label", label, because: "no model in the database has it",
      remedy: suggestion(for: label, of: names, noun: "labels"))
  }

  /// The nearest name, or all of them where they are few.
  private func suggestion(for name: String, of names: [String], noun: String) -> String {
    if let nearest = nearestName(to: name, in: names) { return "did you mean '\(nearest)'?" }
    if names.isEmpty { return "it has no \(noun) yet" }
    let shown = names.prefix(8).joined(separator: ", ")
    return names.count <= 8
      ? "it has the \(noun) \(shown)" : "it has \(names.count) \(noun), among them \(shown)"
  }
}

extension Database {
  /// Throws a `.usage` failure for a label that no model in the database has. Blocks.
  public func checkLabel(_ label: String) throws {
    try withConnection { try QueryFilter(label: label).check($0) }
  }
}
