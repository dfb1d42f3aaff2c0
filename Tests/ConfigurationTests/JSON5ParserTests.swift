import Configuration
import FoundationEssentials
import Testing

@Suite struct JSON5ParserTests {
  @Test(arguments: [
    "{}", "[]", "null", "{a: 1, // c\n b: 'x', c:[1,2,],}", "{\"a\": true, 'b': false,}",
    "{a: 0x1F, b: .5, c: -2.5e3}",
    "{a: '\\n\\t\\u00e9\\x41\\\\\\'', b: \"it's\"}", "{ümlaut: 1, $x_1: 2}",
    "/* all */ {a: /* in */ 1} // end", "[1, [2, {b: null}]]",
    "{a: \"\\ud83d\\ude00\"}",
  ])
  func readsWhatFoundationReads(text: String) throws {
    let decoder = JSONDecoder()
    decoder.allowsJSON5 = true
    let theirs = try decoder.decode(Plain.self, from: Data(text.utf8))
    #expect(try Plain(JSON5Parser.parse(text)) == theirs)
  }

  /// What the specification says and Foundation does not read so.
  @Test func readsWhatTheSpecificationSays() throws {
    #expect(try Plain(JSON5Parser.parse("5.")) == .number(5))
    #expect(
      try Plain(JSON5Parser.parse("[+3, -1e3, 0xff]")) == .list([.number(3), .number(-1000), .number(255)]))
    #expect(try Plain(JSON5Parser.parse("'one \\\ntwo'")) == .text("one two"))
    #expect(try Plain(JSON5Parser.parse("-Infinity")) == .number(-.infinity))
  }

  @Test func keepsOrderPlacesAndDoubles() throws {
    let value = try JSON5Parser.parse("{\n  b: 1,\n  a: [\n    2],\n  b: 3 }")
    guard case .object(let members) = value.content else { return #expect(Bool(false)) }
    #expect(members.map(\.name) == ["b", "a", "b"])
    #expect(members.map { "\($0.place.line):\($0.place.column)" } == ["2:3", "3:3", "5:3"])
    guard case .list(let items) = members[1].value.content else { return #expect(Bool(false)) }
    #expect(items[0].place.line == 4)
    #expect(items[0].place.column == 5)
  }

  @Test(arguments: [
    ("{a: 1\n b: 2}", 2, 2, "a comma or '}' is missing"),
    ("{a 1}", 1, 4, "a colon is missing after 'a'"),
    ("{a: }", 1, 5, "a value is missing, not '}'"),
    ("{a: yes}", 1, 5, "'yes' is no value (texts have quotation marks)"),
    ("{a: 'x\ny'}", 1, 5, "this text does not end"),
    ("{\n  a: {\n  b: 1,\n", 2, 6, "this '{' is not closed"),
    ("[1, 2", 1, 1, "this '[' is not closed"),
    ("[1 2]", 1, 4, "a comma or ']' is missing"),
    ("{a: 1} x", 1, 8, "there is something after the end"),
    ("{} /* ", 1, 4, "this comment does not end"),
    ("", 1, 1, "a value is missing"),
    ("{1a: 2}", 1, 2, "a name is missing, not '1'"),
    ("{a: '\\u12'}", 1, 7, "4 hexadecimal digits are missing"),
    ("{a: '\\ud800'}", 1, 7, "half a character"),
    ("{a: 1.2.3}", 1, 5, "'1.2.3' is no value (texts have quotation marks)"),
  ])
  func tellsWhereItIsWrong(text: String, line: Int, column: Int, message: String) {
    #expect { try JSON5Parser.parse(text) } throws: { error in
      guard let error = error as? JSON5Parser.SyntaxError else { return false }
      return (error.place.line, error.place.column, error.text) == (line, column, message)
    }
  }

  @Test func depthIsLimited() {
    let deep = String(repeating: "[", count: 100_000)
    #expect { try JSON5Parser.parse(deep) } throws: {
      ($0 as? JSON5Parser.SyntaxError)?.text == "values are nested too deep"
    }
  }

  /// A value without places.
  private enum Plain: Decodable, Equatable {
    case null, boolean(Bool), number(Double), text(String)
    case list([Plain])
    case object([String: Plain])

    init(_ value: ConfigValue) {
      switch value.content {
      case .null: self = .null
      case .boolean(let value): self = .boolean(value)
      case .number(let value): self = .number(value)
      case .text(let text): self = .text(text)
      case .list(let items): self = .list(items.map(Plain.init))
      case .object(let members):
        self = .object(Dictionary(uniqueKeysWithValues: members.map { ($0.name, Plain($0.value)) }))
      }
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .null
      } else if let value = try? container.decode(Bool.self) {
        self = .boolean(value)
      } else if let value = try? container.decode(Double.self) {
        self = .number(value)
      } else if let value = try? container.decode(String.self) {
        self = .text(value)
      } else if let value = try? container.decode([Plain].self) {
        self = .list(value)
      } else {
        self = .object(try container.decode([String: Plain].self))
      }
    }
  }
}
