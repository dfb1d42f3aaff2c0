import HTTP
import Results
import ShuffledCore
import StatusReport
import Store

/// What is answered of streams: what the database knows of each, and what the service does with it now.
struct StreamAnswers {
  let service: any ServiceView

  /// All, in order of their names.
  func list(_ request: HTTPRequest, _ database: Database) throws -> HTTPResponse {
    let filter = try APIQuery(request, taking: APIQuery.ofRuns).filter()
    return RowsAnswer(try rows(filter, database)).response
  }

  func one(_ name: String, _ request: HTTPRequest, _ database: Database) throws -> HTTPResponse {
    _ = try APIQuery(request, taking: [])
    let row = try rows(QueryFilter(), database).first { $0["stream"].plainText == name }
    return row.map { HTTPResponse(json: $0.line) } ?? Self.unknown(name)
  }

  func snapshot(_ name: String, _ request: HTTPRequest) throws -> HTTPResponse {
    let width = try APIQuery(request, taking: ["width"]).integer("width", in: 16...3_840)
    guard service.status().streams.contains(where: { $0.name == name }) else { return Self.unknown(name) }
    guard let picture = service.lastPicture(of: name) else {
      return .error(404, "no picture of '\(name)' was classified yet")
    }
    let tag = EntityTag("\(picture.time.microseconds)-\(picture.sequence)-\(width ?? 0)")
    if tag.isKnown(to: request) { return tag.notModified }
    return tag.on(
      HTTPResponse(
        contentType: "image/jpeg", body: try picture.jpeg(width),
        headers: [
          HTTPRequest.Parameter("X-Frame-Sequence", "\(picture.sequence)"),
          HTTPRequest.Parameter("X-Frame-Time", picture.time.rfc3339),
        ]))
  }

  private static func unknown(_ name: String) -> HTTPResponse {
    .error(404, "there is no stream '\(name)'; see /api/v1/streams")
  }

  private func rows(_ filter: QueryFilter, _ database: Database) throws -> [JSON] {
    let live = service.status().streams
    // A stream that has just been taken up has nothing in the database: it is there nevertheless.
    let isKnown =
      filter.stream.map { name in live.contains { $0.name == name || $0.source == name } } ?? false
    var stored: [StreamRow] = []
    do { stored = try database.streams(matching: filter) } catch let failure as Failure {
      guard isKnown, failure.kind == .usage else { throw failure }
    }
    var rows = stored.map { row in
      let status = live.first { $0.name == row.name && row.source.hasPrefix($0.source) }
      return (row.name, row.json.adding(status))
    }
    for status in live where !stored.contains(where: { $0.name == status.name }) {
      guard filter.run == nil, filter.since == nil, filter.until == nil,
        filter.stream.map({ $0 == status.name || $0 == status.source }) ?? true
      else { continue }
      let row = StreamRow(
        name: status.name, source: status.source, runs: 0, firstFrame: nil, lastFrame: nil,
        counts: FrameCounts())
      rows.append((status.name, row.json.adding(status)))
    }
    return rows.sorted { $0.0 < $1.0 }.map(\.1)
  }
}

extension JSON {
  fileprivate func adding(_ status: StreamStatus?) -> JSON {
    guard case .object(let members) = self else { return self }
    return .object(members + [("status", status.map { .written($0.json) } ?? .null)])
  }
}
