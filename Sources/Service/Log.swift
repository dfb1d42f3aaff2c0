import Glibc
import ShuffledCore

/// How much a line matters; the numbers are syslog's.
public enum LogPriority: Int, Sendable, Comparable {
  case error = 3
  case warning = 4
  case notice = 5
  case info = 6
  case debug = 7

  public static func < (a: LogPriority, b: LogPriority) -> Bool { a.rawValue < b.rawValue }
}

/// Lines for whoever looks after the service, on standard error. Under systemd each begins with its priority (sd-daemon(3)), which the
/// journal takes off; otherwise with the time. What is secret is masked, control characters are replaced. Any thread; a line is one write.
public struct Log: Sendable {
  public enum Style: Sendable { case journal, plain }

  private let style: Style
  private let mask: @Sendable (String) -> String
  private let write: @Sendable (String) -> Void
  private let now: @Sendable () -> WallTime

  /// - Parameters:
  ///   - mask: takes secrets out of a line.
  ///   - write: takes one line with its newline.
  public init(
    _ style: Style, mask: @escaping @Sendable (String) -> String = { $0 },
    now: @escaping @Sendable () -> WallTime = { .now() }, write: @escaping @Sendable (String) -> Void
  ) {
    self.style = style
    self.mask = mask
    self.write = write
    self.now = now
  }

  /// - Parameter stream: whose line it is; nil: of the service as a whole.
  public func callAsFunction(_ priority: LogPriority, stream: String? = nil, _ text: String) {
    let line = mask((stream.map { "\($0): " } ?? "") + text)
    let clean = String(line.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7f ? " " : Character($0) })
    switch style {
    case .journal: write("<\(priority.rawValue)>\(clean)\n")
    case .plain: write("\(now().rfc3339) \(priority) \(clean)\n")
    }
  }
}
