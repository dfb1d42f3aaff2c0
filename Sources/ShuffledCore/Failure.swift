/// What went wrong, told so that one line on standard error is enough: what was tried, on which thing,
/// why it failed and what to do about it. Text is made from it at the edge only (`description`).
public struct Failure: Error, Equatable, Sendable, CustomStringConvertible {
  /// What kind of fault it is; each kind has one exit code, those of BSD's sysexits.h.
  public enum Kind: Int32, Sendable, CaseIterable {
    case failed = 1
    case usage = 64
    case badData = 65
    case noInput = 66
    case unavailable = 69
    case inputOutput = 74
    case badConfiguration = 78

    public var exitCode: Int32 { rawValue }
  }

  public var kind: Kind
  /// A verb phrase that follows "cannot": `open video`.
  public var operation: String
  /// The thing it was done to; quoted in the text. Never holds a password.
  public var subject: String?
  /// Why: `no such file`.
  public var cause: String
  /// What a person can do: `check the path`.
  public var remedy: String?
  /// The same may go well later, without anything changed here: there was no space, or another program had a lock.
  public var isTemporary = false

  public init(
    _ kind: Kind, cannot operation: String, _ subject: String? = nil, because cause: String,
    remedy: String? = nil
  ) {
    self.kind = kind
    self.operation = operation
    self.subject = subject
    self.cause = cause
    self.remedy = remedy
  }

  /// One line: `cannot open video 'gate.mp4': no such file (check the path)`.
  public var description: String {
    var line = "cannot \(operation)"
    if let subject { line += " '\(subject)'" }
    line += ": \(cause)"
    if let remedy { line += " (\(remedy))" }
    return String(line.map { $0.isNewline ? " " : $0 })
  }
}
