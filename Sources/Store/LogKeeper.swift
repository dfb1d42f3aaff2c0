import CSQLite
import ShuffledCore

/// Keeps a connection's write-ahead log short, in place of SQLite's automatic checkpoint, which keeps a failed sync to
/// itself and lets readers that follow each other closely hold it up for ever. Used like its connection, and not after
/// that is closed.
final class LogKeeper {
  private let handle: OpaquePointer
  /// How many pages the log has since the last commit; SQLite's hook writes it.
  private let pages = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
  /// At so many pages readers are waited for.
  private var nextRestart = LogKeeper.restartPages
  private var isTold = false

  /// A log of so many pages (4 MB) is brought into the file; SQLite's own number.
  private static let checkpointPages: Int32 = 1_000
  /// Each so many pages (32 MB) new readers wait a moment for the old ones, so that the log can begin anew.
  private static let restartPages: Int32 = 8_192
  /// A log of so many pages (64 MB) is told of.
  private static let toldPages: Int32 = 16_384
  /// Longer than any page of a query of ours takes, in milliseconds.
  private static let patience: Int32 = 250

  init(_ handle: OpaquePointer) {
    self.handle = handle
    pages.initialize(to: 0)
  }

  deinit { pages.deallocate() }

  /// Once the connection is open.
  func start() {
    sqlite3_wal_hook(
      handle,
      { context, _, _, pages in
        context?.assumingMemoryBound(to: Int32.self).pointee = pages
        return SQLITE_OK
      }, pages)
  }

  /// What came of a commit's checkpoint.
  enum Outcome {
    case done
    /// SQLite's code, which is an error.
    case failed(Int32)
    /// A reader has held it up for so long that somebody should know; said once until the log is short again.
    case held(bytes: Int64)
  }

  /// Moves what no reader needs any more from the log to the file, where it is time for that. Blocks for that long, and
  /// for at most 0.25 s where readers hold it up.
  /// - Parameter busyTimeout: the connection's, in milliseconds.
  func checkpointIfDue(busyTimeout: Int32) -> Outcome {
    let pages = pages.pointee
    if pages < Self.restartPages { (nextRestart, isTold) = (Self.restartPages, false) }
    guard pages >= Self.checkpointPages else { return .done }
    guard pages >= nextRestart else { return outcome(checkpoint(SQLITE_CHECKPOINT_PASSIVE)) }
    sqlite3_busy_timeout(handle, Self.patience)
    let code = checkpoint(SQLITE_CHECKPOINT_RESTART)
    sqlite3_busy_timeout(handle, busyTimeout)
    guard code & 0xff == SQLITE_BUSY else { return outcome(code) }
    nextRestart = pages + Self.restartPages
    guard pages >= Self.toldPages, !isTold else { return .done }
    isTold = true
    return .held(bytes: Int64(pages) * 4_096)
  }

  private func checkpoint(_ mode: Int32) -> Int32 { sqlite3_wal_checkpoint_v2(handle, nil, mode, nil, nil) }

  private func outcome(_ code: Int32) -> Outcome {
    // Busy: a reader still needs the log, or another program has it. The next commit tries again, as it does without
    // space: the rows are in the log.
    code == SQLITE_OK || code & 0xff == SQLITE_BUSY || SQLiteFault(code, on: handle).isNoSpace
      ? .done : .failed(code)
  }
}
