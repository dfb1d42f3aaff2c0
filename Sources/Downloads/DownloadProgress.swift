/// How far a download is.
public struct DownloadProgress: Equatable, Sendable {
  /// Bytes that are there, with those of an earlier time.
  public var received: Int64
  /// Bytes of the whole file, where the server says so.
  public var total: Int64?

  public init(received: Int64, total: Int64?) {
    self.received = received
    self.total = total
  }
}
