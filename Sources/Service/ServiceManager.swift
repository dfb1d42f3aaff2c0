import CSystemd
import Glibc
import ShuffledCore

/// What starts, watches and stops the service: systemd, where it did, by sd_notify(3); otherwise nobody, and nothing is said. Any thread.
public struct ServiceManager: Sendable {
  /// How often the watchdog wants to hear of progress at least; nil: it does not.
  public let watchdogInterval: Duration?

  /// Looks at the environment that systemd gave.
  public init() {
    var microseconds: UInt64 = 0
    watchdogInterval =
      sd_watchdog_enabled(0, &microseconds) > 0 ? .microseconds(Int64(clamping: microseconds)) : nil
  }

  /// Database and models are open, streams are being watched.
  public func ready(_ status: String) { notify("READY=1\nSTATUS=\(Self.line(status))") }

  /// One line for `systemctl status`.
  public func status(_ text: String) { notify("STATUS=\(Self.line(text))") }

  public func reloading() { notify("RELOADING=1\nSTATUS=reading the configuration again") }

  public func stopping(_ reason: String) { notify("STOPPING=1\nSTATUS=\(Self.line(reason))") }

  /// To be called only when there was progress.
  public func feedWatchdog() { notify("WATCHDOG=1") }

  private func notify(_ state: String) { _ = sd_notify(0, state) }

  private static func line(_ text: String) -> String { String(text.map { $0.isNewline ? " " : $0 }) }
}
