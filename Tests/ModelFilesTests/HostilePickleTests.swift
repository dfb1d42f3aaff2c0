import Testing

/// Pickles that ask for more than a state dict needs, or are none. They are all in a sound archive.
@Suite struct HostilePickleTests {
  private typealias Make = PickleAssembler

  private func expect(
    _ pickle: [UInt8], _ cause: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try TensorFileBytes.expect(ZipAssembler(pickle: pickle).bytes, cause, sourceLocation: sourceLocation)
  }

  /// Where the pickle begins in the archive, for messages.
  private static let start = 42

  private func malformed(
    _ body: [UInt8], _ cause: String, at byte: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try expect(
      Make.pickle(body),
      "its pickle is malformed at byte \(Self.start + 2 + byte): \(cause) (get the file again)",
      sourceLocation: sourceLocation)
  }

  @Test(arguments: [
    "os.system", "posix.system", "builtins.eval", "__builtin__.eval", "builtins.getattr", "torch.load",
    "torch.FloatStorage.resize_", "torch._utils._rebuild_qtensor",
    "torch.QInt8Storage",
    "subprocess.Popen", "torch.storage._load_from_bytes", "collections.OrderedDict.update",
  ])
  func namesThatNoStateDictNeeds(name: String) throws {
    let refusal = "it asks for \(name), which no state dict needs (get the file from a source you trust)"
    try expect(Make.pickle(Make.global(name) + Make.tuple(Make.text("true")) + Make.op("R")), refusal)
    let dot = try #require(name.lastIndex(of: "."))
    let stacked =
      Make.text(String(name[..<dot])) + Make.text(String(name[name.index(after: dot)...])) + [0x93]
    try expect(Make.pickle(stacked + Make.op(")R"), protocol: 4), refusal)
    // Also where its result would be thrown away, or is beside the state dict.
    let beside = Make.dictionary(
      ("args", Make.global(name)), ("state_dict", Make.dictionary(("w", Make.weight))))
    try expect(Make.pickle(beside), refusal)
  }

  @Test(arguments: [
    "torch.nn.modules.linear.Linear", "torchvision.models.shufflenetv2.ShuffleNetV2", "__main__.Net",
  ])
  func wholeModels(name: String) throws {
    try expect(
      Make.pickle(Make.global(name) + Make.op(")") + [0x81]),
      "it asks for \(name), which no state dict needs (save model.state_dict() instead of the model)")
  }

  @Test(arguments: [
    (0x30, "POP"), (0x31, "POP_MARK"), (0x32, "DUP"), (0x46, "FLOAT"), (0x49, "INT"), (0x4c, "LONG"),
    (0x50, "PERSID"),
    (0x53, "STRING"), (0x56, "UNICODE"), (0x64, "DICT"), (0x67, "GET"), (0x69, "INST"), (0x6c, "LIST"),
    (0x6f, "OBJ"),
    (0x70, "PUT"), (0x82, "EXT1"), (0x83, "EXT2"), (0x84, "EXT4"), (0x8b, "LONG4"), (0x8e, "BINBYTES8"),
    (0x91, "FROZENSET"), (0x92, "NEWOBJ_EX"), (0x96, "BYTEARRAY8"), (0x97, "NEXT_BUFFER"),
    (0x98, "READONLY_BUFFER"),
    (0x00, "0x0"), (0xff, "0xff"),
  ])
  func instructionsThatNoStateDictNeeds(code: Int, name: String) throws {
    try expect(
      Make.pickle([UInt8(code)]),
      "its pickle has the instruction \(name), which no state dict needs (get the file from a source you trust)"
    )
  }

  @Test(arguments: [0, 1, 6, 255])
  func otherProtocols(version: UInt8) throws {
    try expect(
      Make.pickle(Make.op("N"), protocol: version), "its pickle has protocol \(version); 2 to 5 are read")
  }

  @Test func endsInTheMiddle() throws {
    let whole = ZipAssembler(("w", Make.weight)).entries[0].data
    for length in 0..<whole.count {
      try expect(
        Array(whole.prefix(length)), "it is truncated: its pickle ends in the middle (get the file again)")
    }
  }

  /// Lengths that there is nothing behind.
  @Test func lengthsAreNotTrusted() throws {
    let cut = "it is truncated: its pickle ends in the middle (get the file again)"
    for body: [UInt8] in [
      [0x8a, 255, 1], Make.op("X") + [255, 255, 255, 255], Make.op("T") + [0, 0, 0, 0x80],
      Make.op("U") + [200],
      [0x8c, 255], [0x8d] + Make.little(UInt64.max), [0x8d] + Make.little(UInt64(1) << 63),
      Make.op("B") + [0, 0, 0, 0xff], Make.op("C") + [250], Make.op("cos.system"),
    ] {
      try expect(Make.pickle(body), cut)
    }
    try expect(
      Make.pickle([0x95] + Make.little(UInt64(1000))),
      "it is truncated: a frame of its pickle has 1000 bytes, 1 are left (get the file again)")
    try expect(
      Make.pickle([0x95] + Make.little(UInt64.max)),
      "it is truncated: a frame of its pickle has 18446744073709551615 bytes, 1 are left (get the file again)"
    )
  }

  @Test func theStackIsChecked() throws {
    for letters in ["a", "e", "s", "u", "t", "R", "b", "Q", "\u{85}"] {
      let body: [UInt8] = letters == "\u{85}" ? [0x85] : Make.op(letters)
      let cause = "eut".contains(letters) ? "there is no mark" : "the stack is empty"
      try malformed(body, cause, at: 0)
    }
    try malformed([], "the stack is empty", at: 0)
    // What lies below a mark is not to be taken.
    try malformed(Make.op("]N(a"), "the stack is empty", at: 3)
    try malformed(Make.op("](q") + [0], "the stack is empty", at: 2)
    try malformed([0x87] + Make.op("N"), "the stack is empty", at: 0)
    try malformed(Make.op("NN") + [0x87], "the stack is empty", at: 2)
  }

  @Test func theMemoIsChecked() throws {
    try malformed(Make.op("h") + [7], "nothing was memoized as 7", at: 0)
    try malformed(Make.op("j") + Make.little(UInt32.max), "nothing was memoized as 4294967295", at: 0)
    try malformed(Make.op("Nr") + Make.little(UInt32.max), "memo number 4294967295 is too large", at: 1)
    try malformed(Make.op("Nr") + Make.little(UInt32(1 << 18)), "memo number 262144 is too large", at: 1)
  }

  @Test func textsAreUTF8() throws {
    try malformed(Make.op("X") + [2, 0, 0, 0, 0xc3, 0x28], "a text is not UTF-8", at: 0)
    try malformed(Make.op("U") + [1, 0xff], "a text is not UTF-8", at: 0)
    try malformed(Make.op("c") + [0xff, 0x0a, 0x0a], "a name is not UTF-8", at: 0)
    try malformed(Make.op("NN") + [0x93], "a name is no text", at: 2)
  }

  @Test func containersAreWhatTheySay() throws {
    try malformed(Make.op("NNa"), "items are appended to what is no list", at: 2)
    try malformed(Make.op(")(Ne"), "items are appended to what is no list", at: 3)
    try malformed(Make.op("]NNs"), "items are set in what is no dictionary", at: 3)
    try malformed(Make.op("}(Nu"), "a key has no value", at: 3)
    try malformed(Make.op("](N") + [0x90], "items are added to what is no set", at: 3)
    try malformed(Make.op("NNR"), "arguments are no tuple", at: 2)
    try malformed(Make.op("N)R"), "it calls what cannot be called", at: 2)
    try malformed(Make.op("N)") + [0x81], "it makes an object of no class", at: 2)
    try malformed(Make.op("N}b"), "it gives state to what has none", at: 2)
    try malformed(Make.op("]}b"), "it gives state to what has none", at: 2)
  }

  @Test func noStateDict() throws {
    let cause = "it holds no state dict (save model.state_dict() with torch.save)"
    for body in [
      Make.op("N"), Make.op("]"), Make.op("}"), Make.text("w"), Make.weight, Make.list(Make.weight),
      Make.dictionary(("epoch", Make.integer(3)), ("state_dict", Make.op("N"))),
      Make.dictionary(("net", Make.dictionary(("w", Make.weight)))),
      Make.op("}(") + Make.integer(1) + Make.weight + Make.op("u"),
    ] {
      try expect(Make.pickle(body), cause)
    }
  }
}
