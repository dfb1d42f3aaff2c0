import HTTP
import ShuffledCore
import Testing
import Web

@Suite struct AccessTests {
  private func request(
    _ headers: [(String, String)] = [], method: HTTPRequest.Method = .get, isLocalSocket: Bool = false
  ) -> HTTPRequest {
    HTTPRequest(
      method: method, path: "/x", headers: headers.map { HTTPRequest.Parameter($0.0, $0.1) },
      isLocalSocket: isLocalSocket)
  }

  private let locked = Access(token: Secret("0123456789abcdef"))

  @Test func withoutATokenWhoAsksIsAnswered() {
    #expect(Access().refusal(of: request(), isPublic: false) == nil)
  }

  @Test(arguments: [
    ("Bearer 0123456789abcdef", true), ("bearer 0123456789abcdef", true), ("Bearer 0123456789abcdeF", false),
    ("Bearer 0123456789abcde", false), ("Bearer 0123456789abcdef0", false), ("Bearer ", false),
    ("Basic 0123456789abcdef", false), ("0123456789abcdef", false),
    ("Bearer 0123456789abcdef0123456789abcdef", false),
  ])
  func onlyTheTokenItselfOpens(header: String, isAllowed: Bool) {
    let refusal = locked.refusal(of: request([("authorization", header)]), isPublic: false)
    #expect((refusal == nil) == isAllowed)
    if let refusal {
      #expect(refusal.status == 401)
      #expect(String(decoding: refusal.body, as: UTF8.self) == "{\"error\":\"the token is wrong\"}\n")
    }
  }

  @Test func aMissingTokenIsAskedFor() throws {
    let refusal = try #require(locked.refusal(of: request(), isPublic: false))
    #expect(refusal.status == 401)
    #expect(String(decoding: refusal.body, as: UTF8.self) == "{\"error\":\"a token is needed\"}\n")
    #expect(refusal.headers == [HTTPRequest.Parameter("WWW-Authenticate", "Bearer realm=\"shuffled\"")])
    #expect(locked.refusal(of: request(), isPublic: true) == nil)
    #expect(locked.refusal(of: request(isLocalSocket: true), isPublic: false) == nil)
  }

  @Test func theTokenIsInNoText() {
    let token = Secret("0123456789abcdef")
    var dumped = ""
    dump(token, to: &dumped)
    for text in ["\(token)", String(reflecting: token), dumped] {
      #expect(!text.contains("0123") && !text.contains("48"), "\(text)")
    }
  }

  @Test func namesThatAreNotOursAreRefused() throws {
    let refusal = try #require(Access().refusal(of: request([("Host", "evil.example")]), isPublic: true))
    #expect(refusal.status == 403)
    #expect(Access().refusal(of: request([("Host", "127.0.0.1:9470")]), isPublic: true) == nil)
    let proxied = Access(hosts: ["cameras.example"])
    #expect(proxied.refusal(of: request([("Host", "Cameras.example:8443")]), isPublic: false) == nil)
    #expect(proxied.refusal(of: request([("Host", "cameras.example.evil")]), isPublic: false)?.status == 403)
  }

  @Test func otherSitesAskOnlyWhereTheyMay() throws {
    let from = [("Origin", "https://grafana.example")]
    let preflight = request(from, method: .options)
    #expect(Access().refusal(of: preflight, isPublic: false)?.status == 405)
    let open = Access(token: Secret("0123456789abcdef"), origins: ["https://grafana.example"])
    let answer = open.secured(
      try #require(open.refusal(of: preflight, isPublic: false)), to: preflight)
    #expect(answer.status == 204)
    let headers = Dictionary(answer.headers.map { ($0.name, $0.value) }) { first, _ in first }
    #expect(headers["Access-Control-Allow-Origin"] == "https://grafana.example")
    #expect(headers["Access-Control-Allow-Methods"] == "GET, HEAD")
    #expect(headers["Vary"] == "Origin")
    let other = request([("Origin", "https://evil.example")])
    let plain = open.secured(HTTPResponse(json: "1"), to: other)
    #expect(!plain.headers.contains { $0.name.hasPrefix("Access-Control") })
    #expect(plain.headers.contains(HTTPRequest.Parameter("Cross-Origin-Resource-Policy", "same-origin")))
    #expect(
      open.refusal(of: request([("Origin", "https://evil.example")], method: .options), isPublic: true)?
        .status == 405)
  }

  /// It could not read the answer, but cause the work of it. Who follows a link to the page is welcome.
  @Test func otherSitesPagesCauseNoWork() {
    let crossing = request([("Sec-Fetch-Site", "cross-site")])
    #expect(Access().refusal(of: crossing, isPublic: false)?.status == 403)
    #expect(Access().refusal(of: crossing, isPublic: true) == nil)
    #expect(Access().refusal(of: request([("Sec-Fetch-Site", "same-origin")]), isPublic: false) == nil)
    let allowed = request([("Sec-Fetch-Site", "cross-site"), ("Origin", "https://grafana.example")])
    #expect(Access(origins: ["https://grafana.example"]).refusal(of: allowed, isPublic: false) == nil)
  }

  @Test func everyAnswerHasTheStrictPolicy() throws {
    let answer = Access().secured(HTTPResponse(json: "1"), to: request())
    let policy = try #require(answer.headers.first { $0.name == "Content-Security-Policy" }?.value)
    #expect(policy.hasPrefix("default-src 'none'; ") && !policy.contains("unsafe") && !policy.contains("*"))
  }
}
