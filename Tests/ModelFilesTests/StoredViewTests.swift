import Testing

/// Where a checkpoint says that a tensor's values are.
@Suite struct StoredViewTests {
  private typealias Make = PickleAssembler
  private static let storages: [(key: String, data: [UInt8])] = [
    ("0", (1...6).flatMap { Make.little(Float($0).bitPattern) })
  ]

  private func bytes(_ tensor: [UInt8]) -> [UInt8] {
    ZipAssembler(pickle: Make.pickle(Make.dictionary(("w", tensor))), storages: Self.storages).bytes
  }

  private func view(_ offset: Int, _ shape: [Int], _ strides: [Int]) -> [UInt8] {
    bytes(Make.tensor(Make.storage(count: 6), offset: offset, shape: shape, strides: strides))
  }

  @Test func viewsAreReadInTheirOrder() throws {
    let views: [(offset: Int, shape: [Int], strides: [Int], values: [Float])] = [
      (0, [6], [1], [1, 2, 3, 4, 5, 6]), (0, [2, 3], [3, 1], [1, 2, 3, 4, 5, 6]),
      (0, [3, 2], [1, 3], [1, 4, 2, 5, 3, 6]), (1, [2, 2], [3, 1], [2, 3, 5, 6]), (5, [], [], [6]),
      (5, [1, 1], [1000, 1000], [6]), (2, [2, 3], [0, 0], [3, 3, 3, 3, 3, 3]), (0, [3], [2], [1, 3, 5]),
      (0, [2, 2, 2], [1, 2, 1], [1, 2, 3, 4, 2, 3, 4, 5]), (0, [0], [1], []), (6, [0, 5], [5, 1], []),
      (900, [3, 0], [1 << 40, 1], []),
    ]
    for (offset, shape, strides, values) in views {
      let found = try TensorFileBytes.read(view(offset, shape, strides))
      #expect(found.values == ["w": values], "\(offset) \(shape) \(strides)")
      #expect(found.shapes == ["w": shape])
    }
  }

  @Test func viewsOutsideOfTheirStorage() throws {
    for (offset, shape, strides) in [
      (0, [7], [1]), (1, [6], [1]), (6, [1], [1]), (0, [2, 2], [4, 2]), (1 << 62, [6], [1]),
      (Int.max, [1], [1]), (0, [2], [Int.max - 1]),
    ] {
      try TensorFileBytes.expect(
        view(offset, shape, strides),
        "tensor 'w' of shape \(shape) ends outside of its storage of 6 values (get the file again)")
    }
  }

  @Test func impossibleViews() throws {
    for (offset, shape, strides) in [
      (-1, [1], [1]), (0, [-1], [1]), (0, [2], [-1]), (0, [2], [1, 1]), (0, [], [1]),
      (0, [1 << 62, 8], [0, 0]),
      (0, [0, 1 << 62, 8], [0, 0, 0]), (0, [3], [1 << 62]), (0, [2, 2], [Int.max, 1]), (0, [2], [Int.max]),
    ] {
      try TensorFileBytes.expect(
        view(offset, shape, strides),
        "tensor 'w' has the impossible shape \(shape), strides \(strides) or offset \(offset) (get the file again)"
      )
    }
  }

  /// A stride of 0 makes anything of nothing.
  @Test func repetitionIsLimited() throws {
    let most = 1 << 20
    #expect(try TensorFileBytes.read(view(0, [most], [0])).values["w"]?.count == most)
    for shape in [[most + 1], [1 << 30, 1 << 30]] {
      try TensorFileBytes.expect(
        view(0, shape, shape.map { _ in 0 }),
        "tensor 'w' of shape \(shape) repeats 1 values; at most 1048576 are made of fewer (get the file again)"
      )
    }
  }

  @Test func valuesThatAreNotFinite() throws {
    var archive = ZipAssembler(("w", Make.weight))
    archive.entries[2].data[6] = 0x80
    archive.entries[2].data[7] = 0x7f
    try TensorFileBytes.expect(
      archive.bytes, "tensor 'w' holds values that are not finite (check the model with its source)")
  }

  /// Negated or conjugated when they are looked at, which a reader of what is stored does not see.
  @Test func lazyValues() throws {
    let lazy = Make.tensor(
      Make.storage(count: 6), shape: [6], strides: [1], more: Make.dictionary(("neg", [0x88])))
    try TensorFileBytes.expect(
      bytes(lazy), "tensor 'w' has type lazy float32; float32, float16, bfloat16 and float64 can be read")
    let none = Make.tensor(Make.storage(count: 6), shape: [1], strides: [1], more: Make.op("N"))
    #expect(try TensorFileBytes.read(bytes(none)).values == ["w": [1]])
  }

  @Test func tensorsOfUntypedStorages() throws {
    func typed(_ type: String, offset: Int, _ shape: [Int]) -> [UInt8] {
      bytes(
        Make.tensor(
          Make.storage("torch.storage.UntypedStorage", count: 24), offset: offset, shape: shape, strides: [1],
          function: "_rebuild_tensor_v3", more: Make.global(type)))
    }
    #expect(try TensorFileBytes.read(typed("torch.float32", offset: 4, [2])).values == ["w": [5, 6]])
    try TensorFileBytes.expect(
      typed("torch.float64", offset: 0, [4]),
      "tensor 'w' of shape [4] ends outside of its storage of 3 values (get the file again)")
    try TensorFileBytes.expect(
      typed("torch.FloatStorage", offset: 0, [4]),
      "its pickle is malformed at byte 206: a tensor has no type (get the file again)")
  }

  @Test func storagesAreWhatTheySay() throws {
    func malformed(_ storage: [UInt8], _ cause: String, at byte: Int) throws {
      try TensorFileBytes.expect(
        bytes(Make.tensor(storage, shape: [1], strides: [1])),
        "its pickle is malformed at byte \(byte): \(cause) (get the file again)")
    }
    try malformed(Make.storage(count: -1), "a storage has -1 values", at: 144)
    try malformed(Make.storage(count: Int.max), "a storage has 9223372036854775807 values", at: 144)
    let foreign =
      Make.tuple(Make.text("module"), Make.global("torch.FloatStorage"), Make.op("NNN")) + Make.op("Q")
    try malformed(foreign, "a persistent object is no storage", at: 122)
    try malformed(Make.text("0") + Make.op("Q"), "a persistent object is no storage", at: 92)
    for view in [
      [7, 0], [0, 7], [-1, 1], [1, -1], [4, 3], [1, Int.max],
    ] {
      let bytes = bytes(
        Make.tensor(
          Make.storage(
            count: 6, view: Make.tuple(Make.text("v"), Make.integer(view[0]), Make.integer(view[1]))),
          shape: [1], strides: [1]))
      let failure = try #require(try TensorFileBytes.failure(bytes))
      #expect(failure.cause.hasSuffix(": a view is outside of its storage"), "\(failure)")
    }
    let tensor = Make.global("torch._utils._rebuild_tensor_v2")
    for arguments in [
      Make.op(")"), Make.tuple(Make.op("N"), Make.integer(0), Make.op("))")),
      Make.tuple(Make.storage(count: 6), Make.op("N))")),
      Make.tuple(Make.storage(count: 6), Make.integer(0), Make.tuple(Make.op("N")), Make.op(")")),
      Make.tuple(
        Make.storage(count: 6), Make.integer(0), Make.integers([Int](repeating: 1, count: 65)), Make.op(")")),
    ] {
      let failure = try #require(try TensorFileBytes.failure(bytes(tensor + arguments + Make.op("R"))))
      #expect(
        failure.cause.hasSuffix(": a tensor has no storage, offset, shape and strides"), "\(failure)")
    }
  }
}
