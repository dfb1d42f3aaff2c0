import ShuffledCore
import Store

/// What all queries take: where to look, and which frames are meant.
enum QueryOptions {
  static let all = ofExport + how

  /// What `query export` takes of them.
  static let ofExport =
    scope + [
      Option("label", letter: "l", argument: "LABEL", "only frames whose most likely class this is"),
      Option(
        "min-confidence", letter: "c", argument: "P",
        "only frames whose most likely class is at least P (0 to 1) sure"),
    ] + when("frames decoded at", until: "frames decoded before")

  /// What the queries about runs, streams and models take.
  static let ofRuns = scope + when("runs under way at", until: "runs begun before") + how

  private static let scope = [
    DatabaseOption.option,
    Option("run", letter: "r", argument: "N", "only run N"),
    Option("stream", letter: "s", argument: "NAME", "only the stream of this name or source"),
  ]

  private static func when(_ since: String, until: String) -> [Option] {
    [
      Option(
        "since", argument: "TIME",
        "only \(since) TIME or later (RFC 3339, today, yesterday, or 90s, 15m, 2h, 3d ago)"),
      Option("until", argument: "TIME", "only \(until) TIME"),
    ]
  }

  private static let how = [
    Option("limit", letter: "n", argument: "N", "at most N rows"),
    Option("format", letter: "f", argument: "table|json|csv", "how to write results (default: table)"),
    sql,
  ]

  private static let sql = Option(
    "sql", "show the SQL that would be run, ready for sqlite3, and do not run it")

  static let details = """
    Times are wall-clock times, in UTC unless an offset is given; days, so 'today' and 'yesterday', begin at \
    midnight UTC. JSON is one object a line. The database may be in use meanwhile; reading never holds up the writer.

    Exit codes: 0 answered, also when nothing matched; 64 the database has no such run, stream or label; 66 there \
    is no such database; 74 it cannot be read.
    """

  static func filter(_ arguments: Arguments) throws -> QueryFilter {
    let now = WallTime.now()
    return QueryFilter(
      run: try arguments.integer("run", in: 1...Int.max).map(Int64.init), stream: arguments.text("stream"),
      label: arguments.text("label"), minConfidence: try arguments.number("min-confidence", in: 0...1),
      since: try arguments.moment("since", now: now), until: try arguments.moment("until", now: now))
  }

  static func limit(_ arguments: Arguments) throws -> Int? {
    try arguments.integer("limit", in: 1...Int.max)
  }

  /// Writes the SQL of `query`, if that was asked for instead of its answer.
  static func wroteSQL(of query: Query, _ arguments: Arguments, _ context: Context) throws -> Bool {
    guard arguments.has("sql") else { return false }
    let (filter, limit) = (try filter(arguments), try limit(arguments))
    let text = try withDatabase(arguments) { try $0.sql(of: query, matching: filter, limit: limit) }
    try context.output.write(text + "\n")
    return true
  }

  static func format(_ arguments: Arguments) throws -> OutputFormat {
    try arguments.choice("format", otherwise: .table)
  }

  /// Opens the database for as long as `body` needs it. Throws `Failure`.
  static func withDatabase<R>(_ arguments: Arguments, _ body: (Database) throws -> R) throws -> R {
    let database = try Database.openForReading(path: DatabaseOption.existingPath(arguments))
    defer { database.close() }
    return try body(database)
  }
}

/// Seconds of media time for people: `12.480`; `-` where there is none.
func mediaText(_ time: MediaTime?) -> String {
  time.map { decimal(Double($0.microseconds) / 1e6, 3) } ?? "-"
}

/// `2026-01-31T12:00:00Z`: whole seconds are enough for a person.
func secondsText(_ time: WallTime) -> String { String(time.rfc3339.prefix(19)) + "Z" }
