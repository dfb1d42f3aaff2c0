import Downloads
import Foundation
import ShuffledCore
import TestSupport
import Testing

/// Which URLs are taken, and what is shown of them.
@Suite struct AddressTests {
  @Test(arguments: [
    ("https://user:secret@host/", "https://host/"),
    ("https://secret@host:8443/a/b.pth", "https://host:8443/a/b.pth"),
    ("HTTP://user:s%40cret@host/a?token=secret#secret", "http://host/a?..."),
    ("file:///models/a%20b.pth", "file:///models/a%20b.pth"),
  ])
  func secretsAreNotShown(url: String, shown: String) throws {
    #expect(try Download(from: url, to: "x").shownURL == shown)
  }

  /// In a failure of the server too.
  @Test func aSecretIsNotInAMessage() throws {
    let server = LoopbackServer(.init("404 Not Found", ["Content-Length: 0"]))
    try Folder().expect(
      server.url("/a?key=secret", user: "user:secret@"), .noInput,
      "the server answered 404 (check the address)", shown: server.url("/a?..."))
    #expect(server.field("Authorization", 0) == "Basic dXNlcjpzZWNyZXQ=")
    #expect(server.requests.first?.first == "GET /a?key=secret HTTP/1.1")
  }

  @Test(arguments: [
    ("", "", "it is not a URL"),
    ("model.pth", "model.pth", "it is not a URL"),
    ("/models/a.pth", "/models/a.pth", "it is not a URL"),
    ("https://user:secret@ho st/a?secret", "...@ho st/a", "it is not a URL"),
    ("https://host/a\u{0}b", "https://host/a\u{0}b", "it is not a URL"),
    ("file://host/a", "file://host/a", "it is not a URL"),
    ("ftp://user:secret@host/a", "ftp://host/a", "'ftp' URLs are not taken"),
    ("s3://bucket/a", "s3://bucket/a", "'s3' URLs are not taken"),
  ])
  func othersAreRefused(url: String, shown: String, cause: String) {
    let refused = #expect(throws: Failure.self) { try Download(from: url, to: "x") }
    #expect(
      refused?.description
        == "cannot download '\(shown)': \(cause) (give one that begins with https://, http:// or file://)")
    #expect(refused?.kind == .usage)
  }

  @Test(arguments: ["", "xyz", "5666bf0f8g", String(repeating: "0", count: 65)])
  func digitsThatAreNone(digits: String) {
    let refused = #expect(throws: Failure.self) {
      try Download(from: "https://host/a", to: "x", sha256: digits)
    }
    #expect(
      refused?.description
        == "cannot download 'https://host/a': '\(digits)' does not begin a SHA-256 "
        + "(give up to 64 hexadecimal digits)")
    #expect(refused?.kind == .usage)
  }
}
