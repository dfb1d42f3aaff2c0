import Downloads
import Foundation
import Glibc
import ShuffledCore
import TestSupport
import Testing

/// Downloads that succeed at once, and what is left of them.
@Suite struct DownloadTests {
  let folder: Folder
  let body = content(300_000)

  init() throws { folder = try Folder() }

  private func expectWhole(_ outcome: Download.Outcome, at location: SourceLocation = #_sourceLocation) throws
  {
    #expect(outcome == .complete(sha256: sha256(body), size: 300_000), sourceLocation: location)
    #expect(try folder.data("model.pth") == body, sourceLocation: location)
    #expect(try folder.names() == ["model.pth"], sourceLocation: location)
  }

  @Test func aFileOfKnownLength() throws {
    let server = LoopbackServer(.whole(body, ["ETag: \"1\""]))
    var reports: [DownloadProgress] = []
    try expectWhole(try folder.fetch(server.url(), sha256: sha256(body), progress: { reports.append($0) }))
    #expect(reports.last == DownloadProgress(received: 300_000, total: 300_000))
    #expect(reports.allSatisfy { $0.total == 300_000 })
    #expect(zip(reports, reports.dropFirst()).allSatisfy { $0.received <= $1.received })
    #expect(server.requests.count == 1)
    #expect(server.requests.first?.first == "GET /model.pth HTTP/1.1")
    #expect(server.field("User-Agent", 0) == "shuffled")
    #expect(server.field("Range", 0) == nil)
  }

  /// One that ends with the connection, and one in chunks.
  @Test func filesOfUnknownLength() throws {
    let size = String(body.count, radix: 16)
    let chunks = Data("\(size)\r\n".utf8) + body + Data("\r\n0\r\n\r\n".utf8)
    for answer in [
      LoopbackServer.Answer("200 OK", [], body),
      LoopbackServer.Answer("200 OK", ["Transfer-Encoding: chunked"], chunks),
    ] {
      let server = LoopbackServer(answer)
      var last: DownloadProgress?
      try expectWhole(try folder.fetch(server.url(), progress: { last = $0 }))
      #expect(last == DownloadProgress(received: 300_000, total: nil))
    }
  }

  /// The beginning of a hash is enough, as torchvision's file names have it.
  @Test(arguments: [1, 10, 64]) func theBeginningOfTheHash(count: Int) throws {
    let server = LoopbackServer(.whole(body))
    try expectWhole(try folder.fetch(server.url(), sha256: sha256(body).prefix(count).uppercased()))
  }

  @Test func anEmptyFile() throws {
    let server = LoopbackServer(.whole(Data()))
    #expect(try folder.fetch(server.url()) == .complete(sha256: sha256(Data()), size: 0))
    #expect(try folder.data("model.pth") == Data())
    #expect(try folder.names() == ["model.pth"])
  }

  @Test func anOlderFileIsReplaced() throws {
    try folder.write("old", to: "model.pth")
    let server = LoopbackServer(.whole(body))
    try expectWhole(try folder.fetch(server.url()))
  }

  @Test func anInterimAnswerIsNone() throws {
    var answer = LoopbackServer.Answer.whole(body)
    answer.bytes =
      Data("HTTP/1.1 103 Early Hints\r\nETag: \"no\"\r\nContent-Length: 5\r\n\r\n".utf8) + answer.bytes
    let server = LoopbackServer(answer)
    try expectWhole(try folder.fetch(server.url()))
  }

  @Test func aFileURL() throws {
    try folder.write(body, to: "a source.bin")
    defer { unlink(folder.file("a source.bin")) }
    var last: DownloadProgress?
    let url = "file://\(folder.path)/a%20source.bin"
    #expect(try folder.fetch(url, progress: { last = $0 }) == .complete(sha256: sha256(body), size: 300_000))
    #expect(last == DownloadProgress(received: 300_000, total: 300_000))
    #expect(try folder.data("model.pth") == body)
    #expect(try folder.names() == ["a source.bin", "model.pth"])
    #expect(try folder.fetch(url, isCancelled: { true }) == .cancelled)
    folder.expect(
      url, .badData, "it has more than 299999 bytes, the most that are taken",
      limits: Download.Limits(size: 299_999))
    #expect(try folder.names() == ["a source.bin", "model.pth"])
    try folder.write(Data(), to: "a source.bin")
    #expect(try folder.fetch(url) == .complete(sha256: sha256(Data()), size: 0))
  }

  @Test func aFileURLOfNoFile() throws {
    let missing = "file://\(folder.path)/no.bin"
    folder.expect(missing, .noInput, "no such file (check the address)")
    folder.expect("file://\(folder.path)", .noInput, "it is not a regular file (check the address)")
    mkfifo(folder.file("pipe"), 0o600)
    folder.expect("file://\(folder.path)/pipe", .noInput, "it is not a regular file (check the address)")
    #expect(try folder.names() == ["pipe"])
  }

  @Test func redirectsAreFollowed() throws {
    let second = LoopbackServer(.redirect("elsewhere?token=1"), .whole(body))
    let first = LoopbackServer(
      .redirect("/b", status: "301 Moved Permanently"), .redirect("c", status: "303 See Other"),
      .redirect(second.url("/d/e"), status: "307 Temporary Redirect"))
    try expectWhole(try folder.fetch(first.url("/a", user: "user:secret@")))
    #expect(first.requests.map { $0[0] } == ["/a", "/b", "/c"].map { "GET \($0) HTTP/1.1" })
    #expect(second.requests.map { $0[0] } == ["/d/e", "/d/elsewhere?token=1"].map { "GET \($0) HTTP/1.1" })
    // The password stays with the server that it is for.
    for index in 0..<3 { #expect(first.field("Authorization", index) == "Basic dXNlcjpzZWNyZXQ=") }
    for index in 0..<2 { #expect(second.field("Authorization", index) == nil) }
  }
}
