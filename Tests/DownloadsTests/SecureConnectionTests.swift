import Downloads
import Foundation
import ShuffledCore
import TestSupport
import Testing

/// Who is trusted, and that a secure connection stays one.
@Suite(.enabled(if: hasCommand("openssl"), "openssl is not installed (make test does it)"))
struct SecureConnectionTests {
  let folder: Folder
  /// The server's files.
  let answers: Folder
  let server: SecureServer
  let body = content(100_000)

  init() throws {
    folder = try Folder()
    answers = try Folder()
    server = try SecureServer(in: answers)
  }

  private var trusting: Download.Limits {
    var limits = Download.Limits()
    limits.certificates = server.certificate
    return limits
  }

  private func write(_ answer: LoopbackServer.Answer, to name: String) throws {
    try answers.write(answer.bytes, to: name)
  }

  @Test func aServerThatIsTrusted() throws {
    try write(.whole(body), to: "model.pth")
    #expect(
      try folder.fetch(server.url("/model.pth"), sha256: sha256(body), limits: trusting)
        == .complete(sha256: sha256(body), size: 100_000))
    #expect(try folder.data("model.pth") == body)
  }

  @Test func aServerThatNobodyVouchesFor() throws {
    try write(.whole(body), to: "model.pth")
    folder.expect(
      server.url("/model.pth"), .unavailable,
      "the server is not trusted: SSL certificate problem: self-signed certificate "
        + "(check the address and this computer's clock)")
    #expect(try folder.names() == [])
  }

  /// The certificate is for 127.0.0.1 only.
  @Test func aServerOfAnotherName() throws {
    try write(.whole(body), to: "model.pth")
    let url = server.url("/model.pth").replacing("127.0.0.1", with: "localhost")
    folder.expect(
      url, .unavailable,
      "the server is not trusted: SSL: no alternative certificate subject name matches target host name 'localhost' "
        + "(check the address and this computer's clock)", limits: trusting)
    #expect(try folder.names() == [])
  }

  @Test func aRedirectAwayFromIt() throws {
    let plain = LoopbackServer(.whole(body))
    try write(.redirect(plain.url("/a?secret")), to: "away")
    folder.expect(
      server.url("/away"), .unavailable,
      "the server redirects to '\(plain.url("/a"))?...', away from a secure connection", limits: trusting)
    #expect(plain.requests.isEmpty)
    #expect(try folder.names() == [])
  }

  @Test func aRedirectToItAndOn() throws {
    try write(.redirect("model.pth"), to: "on")
    try write(.whole(body), to: "model.pth")
    let plain = LoopbackServer(.redirect(server.url("/on")))
    #expect(
      try folder.fetch(plain.url(), limits: trusting) == .complete(sha256: sha256(body), size: 100_000))
  }
}
