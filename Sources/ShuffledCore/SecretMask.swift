/// Takes secrets out of lines that people see.
public struct SecretMask: Sendable {
  /// What stands for one.
  public static let shown = "***"

  /// Shorter ones would take away parts of words.
  private static let shortest = 4

  private let secrets: [String]

  /// Of the secrets, also as addresses write them.
  public init(_ secrets: [Secret]) {
    let texts = secrets.map(\.revealed)
    // The longest first: one may be part of another.
    self.secrets = Set(texts + texts.map { PercentEncoding.encode($0) }).filter { $0.count >= Self.shortest }
      .sorted { ($1.count, $0) < ($0.count, $1) }
  }

  public func masked(_ line: String) -> String {
    secrets.reduce(line) { line, secret in
      line.contains(secret)
        ? line.split(separator: secret, omittingEmptySubsequences: false).joined(separator: Self.shown) : line
    }
  }
}
