import ShuffledCore

/// Why a stream's source could not be opened, or goes on no more.
public struct SourceProblem: Error, Equatable, Sendable {
  public enum Kind: String, Sendable, CaseIterable {
    /// Nobody listens there, or there is no way there. Whether that has changed can be found out by knocking.
    case unreachable
    /// It answers nothing, or sends nothing any more.
    case silent
    /// It wants another password.
    case denied
    /// It does not have what is asked for.
    case missing
    /// It said goodbye, or was cut off.
    case ended
    case other
  }

  public var kind: Kind
  /// One line, without passwords.
  public var text: String

  public init(_ kind: Kind, _ text: String) {
    self.kind = kind
    self.text = text
  }
}
