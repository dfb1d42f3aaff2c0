import ShuffledCore

/// Why a live source could not be opened or cannot go on: the kind for programs, which decide by it when to try
/// again, the failure for people.
public struct SourceFailure: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Kind: String, Sendable, CaseIterable {
    /// Somebody is there, but nobody listens.
    case refused
    /// No such host, or no way to it.
    case unreachable
    /// No answer while connecting.
    case timedOut
    /// No frame in time.
    case silent
    /// 401, 403: a wrong password, or none.
    case unauthorized
    /// 404, or no such device.
    case notFound
    /// The other side closed the connection, or the stream is over.
    case ended
    /// The connection broke.
    case reset
    /// What came is no video that can be decoded.
    case badData
    case interrupted
    case other
  }

  public var kind: Kind
  public var failure: Failure
  public var description: String { failure.description }

  public init(_ kind: Kind, _ failure: Failure) {
    self.kind = kind
    self.failure = failure
  }
}
