import Downloads
import Foundation
import Glibc
import ShuffledCore
import TestSupport
import Testing

/// Downloads that were cut off, and what the next one makes of the part.
@Suite struct ResumptionTests {
  typealias Answer = LoopbackServer.Answer

  let folder: Folder
  let body = content(300_000)
  /// What a server may call a version.
  static let versions = ["ETag: \"5666bf\"", "Last-Modified: Wed, 21 Oct 2015 07:28:00 GMT"]

  init() throws { folder = try Folder() }

  /// The first download ends after 100,000 bytes; the second, of the same server, is what follows.
  private func cutOff(_ fields: [String], then answers: Answer..., remedy: String = goesOn) throws
    -> LoopbackServer
  {
    let first = Answer.part(100_000, of: body, fields)
    let server =
      switch answers.count {
      case 0: LoopbackServer(first)
      case 1: LoopbackServer(first, answers[0])
      case 2: LoopbackServer(first, answers[0], answers[1])
      default: LoopbackServer(first, answers[0], answers[1], answers[2])
      }
    folder.expect(
      server.url(), .unavailable, "the connection was closed after 100000 of 300000 bytes \(remedy)")
    #expect(try folder.data(".model.pth.part") == body.prefix(100_000))
    return server
  }

  private func expectWhole(
    _ server: LoopbackServer, ranges: [String?], sha256 digits: String? = nil,
    at location: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try folder.fetch(server.url(), sha256: digits)
    #expect(outcome == .complete(sha256: sha256(body), size: 300_000), sourceLocation: location)
    #expect(try folder.data("model.pth") == body, sourceLocation: location)
    #expect(try folder.names() == ["model.pth"], sourceLocation: location)
    #expect((0..<server.requests.count).map { server.field("Range", $0) } == ranges, sourceLocation: location)
  }

  @Test(arguments: versions) func itGoesOnWhereItStopped(version: String) throws {
    let server = try cutOff([version], then: .rest(after: 100_000, of: body, [version]))
    #expect(try folder.names() == [".model.pth.part", ".model.pth.part.version"])
    var reports: [DownloadProgress] = []
    let outcome = try folder.fetch(server.url(), progress: { reports.append($0) })
    #expect(outcome == .complete(sha256: sha256(body), size: 300_000))
    #expect(try folder.data("model.pth") == body)
    #expect(try folder.names() == ["model.pth"])
    #expect(server.field("Range", 1) == "bytes=100000-")
    #expect(server.field("If-Range", 1) == version.components(separatedBy: ": ")[1])
    #expect(reports.last == DownloadProgress(received: 300_000, total: 300_000))
    #expect(reports.allSatisfy { $0.received > 100_000 && $0.total == 300_000 })
  }

  @Test func itIsCutOffAgainAndAgain() throws {
    let tag = Self.versions[0]
    var second = Answer.rest(after: 100_000, of: body, [tag])
    second.bytes.removeLast(150_000)
    let server = try cutOff([tag], then: second, .rest(after: 150_000, of: body, [tag]))
    folder.expect(
      server.url(), .unavailable, "the connection was closed after 150000 of 300000 bytes \(goesOn)")
    try expectWhole(server, ranges: [nil, "bytes=100000-", "bytes=150000-"])
  }

  /// A server that has another version, or knows nothing of ranges, sends all of it.
  @Test func theServerBeginsAnew() throws {
    let server = try cutOff(["ETag: \"old\""], then: .whole(body, ["ETag: \"new\""]))
    try expectWhole(server, ranges: [nil, "bytes=100000-"])
  }

  /// Without a name that tells versions apart, there is no going on.
  @Test(arguments: [[], ["ETag: W/\"weak\""], ["ETag: \"caf\u{e9}\""]]) func aPartOfNoVersionIsNotGoneOnWith(
    fields: [String]
  ) throws {
    let server = try cutOff(fields, then: .whole(body), remedy: "(run it again)")
    #expect(try folder.names() == [".model.pth.part"])
    try expectWhole(server, ranges: [nil, nil])
  }

  /// Answers to a range that do not go on with the part: the whole is asked for.
  @Test(arguments: [
    Answer("416 Range Not Satisfiable", ["Content-Range: bytes */50000", "Content-Length: 0"]),
    Answer("416 Range Not Satisfiable", ["Content-Length: 4"], Data("what".utf8)),
    .rest(after: 99_999, of: content(300_000), versions),
    .rest(after: 100_000, of: content(300_000, seed: 2), ["ETag: \"another\""]),
    Answer("206 Partial Content", ["Content-Length: 4"], Data("what".utf8)),
  ])
  func answersThatDoNotGoOn(answer: Answer) throws {
    let server = try cutOff([Self.versions[0]], then: answer, .whole(body))
    try expectWhole(server, ranges: [nil, "bytes=100000-", nil])
  }

  /// Two versions that a server calls by one name: the hash tells, and all of it is asked for once.
  @Test func aWrongHashAfterGoingOnBeginsAnew() throws {
    let tag = Self.versions[0]
    let other = Answer.rest(after: 100_000, of: content(300_000, seed: 2), [tag])
    let server = try cutOff([tag], then: other, .whole(body, [tag]))
    try expectWhole(server, ranges: [nil, "bytes=100000-", nil], sha256: sha256(body))
  }

  @Test func aWrongHashTwice() throws {
    let tag = Self.versions[0]
    let other = content(300_000, seed: 2)
    let server = try cutOff([tag], then: .rest(after: 100_000, of: other, [tag]), .whole(other, [tag]))
    folder.expect(
      server.url(), .badData,
      "its SHA-256 is \(sha256(other)), which does not begin with \(sha256(body).prefix(10)) "
        + "(it was deleted; check the address)", sha256: String(sha256(body).prefix(10)))
    #expect(try folder.names() == [])
    #expect(server.requests.count == 3)
  }

  /// A part of another source, one whose version cannot be read, and one longer than the whole.
  @Test func foreignParts() throws {
    let tag = Self.versions[0]
    _ = try cutOff([tag])
    let other = LoopbackServer(.whole(body, [tag]))
    try expectWhole(other, ranges: [nil])

    for version in ["", "x\n\"5666bf\"\n", "\"5666bf\""] {
      let server = try cutOff([tag], then: .whole(body, [tag]))
      try folder.write(version, to: ".model.pth.part.version")
      try expectWhole(server, ranges: [nil, nil])
    }

    let server = try cutOff(
      [tag], then: Answer("416 Range Not Satisfiable", ["Content-Range: bytes */300000"]), .whole(body))
    try folder.write(content(300_001), to: ".model.pth.part")
    try expectWhole(server, ranges: [nil, "bytes=300001-", nil])
  }

  /// A redirect is followed with the range.
  @Test func itGoesOnAfterARedirect() throws {
    let tag = Self.versions[0]
    let server = try cutOff([tag], then: .redirect("/there"), .rest(after: 100_000, of: body, [tag]))
    try expectWhole(server, ranges: [nil, "bytes=100000-", "bytes=100000-"])
  }

  /// A failure before anything came leaves the part as it was.
  @Test func anErrorOfTheServerLeavesThePart() throws {
    let tag = Self.versions[0]
    let server = try cutOff(
      [tag], then: Answer("503 Service Unavailable", ["Content-Length: 0"]),
      .rest(after: 100_000, of: body, [tag]))
    folder.expect(server.url(), .unavailable, "the server answered 503 (try again later)")
    try expectWhole(server, ranges: [nil, "bytes=100000-", "bytes=100000-"])
  }

  @Test func aCancelledOneGoesOn() throws {
    let tag = Self.versions[0]
    let server = LoopbackServer(
      .part(100_000, of: body, [tag], staysOpen: true), .rest(after: 100_000, of: body, [tag]))
    var received: Int64 = 0
    let outcome = try folder.fetch(
      server.url(), isCancelled: { received == 100_000 }, progress: { received = $0.received })
    #expect(outcome == .cancelled)
    #expect(try folder.names() == [".model.pth.part", ".model.pth.part.version"])
    try expectWhole(server, ranges: [nil, "bytes=100000-"])
  }

  @Test func aCancelledOneWithoutAnAnswerLeavesNothing() throws {
    var silent = Answer.nothing
    silent.staysOpen = true
    let server = LoopbackServer(silent)
    #expect(try folder.fetch(server.url(), isCancelled: { !server.requests.isEmpty }) == .cancelled)
    #expect(try folder.names() == [])
  }
}
