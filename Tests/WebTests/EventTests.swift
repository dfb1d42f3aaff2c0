import Dispatch
import Foundation
import HTTP
import Segmentation
import ShuffledCore
import StatusReport
import Store
import Synchronization
import TestSupport
import Testing
import Web

/// Server-sent events, through a server, as a client gets them.
@Suite struct EventTests {
  private let asked: AskedSite
  private let server: HTTPServer
  private let path: String

  init() throws {
    asked = try AskedSite(FakeService([FakeService.stream("gate")]))
    path = asked.folder.file("s")
    server = try HTTPServer(listeners: [.local(path: path)], handler: asked.site.answer)
  }

  private func listen(_ headers: String = "") throws -> RawClient {
    let client = try RawClient(local: path)
    client.send("GET /api/v1/events HTTP/1.1\r\nHost: x\r\n\(headers)\r\n")
    return client
  }

  @Test func howAllIsComesAtOnceAndChangesWhenTheyHappen() throws {
    let client = try listen()
    let first = try client.read(until: "\n\n", count: 2)
    #expect(first.contains("Content-Type: text/event-stream\r\n"))
    #expect(first.contains("retry: 2000\n\n"))
    #expect(first.contains("event: status\ndata: {\"config\":"))
    asked.events.tell(FakeService.stream("gate", .stalled, reason: "no frame for 5 s"))
    let second = try client.read(until: "no frame for 5 s", count: 1)
    #expect(second.contains("id: 77-1\nevent: state\ndata: {\"classified\":3"))
    asked.events.tell(.closed, segment)
    let third = try client.read(until: "\"faded\"", count: 1)
    #expect(
      third.contains(
        "id: 77-2\nevent: segment\ndata: {\"change\":\"closed\",\"segment\":{\"run\":1,\"stream\":\"gate\",\"label\":\"blurred\","
      ))
  }

  private var segment: SegmentRow {
    SegmentRow(
      run: 1, stream: "gate", label: "blurred", labelIndex: 1, clock: .wall, start: 0, end: 5_000_000,
      frames: 25, peak: 0.9, meanConfidence: 0.8, ending: "faded")
  }

  @Test func whoWasCutOffGetsWhatWasMissed() throws {
    for reason in ["one", "two", "three"] {
      asked.events.tell(FakeService.stream("gate", .stalled, reason: reason))
    }
    let missed = try listen("Last-Event-ID: 77-1\r\n").read(until: "\"three\"", count: 1)
    #expect(missed.contains("id: 77-2\n") && missed.contains("id: 77-3\n") && !missed.contains("id: 77-1\n"))
    // Numbers of another start of the service mean nothing.
    let client = try listen("Last-Event-ID: 76-1\r\n")
    _ = try client.read(until: "event: status", count: 1)
    asked.events.tell(FakeService.stream("gate", .stalled, reason: "four"))
    #expect(try !client.read(until: "\"four\"", count: 1).contains("\"two\""))
  }

  /// However much was missed, it comes.
  @Test func muchThatWasMissed() throws {
    let long = String(repeating: "x", count: 4_000)
    for number in 0..<256 {
      asked.events.tell(FakeService.stream("gate", .stalled, reason: "\(number) \(long)"))
    }
    let missed = try listen("Last-Event-ID: 77-0\r\n").read(until: "\"255 \(long)\"", count: 1)
    #expect(missed.utf8.count > 1_000_000)
  }

  @Test func theServersEndIsTheStreamsEnd() throws {
    let client = try listen()
    _ = try client.read(until: "event: status", count: 1)
    server.stop()
    _ = try client.rest()
  }

  /// Who has gone is forgotten, and its place is free for others.
  @Test func whoHasGoneIsForgotten() throws {
    for round in 0..<100 {
      let client = try listen()
      _ = try client.read(until: "event: status", count: 1)
      client.hangUp()
      // The server notices at the next thing it has to tell.
      asked.events.tell(FakeService.stream("gate", .observed, reason: "\(round)"))
      asked.events.tell(FakeService.stream("gate", .observed, reason: "\(round) again"))
    }
  }
}
