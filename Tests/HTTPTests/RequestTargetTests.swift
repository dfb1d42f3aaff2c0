import HTTP
import Testing

@Suite struct RequestTargetTests {
  typealias Parameter = HTTPRequest.Parameter

  static let targets: [(text: String, path: String, query: [Parameter])] = [
    ("/", "/", []),
    ("/api/v1/status", "/api/v1/status", []),
    ("/a%20b/%C3%A9+c", "/a b/é+c", []),
    ("/?", "/", []),
    ("/s?stream=gate", "/s", [Parameter("stream", "gate")]),
    (
      "/s?a=1&&b&c=&a=x%3Dy+z%26#part", "/s",
      [Parameter("a", "1"), Parameter("b", ""), Parameter("c", ""), Parameter("a", "x=y z&")]
    ),
    ("/a?b=c?d=e", "/a", [Parameter("b", "c?d=e")]),
    ("/../etc/passwd", "/../etc/passwd", []),
    ("http://localhost/api?x=1", "/api", [Parameter("x", "1")]),
    ("HTTP://[::1]:80/api", "/api", []),
  ]

  @Test(arguments: targets) func parts(text: String, path: String, query: [Parameter]) throws {
    let target = try #require(RequestTarget(text))
    #expect(target.path == path && target.query == query)
  }

  @Test(arguments: [
    "", "*", "api", "http://localhost", "https://localhost/", "/%", "/%4", "/%4g", "/%zz", "/%00", "/%ff",
    "/a?b=%", "/a?b=%00", "/a?%c3=1", "?a=b",
  ])
  func whatIsNoPath(text: String) { #expect(RequestTarget(text) == nil) }

  @Test func headersAreFoundByName() {
    let request = HTTPRequest(
      path: "/", headers: [Parameter("Accept-Encoding", "gzip"), Parameter("accept-encoding", "br")])
    #expect(request.header("ACCEPT-encoding") == "gzip" && request.header("accept") == nil)
  }
}
