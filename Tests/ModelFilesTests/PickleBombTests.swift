import Testing

/// Pickles that would cost more than they are: deep, circular, many, copied over and over. `TensorFileBytes.expect` holds
/// the memory that is asked for against the file's size.
@Suite struct PickleBombTests {
  private typealias Make = PickleAssembler

  private func expect(
    _ pickle: [UInt8], _ cause: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try TensorFileBytes.expect(ZipAssembler(pickle: pickle).bytes, cause, sourceLocation: sourceLocation)
  }

  private static let none = "it holds no state dict (save model.state_dict() with torch.save)"

  @Test func depth() throws {
    let count = 100_000
    for (opening, closing) in [("]", "a"), ("}N", "s"), ("(", "t")] {
      let body =
        Make.repeated(Make.op(opening), count) + Make.op("N") + Make.repeated(Make.op(closing), count)
      try expect(Make.pickle(body), Self.none)
    }
    try expect(Make.pickle(Make.op("N") + Make.repeated([0x85], count)), Self.none)
  }

  @Test func circles() throws {
    // A list in itself, and a dictionary that is its own state dict and its own state.
    try expect(Make.pickle(Make.op("]") + Make.put(0) + Make.get(0) + Make.op("a")), Self.none)
    var body = Make.op("}") + Make.put(0) + Make.text("model") + Make.get(0) + Make.op("s")
    body += Make.get(0) + Make.op("b")
    try expect(Make.pickle(body), Self.none)
    // A tensor beside: the circle is no obstacle.
    body += Make.op("(") + Make.text("w") + Make.weight + Make.op("u")
    #expect(try TensorFileBytes.read(ZipAssembler(pickle: Make.pickle(body)).bytes).values == ["w": [1, -2]])
  }

  @Test func many() throws {
    try expect(
      Make.pickle([UInt8](repeating: 0x5d, count: 1 << 18)),
      "its pickle has more than 262144 objects (get the file again)")
    try expect(
      Make.pickle([UInt8](repeating: 0x4e, count: 1 << 21)),
      "its pickle has more than 2097152 instructions (get the file again)")
    try expect(
      Make.pickle(Make.op("N") + [UInt8](repeating: 0x94, count: 1 << 19)),
      "its pickle is malformed at byte 262189: memo number 262144 is too large (get the file again)")
    try expect(
      [UInt8](repeating: 0, count: (8 << 20) + 1),
      "its pickle has 8388609 bytes; at most 8388608 are read (get the file again)")
  }

  /// One list of pairs, of which a thousand dictionaries are made.
  @Test func copies() throws {
    var body = Make.list(Make.op("N"), Make.op("N")) + Make.put(0)
    body += Make.op("](") + Make.repeated(Make.get(0), 10_000) + Make.op("e") + [0x85] + Make.put(1)
    let once = Make.global("collections.OrderedDict") + Make.get(1) + Make.op("R")
    body += Make.repeated(once, 1000)
    try expect(
      Make.pickle(body),
      "its pickle is malformed at byte 20112: it makes more of its lists than there is in them (get the file again)"
    )
  }

  /// What grows item by item, a hundred thousand times: quadratic where each step copies.
  @Test func growth() throws {
    try expect(Make.pickle(Make.op("]") + Make.repeated(Make.op("Na"), 100_000)), Self.none)
    try expect(Make.pickle(Make.op("}") + Make.repeated(Make.op("NNs"), 100_000)), Self.none)
  }

  /// A name of a hundred thousand bytes, for ten thousand storages.
  @Test func longNames() throws {
    let long = String(repeating: "k", count: 100_000)
    let storage = Make.tuple(
      Make.text("storage"), Make.global("torch.FloatStorage"), Make.text(long), Make.text("cpu"),
      Make.integer(2))
    try expect(
      Make.pickle(storage + Make.put(0) + Make.repeated(Make.op("Q") + Make.get(0), 10_000)),
      "its pickle is malformed at byte 100095: a storage's name has 100000 bytes (get the file again)")
    var twice = Make.op("}(") + Make.text(long) + Make.put(0) + Make.weight + Make.put(1)
    twice += Make.repeated(Make.get(0) + Make.get(1), 10_000) + Make.op("u")
    try expect(
      Make.pickle(twice), "tensor '\(long.prefix(100))...' is there twice (get the file again)")
    try expect(
      Make.pickle(Make.global("os." + long)),
      "it asks for os.\(long.prefix(97))..., which no state dict needs (get the file from a source you trust)"
    )
  }

  @Test func manyPrefixes() throws {
    let prefixes = String(repeating: "module.", count: 50_000)
    let members = Make.dictionary((prefixes + "a", Make.weight), (prefixes + "b", Make.weight))
    let found = try TensorFileBytes.read(ZipAssembler(pickle: Make.pickle(members)).bytes)
    #expect(found.values.keys.map(\.utf8.count).sorted() == [349_987, 349_987])
  }

  @Test func namesOfGlobalsAreShortened() throws {
    try expect(
      Make.pickle(Make.global("a\u{1b}[31m.b")),
      "it asks for a\u{1b}[31m.b, which no state dict needs (get the file from a source you trust)")
  }
}
