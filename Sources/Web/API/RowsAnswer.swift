import HTTP
import Results
import ShuffledCore
import Store

/// An answer of rows, and what is said beside them.
struct RowsAnswer {
  private var members: [(String, JSON)]

  init(_ rows: [JSON]) { members = [("rows", .array(rows))] }

  init(_ rows: some Sequence<some ResultRow>) { self.init(rows.map(\.json)) }

  /// With how much of the asked time each stream was watched; null where no time was asked for.
  func withCoverage(_ filter: QueryFilter, _ database: Database) throws -> RowsAnswer {
    var answer = self
    guard filter.since != nil || filter.until != nil else {
      answer.members.append(("coverage", .null))
      return answer
    }
    let scope = QueryFilter(run: filter.run, stream: filter.stream, since: filter.since, until: filter.until)
    answer.members.append(("coverage", .array(try database.coverage(matching: scope).map(\.json))))
    return answer
  }

  /// With what to give as `after` for the rows that follow.
  func withNext(_ cursor: String?) -> RowsAnswer {
    var answer = self
    answer.members.append(("next", .optional(cursor)))
    return answer
  }

  var response: HTTPResponse { HTTPResponse(json: JSON.object(members).line) }
}
