import Configuration
import Service
import ShuffledCore
import Synchronization

/// The service's log: to the journal where that reads it, otherwise as plain lines; with all secrets masked that any configuration
/// had since the process began.
final class ServiceLog: Sendable {
  private let secrets = Mutex<(all: [Secret], mask: SecretMask)>(([], SecretMask([])))
  private let diagnostics: Diagnostics
  private let style: Log.Style

  init(_ context: Context) {
    diagnostics = context.diagnostics
    // systemd sets it for those whose output the journal reads.
    style = context.environment["JOURNAL_STREAM"] == nil ? .plain : .journal
  }

  var log: Log {
    let diagnostics = diagnostics
    return Log(style, mask: { [self] in mask.masked($0) }, write: { diagnostics.write($0) })
  }

  /// Says why the service cannot go on: as every command does, or to the journal.
  func report(_ failure: Failure) {
    switch style {
    case .journal: log(.error, failure.description)
    case .plain: diagnostics.report(failure)
    }
  }

  var mask: SecretMask { secrets.withLock(\.mask) }

  func hide(_ more: [Secret]) {
    secrets.withLock { secrets in
      secrets.all += more.filter { !secrets.all.contains($0) }
      secrets.mask = SecretMask(secrets.all)
    }
  }
}
