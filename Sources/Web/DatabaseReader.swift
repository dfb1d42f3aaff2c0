import ShuffledCore
import Store
import Synchronization

/// Reads the database that a service writes, without holding it up: on connections of its own, each answer of one moment, and no
/// answer longer than `limit`. Any thread.
public final class DatabaseReader: Sendable {
  private struct State {
    var idle: [Database] = []
    var isStopping = false
  }

  private let path: String
  private let limit: Duration
  private let state = Mutex(State())

  public init(path: String, limit: Duration = .seconds(10)) {
    self.path = path
    self.limit = limit
  }

  /// Blocks. Throws what `body` throws, and `Failure` where the database cannot be read, the time is over, or `stop` was called.
  func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
    let idle = state.withLock { $0.idle.popLast() }
    let database = try idle ?? Database.openForReading(path: path)
    var isUsable = false
    // One that failed is not trusted again.
    defer { if isUsable { give(back: database) } else { database.close() } }
    let deadline = Instant.now + limit
    let result: Result?
    do {
      result = try database.atOneMoment(
        isCancelled: { [self] in .now > deadline || state.withLock(\.isStopping) }, { try body(database) })
      isUsable = true
    } catch let failure as Failure {
      isUsable = failure.kind == .usage
      throw failure
    }
    guard let result else {
      throw Failure(
        .unavailable, cannot: "read database", path,
        because: state.withLock(\.isStopping)
          ? "the service stops" : "it took more than \(Int(limit.seconds)) s",
        remedy: "ask for less: a stream, or a shorter time")
    }
    return result
  }

  private func give(back database: Database) {
    let isKept = state.withLock { state in
      guard !state.isStopping else { return false }
      state.idle.append(database)
      return true
    }
    if !isKept { database.close() }
  }

  /// Ends what is being read, and closes the connections that nobody uses.
  public func stop() {
    let idle = state.withLock { state in
      state.isStopping = true
      defer { state.idle = [] }
      return state.idle
    }
    for database in idle { database.close() }
  }
}
