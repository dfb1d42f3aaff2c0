/// A request for something. Values only; any thread.
public struct HTTPRequest: Equatable, Sendable {
  public enum Method: String, Sendable {
    case get = "GET"
    /// Answered as GET is; the body stays here.
    case head = "HEAD"
    /// What a browser asks before it lets another site's page ask.
    case options = "OPTIONS"
  }

  public struct Parameter: Equatable, Sendable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  public var method: Method
  /// Percent-decoded, beginning with `/`.
  public var path: String
  /// What follows the question mark, percent-decoded, in order; a name may be there more than once.
  public var query: [Parameter]
  /// In order; a name may be there more than once.
  public var headers: [Parameter]
  /// Whether it came over a Unix-domain socket: from somebody whom the socket's mode lets in.
  public var isLocalSocket: Bool

  public init(
    method: Method = .get, path: String, query: [Parameter] = [], headers: [Parameter] = [],
    isLocalSocket: Bool = true
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.isLocalSocket = isLocalSocket
  }

  /// The first header of this name, whatever its case.
  public func header(_ name: String) -> String? {
    let wanted = name.lowercased()
    return headers.first { $0.name.lowercased() == wanted }?.value
  }
}
