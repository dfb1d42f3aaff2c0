import Testing

/// The form of PyTorch before 1.6, also as its oldest versions and Python 2 wrote it, which nobody can make today.
@Suite struct LegacyCheckpointTests {
  private typealias Make = PickleAssembler

  /// A file in the making, to be spoiled in one place by each test.
  private struct File {
    var magic = Make.pickle([0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19])
    var version = Make.pickle(Make.op("M") + Make.little(UInt16(1001)))
    var machine = Make.pickle(Make.dictionary(("little_endian", [0x88])))
    var object: [UInt8]
    var keys = ["7"]
    var storages: [UInt8] =
      Make.little(Int64(2)) + Make.little(Float(1).bitPattern) + Make.little(Float(-2).bitPattern)

    var bytes: [UInt8] {
      let list = Make.pickle(Make.op("](") + keys.flatMap(Make.text) + Make.op("e"))
      return magic + version + machine + object + list + storages
    }
  }

  private static let storage = Make.storage(key: "7", count: 2, view: Make.op("N"))
  private static let weight = Make.tensor(storage, shape: [2], strides: [1])
  private let sound = File(object: Make.pickle(Make.dictionary(("w", weight))))

  private func expect(
    _ cause: String, sourceLocation: SourceLocation = #_sourceLocation, _ spoil: (inout File) -> Void
  ) throws {
    var file = sound
    spoil(&file)
    try TensorFileBytes.expect(file.bytes, cause, sourceLocation: sourceLocation)
  }

  @Test func theSoundOneIsRead() throws {
    #expect(try TensorFileBytes.read(sound.bytes).values == ["w": [1, -2]])
  }

  /// Texts are bytes, long integers end in L, and an OrderedDict is made of a list of pairs.
  @Test func pythonTwo() throws {
    func text(_ text: String) -> [UInt8] { Make.op("U") + [UInt8(text.utf8.count)] + Array(text.utf8) }
    let id = Make.tuple(
      text("storage"), Make.global("torch.FloatStorage"), text("7"), text("cuda:0"), [0x8a, 1, 2],
      Make.op("N"))
    let tensor =
      Make.global("torch._utils._rebuild_tensor")
      + Make.tuple(id + Make.op("Q"), [0x8a, 0], Make.tuple([0x8a, 1, 2]), Make.tuple([0x8a, 1, 1]))
      + Make.op("R")
    let bias = Make.op("T") + Make.little(UInt32(11)) + Array("module.bias".utf8)
    let pairs = Make.list(Make.list(text("module.w"), tensor), Make.tuple(bias, tensor))
    var file = sound
    file.object = Make.pickle(Make.global("collections.OrderedDict") + pairs + [0x85] + Make.op("R}b"))
    let found = try TensorFileBytes.read(file.bytes)
    #expect(found.values == ["w": [1, -2], "bias": [1, -2]])
    for items in [Make.op("N"), Make.list(Make.op("N")), Make.list(Make.list(Make.op("N")))] {
      file.object = Make.pickle(Make.global("collections.OrderedDict") + items + [0x85] + Make.op("R"))
      let failure = try #require(try TensorFileBytes.failure(file.bytes))
      #expect(failure.cause.hasSuffix(": a dictionary is made of what are no pairs"), "\(failure)")
    }
  }

  /// Until 0.4 several storages could be parts of one.
  @Test func viewsOfStorages() throws {
    func part(_ offset: Int, _ count: Int) -> [UInt8] {
      let view = Make.tuple(Make.text("view"), Make.integer(offset), Make.integer(count))
      return Make.storage(key: "7", count: 5, view: view)
    }
    func file(_ tensor: [UInt8]) -> File {
      var file = sound
      file.object = Make.pickle(Make.dictionary(("w", tensor)))
      file.storages = Make.little(Int64(5)) + (1...5).flatMap { Make.little(Float($0).bitPattern) }
      return file
    }
    let inside = file(Make.tensor(part(1, 3), offset: 1, shape: [2], strides: [1]))
    #expect(try TensorFileBytes.read(inside.bytes).values == ["w": [3, 4]])
    try TensorFileBytes.expect(
      file(Make.tensor(part(1, 3), offset: 2, shape: [2], strides: [1])).bytes,
      "tensor 'w' of shape [2] ends outside of its storage of 3 values (get the file again)")
  }

  @Test func theStart() throws {
    let foreign = "it is a pickle but no PyTorch checkpoint (save model.state_dict() with torch.save)"
    try expect(foreign) { $0.magic = Make.pickle(Make.weight) }
    try expect(foreign) { $0.magic[4] ^= 1 }
    try expect(foreign) { $0.magic = Make.pickle(Make.integer(1)) }
    try expect("its version is not 1001, the only one there is (get the file again)") {
      $0.version = Make.pickle(Make.integer(1002))
    }
    try expect("its numbers are not little-endian (save it on a little-endian machine)") {
      $0.machine = Make.pickle(Make.dictionary(("little_endian", [0x89])))
    }
    try expect("it asks for os.system, which no state dict needs (get the file from a source you trust)") {
      $0.object = Make.pickle(Make.global("os.system"))
    }
    try expect("it asks for os.system, which no state dict needs (get the file from a source you trust)") {
      $0.machine = Make.pickle(Make.global("os.system"))
    }
  }

  @Test func truncation() throws {
    let whole = sound.bytes
    let data = whole.count - 16
    for length in 2..<data {
      try TensorFileBytes.expect(
        Array(whole.prefix(length)), "it is truncated: its pickle ends in the middle (get the file again)")
    }
    for length in data..<data + 8 {
      try TensorFileBytes.expect(
        Array(whole.prefix(length)),
        "it is truncated: its last storage ends in the middle (get the file again)")
    }
    for length in data + 8..<whole.count {
      try TensorFileBytes.expect(
        Array(whole.prefix(length)),
        "it is truncated: storage '7' needs 8 bytes, \(length - data - 8) are left (get the file again)")
    }
  }

  @Test func storagesAreListedAndCounted() throws {
    let malformed = "its list of storages is malformed (get the file again)"
    try expect(malformed) { $0.keys = ["8"] }
    try expect(malformed) { $0.keys = ["7", "7"] }
    try expect("it lacks storage '7' (get the file again)") { $0.keys = [] }
    for count in [3, -1, Int64.min, .max] {
      try expect("storage '7' needs 2 values but has \(count) (get the file again)") {
        $0.storages = Make.little(count) + $0.storages.dropFirst(8)
      }
    }
    try expect("storage '7' needs 16 bytes but has 8 (get the file again)") {
      let wide = Make.tensor(
        Make.storage("torch.DoubleStorage", key: "7", count: 2, view: Make.op("N")), shape: [2], strides: [1])
      $0.object = Make.pickle(Make.dictionary(("w", Self.weight), ("x", wide)))
    }
    try expect(
      "it is truncated: storage '7' needs 9223372036854775804 bytes, 8 are left (get the file again)"
    ) {
      let huge = Make.storage(key: "7", count: Int.max / 4, view: Make.op("N"))
      $0.object = Make.pickle(Make.dictionary(("w", Make.tensor(huge, shape: [2], strides: [1]))))
      $0.storages = Make.little(Int64.max / 4) + $0.storages.dropFirst(8)
    }
  }

  @Test func picklesThatNeverEnd() throws {
    try expect(
      "it is truncated: the part of 8388608 bytes that may be pickles ends in the middle (get the file again)"
    ) {
      $0.object =
        [0x80, 2] + Make.op("X") + Make.little(UInt32(9 << 20)) + [UInt8](repeating: 0x20, count: 9 << 20)
    }
  }
}
