import HTTP
import ShuffledCore

/// Who may ask what, and what browsers are told to keep to.
public struct Access: Sendable {
  /// What who asks over the network has to know; nil: nothing.
  public var token: Secret?
  /// Names that this server is asked by, beside its own and its addresses.
  public var hosts: [String]
  /// Other sites whose pages may ask: `https://grafana.example`.
  public var origins: [String]

  public init(token: Secret? = nil, hosts: [String] = [], origins: [String] = []) {
    self.token = token
    self.hosts = hosts
    self.origins = origins
  }

  /// What the page may do: load itself, ask this server, show pictures that it got from it. Nothing of anybody else's, nothing inline.
  private static let contentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

  /// The answer to who may not ask; nil for who may.
  /// - isPublic: what tells nothing, such as the page without its data.
  package func refusal(of request: HTTPRequest, isPublic: Bool) -> HTTPResponse? {
    // Who may open the socket may ask.
    guard !request.isLocalSocket else { return request.method == .options ? .methodNotAllowed : nil }
    guard HostCheck.allows(request.header("Host"), hosts: hosts) else {
      return .error(403, "this is not the host that was asked for; ask by its address, or see 'http.hosts'")
    }
    if request.method == .options {
      return isAllowedOrigin(request) ? Self.preflight : .methodNotAllowed
    }
    // Another site's page could not read the answer, but cause the work of it.
    if !isPublic, request.header("Sec-Fetch-Site") == "cross-site", !isAllowedOrigin(request) {
      return .error(403, "another site's page asks; see 'http.allow_origins'")
    }
    guard !isPublic, !isTrusted(request) else { return nil }
    var refusal = HTTPResponse.error(
      401, request.header("Authorization") == nil ? "a token is needed" : "the token is wrong")
    refusal.headers = [HTTPRequest.Parameter("WWW-Authenticate", "Bearer realm=\"shuffled\"")]
    return refusal
  }

  /// Whether whoever asks may know everything.
  func isTrusted(_ request: HTTPRequest) -> Bool {
    request.isLocalSocket || token.map { TokenCheck.allows(request, $0) } ?? true
  }

  /// The answer with what browsers are to know.
  package func secured(_ response: HTTPResponse, to request: HTTPRequest) -> HTTPResponse {
    var response = response
    response.headers += [
      HTTPRequest.Parameter("Content-Security-Policy", Self.contentSecurityPolicy),
      HTTPRequest.Parameter("Referrer-Policy", "no-referrer"),
      HTTPRequest.Parameter("Cross-Origin-Opener-Policy", "same-origin"),
    ]
    if isAllowedOrigin(request), let origin = request.header("Origin") {
      response.headers += [
        HTTPRequest.Parameter("Access-Control-Allow-Origin", origin),
        HTTPRequest.Parameter("Access-Control-Expose-Headers", "ETag"),
      ]
    } else {
      response.headers.append(HTTPRequest.Parameter("Cross-Origin-Resource-Policy", "same-origin"))
    }
    // What is answered depends on it where some origins are allowed.
    if !origins.isEmpty { response.headers.append(HTTPRequest.Parameter("Vary", "Origin")) }
    return response
  }

  private func isAllowedOrigin(_ request: HTTPRequest) -> Bool {
    request.header("Origin").map(origins.contains) ?? false
  }

  private static var preflight: HTTPResponse {
    HTTPResponse(
      status: 204, contentType: "text/plain", body: [],
      headers: [
        HTTPRequest.Parameter("Access-Control-Allow-Methods", "GET, HEAD"),
        HTTPRequest.Parameter("Access-Control-Allow-Headers", "Authorization, If-None-Match, Last-Event-ID"),
        HTTPRequest.Parameter("Access-Control-Max-Age", "600"),
      ])
  }
}
