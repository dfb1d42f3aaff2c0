import ModelFiles
import Testing

/// What a file of tensors says of itself is checked, whatever network it is for.
@Suite struct SafeTensorsTests {
  /// A file with this header; `data` follows it.
  private func file(_ header: String, data: [UInt8] = []) -> [UInt8] { file(Array(header.utf8), data: data) }

  private func file(_ header: [UInt8], data: [UInt8] = []) -> [UInt8] {
    PickleAssembler.little(UInt64(header.count)) + header + data
  }

  private func entry(_ shape: String = "[1]", _ offsets: String = "[0,4]", type: String = "F32") -> String {
    #"{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}"#
  }

  private static let one: [UInt8] = [0, 0, 0x80, 0x3f]

  @Test func tensorsAreNamedAndShaped() throws {
    let found = try TensorFileBytes.read(
      file(
        #"{"b":\#(entry("[1,1]")),"__metadata__":{"name":"x"},"a":\#(entry("[]", "[4,8]")),"c":\#(entry("[0,7]", "[8,8]"))}"#,
        data: Self.one + [0, 0, 0, 0xc0]))
    #expect(found.shapes == ["a": [], "b": [1, 1], "c": [0, 7]])
    #expect(found.values == ["a": [-2], "b": [1], "c": []])
  }

  @Test func everyFloatTypeIsRead() throws {
    let values: [(type: String, bits: [UInt64], bytes: Int)] = [
      ("F16", [0x3E00, 0xC100, 0x0001, 0x7BFF, 0x8000], 2),
      ("BF16", [0x3FC0, 0xC020, 0x3380, 0x477F, 0x8000], 2),
      ("F64", [0x3FF8_0000_0000_0000, 0xC004_0000_0000_0000, 0x3E70_0000_0000_0000, 0, 1 << 63], 8),
    ]
    let expected: [[Float]] = [
      [1.5, -2.5, 0x1p-24, 65504, 0], [1.5, -2.5, 0x1p-24, 65280, 0], [1.5, -2.5, 0x1p-24, 0, 0],
    ]
    for (index, (type, bits, size)) in values.enumerated() {
      let data = bits.flatMap { PickleAssembler.little($0).prefix(size) }
      let bytes = file(#"{"t":\#(entry("[5]", "[0,\(5 * size)]", type: type))}"#, data: data)
      #expect(try TensorFileBytes.read(bytes).values == ["t": expected[index]], "\(type)")
    }
  }

  @Test(arguments: [
    (#"{"a":1,"a":2}"#, "a"),
    (#"{"conv":7,"__metadata__":{},"__metadata__":{}}"#, "__metadata__"),
    (#"{"__metadata__":{"format":"x","labels":"[]","labels":"[1]"}}"#, "labels"),
    (#"{"t":{"dtype":"F32","shape":[1],"shape":[2],"data_offsets":[0,4]}}"#, "shape"),
    (#"{"weight":1 , "we\u0069ght" : 2}"#, "weight"),
    // Two ways to write one letter are one key to JSONDecoder.
    ("{\"caf\u{e9}\":1,\"cafe\u{301}\":2}", "caf\u{e9}"),
    (#"{"a\"":1,"b":["a\""],"a\"":2}"#, "a\""),
  ])
  func aKeyThatIsThereTwiceIsRefused(header: String, key: String) throws {
    try TensorFileBytes.expect(file(header), "its header has the key '\(key)' twice (get the file again)")
  }

  /// The same text as a key and a value, or in two objects, is no duplicate.
  @Test func textsThatRepeatAreNoDuplicates() throws {
    let header =
      #"{"__metadata__":{"a":"a","b":"a"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#
    #expect(try TensorFileBytes.read(file(header, data: Self.one)).values == ["a": [1]])
  }

  @Test func depthIsLimitedBeforeDecoding() throws {
    for opening in ["[", #"{"a":"#] {
      let deep = #"{"t":"# + String(repeating: opening, count: 100_000)
      try TensorFileBytes.expect(file(deep), "its header nests deeper than 8 levels (get the file again)")
    }
    try TensorFileBytes.expect(
      file(#"{"t":[[[[[[[]]]]]]]}"#), "the entry of tensor 't' is malformed (get the file again)")
  }

  @Test func otherEncodingsAndBrokenTextsAreNoJSON() throws {
    let wide = #"{"a":1,"a":2}"#.utf16.flatMap { PickleAssembler.little($0) }
    let broken: [[UInt8]] = [
      wide, Array("{\"a\n\":1}".utf8), Array("{\"a\":\"".utf8) + [0xff] + Array("\"}".utf8),
      Array(#"{"a"#.utf8), Array(#"{"a\"#.utf8), Array(#"{"a":[}"#.utf8), Array("{}}".utf8),
      Array(#"{"\ud800":1}"#.utf8), Array(#"{"a":1,}b"#.utf8),
    ]
    for header in broken {
      try TensorFileBytes.expect(file(header), "its header is not valid JSON (get the file again)")
    }
  }

  @Test func impossibleShapes() throws {
    for shape in [
      "[4611686018427387904, 8]", "[4611686018427387904, 8, 0]", "[0, 4611686018427387904, 8]", "[2, -1]",
      "[4611686018427387904]",
    ] {
      try TensorFileBytes.expect(
        file(#"{"t":\#(entry(shape))}"#, data: Self.one),
        "tensor 't' has the impossible shape \(shape) (get the file again)")
    }
    // Also of types that are not read.
    try TensorFileBytes.expect(
      file(#"{"t":\#(entry("[4611686018427387904, 8]", type: "I64"))}"#, data: Self.one),
      "tensor 't' has the impossible shape [4611686018427387904, 8] (get the file again)")
    let many = "[" + [String](repeating: "1", count: 65).joined(separator: ",") + "]"
    try TensorFileBytes.expect(
      file(#"{"t":\#(entry(many))}"#, data: Self.one),
      "tensor 't' has 65 dimensions; at most 64 are possible (get the file again)")
    for shape in ["[1e300]", "[9223372036854775808]", "[1.5]", "{}", "null"] {
      try TensorFileBytes.expect(
        file(#"{"t":\#(entry(shape))}"#, data: Self.one),
        "the entry of tensor 't' is malformed (get the file again)")
    }
  }

  @Test func placesAreChecked() throws {
    func two(_ first: String, _ second: String) -> [UInt8] {
      file(#"{"a":\#(entry("[1]", first)),"b":\#(entry("[1]", second))}"#, data: Self.one + Self.one)
    }
    try TensorFileBytes.expect(two("[0,4]", "[3,7]"), "tensor 'b' overlaps another (get the file again)")
    try TensorFileBytes.expect(two("[4,8]", "[4,8]"), "tensor 'b' overlaps another (get the file again)")
    try TensorFileBytes.expect(
      two("[0,4]", "[5,9]"), "it is truncated: tensor 'b' ends at byte 9, the data has 8 (get the file again)"
    )
    try TensorFileBytes.expect(
      two("[0,4]", "[9223372036854775803,9223372036854775807]"),
      "it is truncated: tensor 'b' ends at byte 9223372036854775807, the data has 8 (get the file again)")
    try TensorFileBytes.expect(
      two("[0,4]", "[-4,0]"), "tensor 'b' has impossible offsets [-4, 0] (get the file again)")
    try TensorFileBytes.expect(
      two("[0,4]", "[4,8,12,16,20]"),
      "tensor 'b' has impossible offsets [4, 8, 12] (get the file again)")
  }

  @Test func headersLongerThanTheFile() throws {
    let whole = file(#"{"t":\#(entry())}"#, data: Self.one)
    try TensorFileBytes.expect(
      PickleAssembler.little(UInt64(whole.count)) + whole.dropFirst(8),
      "it is truncated: the header claims \(whole.count) bytes, the file has \(whole.count) (get the file again)"
    )
    try TensorFileBytes.expect(
      PickleAssembler.little(UInt64.max) + whole.dropFirst(8),
      "it is not a safetensors file (name a .safetensors file made for shuffled)")
  }

  @Test(arguments: [("F32", 0x7fc0_0000), ("F32", 0xff80_0000), ("F16", 0x7c00), ("BF16", 0xffff)])
  func valuesThatAreNotFinite(type: String, bits: Int) throws {
    let size = type == "F32" ? 4 : 2
    try TensorFileBytes.expect(
      file(
        #"{"t":\#(entry("[1]", "[0,\(size)]", type: type))}"#,
        data: Array(PickleAssembler.little(bits).prefix(size))),
      "tensor 't' holds values that are not finite (check the model with its source)")
  }

  @Test func aLongNameIsShortenedInMessages() throws {
    let name = String(repeating: "n", count: 100_000)
    try TensorFileBytes.expect(
      file(#"{"\#(name)":7}"#),
      "the entry of tensor '\(name.prefix(100))...' is malformed (get the file again)")
  }

  @Test func whatIsOfNeitherKind() throws {
    for bytes: [UInt8] in [[1], Array("#EXTM3U\nhttp://127.0.0.1/".utf8), [0x80, 1, 0x2e], [0x50, 0x4b, 3]] {
      try TensorFileBytes.expect(
        bytes,
        "it is neither a safetensors file nor a PyTorch checkpoint (name a file that safetensors or torch.save wrote)"
      )
    }
    try TensorFileBytes.expect([], "the file is empty")
  }

  /// 640 bytes of header: a length that begins as a pickle does.
  @Test func aLengthThatLooksLikeAPickle() throws {
    let header = #"{"t":\#(entry())}"#
    let padded = header + String(repeating: " ", count: 640 - header.utf8.count)
    #expect(try TensorFileBytes.read(file(padded, data: Self.one)).values == ["t": [1]])
  }
}
