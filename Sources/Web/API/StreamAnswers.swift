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
    return RowsAnswer(try rows(filter, database).map(\.json)).response
  }

  func one(_ name: String, _ request: HTTPRequest, _ database: Database) throws -> HTTPResponse {
    _ = try APIQuery(request, taking: [])
    // A camera whose address was changed has a row of each; what is watched now counts.
    let named = try rows(QueryFilter(), database).filter { $0.name == name }
    let row = named.first { $0.isWatched } ?? named.last
    return row.map { HTTPResponse(json: $0.json.line) } ?? Self.unknown(name)
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

  private struct Row {
    var name: String
    var isWatched: Bool
    var json: JSON

    init(_ row: StreamRow, _ status: StreamStatus?) {
      name = row.name
      isWatched = status != nil
      json = row.json.adding(status)
    }
  }

  private func rows(_ filter: QueryFilter, _ database: Database) throws -> [Row] {
    let live = service.status().streams
    // A stream that has just been taken up has nothing in the database: it is there nevertheless.
    let isKnown =
      filter.stream.map { name in live.contains { $0.name == name || $0.source == name } } ?? false
    var stored: [StreamRow] = []
    do { stored = try database.streams(matching: filter) } catch let failure as Failure {
      guard isKnown, failure.kind == .usage else { throw failure }
    }
    var rows = stored.map { row in
      Row(row, live.first { $0.isIn(row) })
    }
    for status in live where !stored.contains(where: status.isIn) {
      guard filter.run == nil, filter.since == nil, filter.until == nil,
        filter.stream.map({ $0 == status.name || $0 == status.source }) ?? true
      else { continue }
      let row = StreamRow(
        name: status.name, source: status.source, runs: 0, firstFrame: nil, lastFrame: nil,
        counts: FrameCounts())
      rows.append(Row(row, status))
    }
    return rows.sorted { $0.name < $1.name }
  }
}

extension StreamStatus {
  /// Whether a row of the database is this stream's. Where several look at one source, the database knows them with their names.
  fileprivate func isIn(_ row: StreamRow) -> Bool {
    row.name == name && (row.source == source || row.source == "\(source)#\(name)")
  }
}

extension JSON {
  fileprivate func adding(_ status: StreamStatus?) -> JSON {
    guard case .object(let members) = self else { return self }
    return .object(members + [("status", status.map { .written($0.json) } ?? .null)])
  }
}
