/// What a power cut may cost. A process that is killed loses nothing that was committed, with either.
public enum Durability: String, Sendable, CaseIterable {
  /// The commits since the last checkpoint may be gone; what is left is whole and in order. A commit waits for the
  /// disk only when it is time for a checkpoint.
  case normal
  /// Nothing that was committed is gone. Each commit waits for the disk.
  case full

  /// What SQLite calls it: the value of `PRAGMA synchronous`.
  var synchronous: String {
    switch self {
    case .normal: "NORMAL"
    case .full: "FULL"
    }
  }
}
