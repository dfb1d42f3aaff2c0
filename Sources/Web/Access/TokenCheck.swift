import HTTP
import ShuffledCore

/// Whether who asks over the network knows the secret: RFC 6750's `Authorization: Bearer ...`.
enum TokenCheck {
  /// Takes as long for any wrong token of a length, wherever it differs.
  static func allows(_ request: HTTPRequest, _ token: Secret) -> Bool {
    guard let header = request.header("Authorization") else { return false }
    let parts = header.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return false }
    return isSame(Array(token.revealed.utf8), Array(parts[1].utf8))
  }

  private static func isSame(_ token: [UInt8], _ other: [UInt8]) -> Bool {
    // Only the length can be told by time: it decides how many bytes are compared.
    guard other.count == token.count else { return false }
    return zip(token, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
