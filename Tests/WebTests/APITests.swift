import Foundation
import HTTP
import ShuffledCore
import TestSupport
import Testing
import Web

/// What is answered from the database.
@Suite struct APITests {
  private let api = "/api/v1/"

  @Test func framesComeInPages() throws {
    let asked = try AskedSite()
    try asked.write()
    var (sequences, next): ([Int], String?) = ([], nil)
    var pages = 0
    repeat {
      let query = [("limit", "4")] + (next.map { [("after", $0)] } ?? [])
      let answer = try asked.ask(api + "frames", query: query)
      let json = try #require(try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any])
      let rows = try #require(json["rows"] as? [[String: Any]])
      #expect(rows.count <= 4)
      sequences += rows.compactMap { $0["sequence"] as? Int }
      next = json["next"] as? String
      pages += 1
    } while next != nil && pages < 9
    #expect(sequences == Array(0..<10) && pages == 3)
  }

  @Test func rowsAreThoseOfTheQueries() throws {
    let asked = try AskedSite()
    try asked.write()
    let answer = try asked.ask(api + "frames", query: [("label", "blurred"), ("limit", "1")])
    let text = String(decoding: answer.body, as: UTF8.self)
    #expect(
      text.hasPrefix(
        #"{"rows":[{"run":1,"stream":"gate","sequence":6,"media_seconds":null,"wall_time":"2024-02-29T12:00:06.000000Z","#
          + #""wall_time_us":1709208006000000,"state":"classified","label":"blurred","confidence":0.89999,"#))
    #expect(text.hasSuffix("],\"coverage\":null,\"next\":\"1.6\"}\n"))
  }

  @Test func segmentsComeInPages() throws {
    let asked = try AskedSite()
    try asked.write()
    let first = try asked.json(api + "segments", ("limit", "1"))
    #expect((first["rows"] as? [[String: Any]])?.first?["label"] as? String == "ok")
    let next = try #require(first["next"] as? String)
    let second = try asked.json(api + "segments", ("limit", "1"), ("after", next))
    #expect((second["rows"] as? [[String: Any]])?.first?["label"] as? String == "blurred")
    #expect(second["next"] is NSNull)
  }

  @Test func summaryTimelineLatencyCoverageGapsModelsAndRuns() throws {
    let asked = try AskedSite()
    try asked.write()
    func rows(_ path: String, _ query: (String, String)...) throws -> [[String: Any]] {
      let answer = try asked.ask(api + path, query: query)
      #expect(answer.status == 200)
      let json = try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any]
      return try #require(json?["rows"] as? [[String: Any]])
    }
    let summary = try rows("summary")
    #expect(summary.map { $0["label"] as? String } == ["ok", "blurred", nil])
    #expect(summary.map { $0["frames"] as? Int } == [5, 4, 1])
    let minutes = try rows("summary", ("by", "minute"), ("since", "2024-02-29"), ("until", "2024-03-01"))
    #expect(minutes.first?["minute"] as? String == "2024-02-29T12:00:00.000000Z")
    let cells = try rows("timeline", ("width", "2"))
    #expect(cells.map { $0["label"] as? String } == ["ok", "blurred"])
    #expect(cells.map { $0["seconds"] as? Double } == [5, 5])
    let stages = try rows("latency")
    #expect(
      stages.map { $0["stage"] as? String } == [
        "decode", "wait", "preprocess", "inference", "store", "total",
      ])
    #expect(stages.map { $0["p99_ms"] as? Double }.prefix(4) == [2, 1, 1, 3])
    let day = ("since", "2024-02-29T11:59:50Z"), end = ("until", "2024-02-29T12:00:10Z")
    let coverage = try rows("coverage", day, end)
    #expect(coverage.first?["observed"] as? Double == 0.5 && coverage.first?["offline"] as? Double == 0.5)
    let gaps = try rows("gaps", day, end)
    #expect(gaps.count == 1 && gaps.first?["state"] as? String == "offline")
    #expect(gaps.first?["end"] as? String == "2024-02-29T12:00:00.000000Z")
    #expect(try rows("models").first?["label_names"] as? [String] == ["ok", "blurred"])
    #expect(try rows("runs").first?["state"] as? String == "complete")
  }

  @Test func anAnswerAboutATimeSaysHowMuchOfItWasWatched() throws {
    let asked = try AskedSite()
    try asked.write()
    for path in ["frames", "segments", "summary", "timeline", "latency"] {
      let with = try asked.json(
        api + path, ("since", "2024-02-29T11:59:50Z"), ("until", "2024-02-29T12:00:10Z"))
      let coverage = try #require(with["coverage"] as? [[String: Any]], "\(path)")
      #expect(coverage.first?["observed"] as? Double == 0.5, "\(path)")
      #expect(try asked.json(api + path)["coverage"] is NSNull, "\(path)")
    }
  }

  @Test func streamsAreThoseOfTheDatabaseAndOfNow() throws {
    let service = FakeService([FakeService.stream("yard", .backingOff, reason: "connection refused")])
    let asked = try AskedSite(service)
    try asked.write("gate")
    let rows = try #require(try asked.json(api + "streams")["rows"] as? [[String: Any]])
    #expect(rows.map { $0["stream"] as? String } == ["gate", "yard"])
    #expect(rows.map { $0["runs"] as? Int } == [1, 0])
    #expect(rows[0]["status"] is NSNull)
    #expect((rows[1]["status"] as? [String: Any])?["reason"] as? String == "connection refused")
    #expect(try asked.json(api + "streams/yard")["source"] as? String == "rtsp://cam/yard")
    #expect(
      try asked.error(api + "streams/port", status: 404)
        == "there is no stream 'port'; see /api/v1/streams")
  }

  @Test(arguments: [
    (
      "frames", "limt", "5",
      "cannot take parameter 'limt': there is none of this name here (did you mean 'limit'?)"
    ),
    ("frames", "limit", "0", "cannot take limit '0': it takes a whole number from 1 to 10000"),
    ("frames", "limit", "ten", "cannot take limit 'ten': it takes a whole number from 1 to 10000"),
    ("frames", "after", "1", "cannot take after '1': it takes the 'next' of an answer"),
    ("segments", "after", "1.2", "cannot take after '1.2': it takes the 'next' of an answer"),
    ("frames", "min_confidence", "1.5", "cannot take min_confidence '1.5': it takes a number from 0 to 1"),
    ("summary", "by", "week", "cannot take by 'week': it takes one of minute, hour, day"),
    (
      "summary", "by", "minute",
      "cannot tell by 'minute': no time is given (give 'since', and 'until' where it is long ago)"
    ),
    ("timeline", "width", "2001", "cannot take width '2001': it takes a whole number from 1 to 2000"),
    ("runs", "run", "-1", "cannot take run '-1': it takes a whole number from 1 on"),
    (
      "latency", "since", "noon",
      "cannot take since 'noon': it takes a time such as 2026-01-31T12:00:00Z, 2026-01-31, today, yesterday, or 90s, 15m, 2h, 3d ago"
    ),
    (
      "coverage", "label", "ok",
      "cannot take parameter 'label': there is none of this name here (see /api/v1/openapi.json)"
    ),
    (
      "frames", "stream", "gat",
      "cannot find stream 'gat': no stream has this name or source (did you mean 'gate'?)"
    ),
    (
      "frames", "label", "blured",
      "cannot find label 'blured': no model in the database has it (did you mean 'blurred'?)"
    ),
    ("runs", "run", "2", "cannot find run '2': the database has no such run (it has run 1)"),
  ])
  func wrongParametersAreNamed(path: String, name: String, value: String, error: String) throws {
    let asked = try AskedSite()
    try asked.write()
    #expect(try asked.error(api + path, (name, value), status: 400) == error)
  }

  @Test func moreStretchesThanAnybodyReads() throws {
    let asked = try AskedSite()
    try asked.write()
    #expect(
      try asked.error(
        api + "summary", ("by", "hour"), ("since", "2023-01-01"), ("until", "2024-03-01"), status: 400)
        == "cannot tell by 'hour': the time has more than 10000 of them (ask for a shorter time)")
    #expect(try asked.ask(api + "summary", query: [("by", "day")]).status == 200)
  }

  /// Of a camera whose address was changed the database has two streams of one name.
  @Test func aStreamIsTheOneThatIsWatched() throws {
    let service = FakeService([FakeService.stream("gate")])
    service.change { $0.streams[0].source = "rtsp://cam/gate2" }
    let asked = try AskedSite(service)
    try asked.write("gate")
    let rows = try #require(try asked.json(api + "streams")["rows"] as? [[String: Any]])
    #expect(rows.map { $0["source"] as? String } == ["rtsp://cam/gate", "rtsp://cam/gate2"])
    #expect(rows[0]["status"] is NSNull && rows[1]["status"] is [String: Any])
    #expect(try asked.json(api + "streams/gate")["source"] as? String == "rtsp://cam/gate2")
    service.change { $0.streams = [] }
    #expect(try asked.json(api + "streams/gate")["source"] as? String == "rtsp://cam/gate")
  }

  @Test func aParameterThatComesTwice() throws {
    let asked = try AskedSite()
    try asked.write()
    #expect(
      try asked.error(api + "frames", ("limit", "1"), ("limit", "2"), status: 400)
        == "cannot take parameter 'limit': it is there twice (give it once)")
  }

  @Test(arguments: [
    "", "nothing", "frames/", "streams/", "streams/a/b", "streams/gate/snapshot.png", "status/",
  ])
  func otherPathsAreNotThere(path: String) throws {
    #expect(
      try AskedSite().error(api + path, status: 404)
        == "there is nothing at '/api/v1/\(path)'; see /api/v1/openapi.json")
  }

  @Test func aDatabaseThatIsNotThere() throws {
    let asked = try AskedSite()
    let error = try asked.error(api + "runs", status: 503)
    #expect(error.hasPrefix("cannot open database '\(asked.folder.file("x.db"))': "))
  }

  @Test func aSnapshotIsEncodedForWhoDoesNotHaveIt() throws {
    let service = FakeService([FakeService.stream("gate")])
    let asked = try AskedSite(service)
    let path = api + "streams/gate/snapshot.jpg"
    #expect(try asked.error(path, status: 404) == "no picture of 'gate' was classified yet")
    service.show(
      LastPicture(sequence: 9, time: WallTime(microseconds: 5_000_000)) { [UInt8($0 ?? 1)] })
    let whole = try asked.ask(path)
    #expect(whole.status == 200 && whole.contentType == "image/jpeg" && whole.body == [1])
    #expect(whole.headers.contains(HTTPRequest.Parameter("X-Frame-Sequence", "9")))
    #expect(whole.headers.contains(HTTPRequest.Parameter("ETag", "\"5000000-9-0\"")))
    #expect(whole.headers.contains(HTTPRequest.Parameter("Cache-Control", "private, no-cache")))
    #expect(try asked.ask(path, query: [("width", "32")]).body == [32])
    for tag in ["\"5000000-9-0\"", "W/\"5000000-9-0\"", "\"x\", \"5000000-9-0\"", "*"] {
      let known = try asked.ask(path, headers: [("If-None-Match", tag)])
      #expect(known.status == 304 && known.body == [], "\(tag)")
    }
    #expect(try asked.ask(path, headers: [("If-None-Match", "\"5000000-8-0\"")]).status == 200)
    #expect(
      try asked.error(path, ("width", "1"), status: 400)
        == "cannot take width '1': it takes a whole number from 16 to 3840")
    #expect(
      try asked.error(api + "streams/yard/snapshot.jpg", status: 404)
        == "there is no stream 'yard'; see /api/v1/streams")
  }
}
