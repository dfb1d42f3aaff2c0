import HTTP
import ShuffledCore

/// The secret that who asks over the network has to know.
public struct BearerToken: Equatable, Sendable, CustomStringConvertible, CustomReflectable {
  private let bytes: [UInt8]

  public init(_ text: String) { bytes = Array(text.utf8) }

  public var description: String { "***" }
  public var customMirror: Mirror { Mirror(self, children: []) }

  /// Whether a request's `Authorization` is `Bearer` and this token. Takes as long for any wrong token of a length, wherever it
  /// differs.
  func isIn(_ request: HTTPRequest) -> Bool {
    guard let header = request.header("Authorization") else { return false }
    let parts = header.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return false }
    return isSame(as: Array(parts[1].utf8))
  }

  private func isSame(as other: [UInt8]) -> Bool {
    // Only the length can be told by time: it decides how many bytes are compared.
    var difference = UInt8(other.count == bytes.count ? 0 : 1)
    for index in other.indices { difference |= other[index] ^ bytes[index % max(1, bytes.count)] }
    return difference == 0
  }
}
