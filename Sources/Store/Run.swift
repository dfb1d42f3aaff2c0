import ShuffledCore

/// The stream that a run watches, as the database knows it.
public struct StreamIdentity: Equatable, Sendable {
  /// What people call it: a configured stream's name, a file's name without its folder.
  public var name: String
  /// What makes it the same stream the next time: a file's absolute path, a URL. Never holds a password.
  public var source: String
  /// A camera, whose time goes on when nobody watches; otherwise a recording, which waits.
  public var isLive: Bool

  public init(name: String, source: String, isLive: Bool = false) {
    self.name = name
    self.source = source
    self.isLive = isLive
  }
}

/// The model that a run classifies with, as the database knows it.
public struct ModelIdentity: Equatable, Sendable {
  /// Of the model file, in lower-case hexadecimal: what makes it the same model the next time.
  public var sha256: String
  public var name: String
  /// A JSON object.
  public var architecture: String
  /// By class index; at most 65,536.
  public var labels: [String]

  public init(sha256: String, name: String, architecture: String, labels: [String]) {
    self.sha256 = sha256
    self.name = name
    self.architecture = architecture
    self.labels = labels
  }
}

/// What is known of a run when it starts.
public struct RunDescription: Sendable {
  public var stream: StreamIdentity
  public var model: ModelIdentity
  /// What the run was asked to do: a JSON object.
  public var settings: String
  /// The program and its version: `shuffled 0.1.0`.
  public var program: String
  /// Where the run's own clock begins.
  public var started: Instant
  /// The same moment by the wall clock.
  public var startedAt: WallTime

  public init(
    stream: StreamIdentity, model: ModelIdentity, settings: String = "{}", program: String,
    started: Instant = .now, startedAt: WallTime = .now()
  ) {
    self.stream = stream
    self.model = model
    self.settings = settings
    self.program = program
    self.started = started
    self.startedAt = startedAt
  }
}

/// How many frames of a run are stored, by what became of them.
public struct FrameCounts: Equatable, Sendable {
  public var classified: Int64
  public var failed: Int64
  public var dropped: Int64

  public init(classified: Int64 = 0, failed: Int64 = 0, dropped: Int64 = 0) {
    self.classified = classified
    self.failed = failed
    self.dropped = dropped
  }

  public var total: Int64 { classified + failed + dropped }
}

extension RunDescription {
  /// Adds the run's row, and those of its stream, model and labels where they are new. Returns the run's number.
  /// In a transaction.
  func insert(into connection: Connection) throws -> Int64 {
    let streamID = try stream.insert(into: connection)
    let modelID = try model.insert(into: connection)
    let statement = try connection.cached(
      """
      INSERT INTO runs (stream_id, model_id, settings, program, started_us) VALUES (?, ?, ?, ?, ?)
      """)
    statement.bind(streamID, at: 1)
    statement.bind(modelID, at: 2)
    statement.bind(settings, at: 3)
    statement.bind(program, at: 4)
    statement.bind(startedAt.microseconds, at: 5)
    try statement.run()
    return connection.lastInsertedRow
  }
}

extension StreamIdentity {
  /// A source keeps its row; its name may have changed.
  fileprivate func insert(into connection: Connection) throws -> Int64 {
    let statement = try connection.cached(
      """
      INSERT INTO streams (name, source, live) VALUES (?, ?, ?)
      ON CONFLICT (source) DO UPDATE SET name = excluded.name, live = excluded.live RETURNING id
      """)
    statement.bind(name, at: 1)
    statement.bind(source, at: 2)
    statement.bind(Int64(isLive ? 1 : 0), at: 3)
    return try connection.onlyInteger(statement)
  }
}

extension ModelIdentity {
  /// A file's hash keeps its row. Throws `Failure` when its labels are others than before: earlier results would
  /// then read as something that nobody said.
  fileprivate func insert(into connection: Connection) throws -> Int64 {
    precondition(labels.count <= 65_536, "a model has at most 65536 labels, not \(labels.count)")
    let known = try connection.cached("SELECT id FROM models WHERE sha256 = ?")
    known.bind(sha256, at: 1)
    if let id = try known.firstInteger() {
      try checkLabels(of: id, in: connection)
      return id
    }
    let model = try connection.cached(
      "INSERT INTO models (sha256, name, architecture) VALUES (?, ?, ?) RETURNING id")
    model.bind(sha256, at: 1)
    model.bind(name, at: 2)
    model.bind(architecture, at: 3)
    let id = try connection.onlyInteger(model)
    let label = try connection.cached("INSERT INTO labels (model_id, label_index, name) VALUES (?, ?, ?)")
    for (index, name) in labels.enumerated() {
      label.bind(id, at: 1)
      label.bind(Int64(index), at: 2)
      label.bind(name, at: 3)
      try label.run()
    }
    return id
  }

  private func checkLabels(of id: Int64, in connection: Connection) throws {
    var stored: [String] = []
    let statement = try connection.cached("SELECT name FROM labels WHERE model_id = ? ORDER BY label_index")
    statement.bind(id, at: 1)
    try statement.forEachRow { stored.append($0.text(0) ?? "") }
    guard stored != labels else { return }
    let index = zip(stored, labels).enumerated().first { $0.element.0 != $0.element.1 }?.offset
    let difference =
      index.map { "label \($0) was '\(stored[$0])' and is now '\(labels[$0])'" }
      ?? "it had \(stored.count) labels and now has \(labels.count)"
    throw Failure(
      .badData, cannot: "store results of model", name,
      because: "the database knows it with other labels: \(difference)", remedy: "give another --database")
  }
}

extension Connection {
  /// What a statement with RETURNING gives; it is run to its end, so that it takes effect.
  fileprivate func onlyInteger(_ statement: Statement) throws -> Int64 {
    var value: Int64?
    try statement.forEachRow { value = $0.integer(0) }
    guard let value else { preconditionFailure("a statement with RETURNING gave no row") }
    return value
  }
}
