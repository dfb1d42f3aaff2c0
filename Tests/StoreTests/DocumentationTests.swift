import Foundation
import ShuffledCore
import Store
import Testing

/// docs/DATABASE.md against the schema and the program.
@Suite struct DocumentationTests {
  let folder = TemporaryFolder()

  private func document() throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(contentsOf: root.appending(path: "docs/DATABASE.md"), encoding: .utf8)
  }

  /// What stands between "```sql" and "```".
  private func statements() throws -> [String] {
    try document().components(separatedBy: "```sql\n").dropFirst().map {
      $0.components(separatedBy: "```")[0]
    }
  }

  @Test func everyStatementAnswers() throws {
    let database = try openForWriting(folder.file("x.db"))
    var failed = classified(2, [(0, 1)])
    failed.outcome = .failed("no number at logit 3")
    // Two classes almost alike, a cat, a failed frame; decoded within the last hour.
    let now = WallTime.now().microseconds
    try write(
      [
        classified(0, [(1, 0.5), (2, 0.45)], wall: now), classified(1, [(1, 0.75), (2, 0.25)], wall: now),
        failed,
      ], to: database)
    let answers = try statements().map { try rows($0, in: database) }
    #expect(answers.count == 6)
    #expect(answers[0] == [["gate", "cat", "2", "0.625"]])
    #expect(answers[1] == [["gate", "0.0", "0.04"]])
    #expect(answers[2] == [["1", "gate", "complete", "3", "3", "NULL"]])
    #expect(answers[3].count == 1 && answers[3][0][0] == "4.0")
    #expect(answers[4].map { $0.prefix(3) } == [["gate", "0", "cat"]])
    #expect(answers[4].map { $0[4] } == ["dog"])
    #expect(
      answers[5].map { [$0[0], $0[1], $0[3]] } == [["1", "0", "1"], ["1", "1", "1"], ["1", "2", "NULL"]])
  }

  /// No column of a table or view goes without a word.
  @Test func everyColumnIsNamed() throws {
    let text = try document()
    let database = try openForWriting(folder.file("x.db"))
    let columns = try rows(
      """
      SELECT t.name, c.name FROM sqlite_schema t JOIN pragma_table_xinfo(t.name) c
      WHERE t.type IN ('table', 'view') AND t.name NOT LIKE 'sqlite_%'
      """, in: database)
    #expect(Set(columns.map { $0[0] }).count == 21)
    for column in columns {
      for name in column { #expect(text.contains("`\(name)`"), "\(column[0]).\(column[1])") }
    }
  }

  @Test func everyStateIsNamed() throws {
    let text = try document()
    for state in RunState.allCases { #expect(text.contains("| `\(state.rawValue)` |")) }
    for state in FrameState.allCases { #expect(text.contains("`\(state.name)`")) }
  }
}
