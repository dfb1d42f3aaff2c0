import Testing

/// Archives that contradict themselves. What is in them would be fine.
@Suite struct HostileArchiveTests {
  private typealias Make = PickleAssembler
  private typealias Entry = ZipAssembler.Entry

  private let sound = ZipAssembler(("w", PickleAssembler.weight))

  private func expect(
    _ cause: String, sourceLocation: SourceLocation = #_sourceLocation, _ spoil: (inout ZipAssembler) -> Void
  ) throws {
    var archive = sound
    spoil(&archive)
    try TensorFileBytes.expect(archive.bytes, cause, sourceLocation: sourceLocation)
  }

  private static let malformed = "its archive's directory is malformed (get the file again)"
  private static let missing = "it is truncated: its archive's directory is missing (get the file again)"

  private static func contradiction(_ name: String) -> String {
    "entry '\(name)' of its archive contradicts the archive's directory (get the file again)"
  }

  @Test func theSoundOneIsRead() throws {
    var archive = sound
    let wanted = TensorFileBytes.Found(shapes: ["w": [2]], values: ["w": [1, -2]])
    #expect(try TensorFileBytes.read(archive.bytes) == wanted)
    archive.isWide = false
    #expect(try TensorFileBytes.read(archive.bytes) == wanted)
    // Files older than the entry `byteorder`.
    archive.entries.remove(at: 1)
    #expect(try TensorFileBytes.read(archive.bytes) == wanted)
  }

  /// Numbers of 64 bits in place of those that 32 cannot hold.
  @Test func wideNumbersAreRead() throws {
    var archive = sound
    archive.entries[2].spoilRecord = { record in
      let offset = Array(record[42..<46])
      record.replaceSubrange(20..<28, with: [UInt8](repeating: 0xff, count: 8))
      record.replaceSubrange(42..<46, with: [UInt8](repeating: 0xff, count: 4))
      let extra =
        [0x99, 0x99, 1, 0, 7, 1, 0, 24, 0] + Make.little(8) + Make.little(8) + offset + [0, 0, 0, 0]
      record[30] = UInt8(extra.count)
      record += extra
    }
    archive.entries[2].spoilHeader = { $0.replaceSubrange(18..<26, with: [UInt8](repeating: 0xff, count: 8)) }
    archive.spoilEnd = { $0.replaceSubrange(8..<20, with: [UInt8](repeating: 0xff, count: 12)) }
    #expect(try TensorFileBytes.read(archive.bytes).values == ["w": [1, -2]])
    // Without the field they are what they say: far outside.
    archive.entries[2].spoilRecord = { $0.replaceSubrange(42..<46, with: [UInt8](repeating: 0xff, count: 4)) }
    try TensorFileBytes.expect(archive.bytes, Self.contradiction("m/data/0"))
  }

  @Test func compressedAndEncryptedEntries() throws {
    for index in 0..<3 {
      let name = sound.entries[index].name
      try expect(
        "entry '\(name)' of its archive is compressed (save it with torch.save, which does not compress)"
      ) { $0.entries[index].spoilRecord = { ($0[10], $0[20]) = (8, 5) } }
      for (byte, bit) in [(8, 1), (8, 0x40), (9, 0x20)] {
        try expect("entry '\(name)' of its archive is encrypted") {
          $0.entries[index].spoilRecord = { $0[byte] |= UInt8(bit) }
        }
      }
    }
    try expect(Self.contradiction("m/data/0")) { $0.entries[2].spoilHeader = { $0[8] = 8 } }
  }

  @Test func headersAreWhatTheDirectorySays() throws {
    let spoiled: [(inout [UInt8]) -> Void] = [
      { $0[0] = 0 }, { $0[6] = 1 }, { $0[18] = 7 }, { $0[22] = 9 }, { $0[26] = 7 }, { $0[30] = 0x6e },
      { $0.replaceSubrange(18..<26, with: [9, 0, 0, 0, 9, 0, 0, 0]) },
    ]
    for spoil in spoiled {
      try expect(Self.contradiction("m/data/0")) { $0.entries[2].spoilHeader = spoil }
    }
    try expect("it is truncated: entry 'm/data/0' of its archive ends in the middle (get the file again)") {
      $0.entries[2].spoilHeader = { $0[28] = 200 }
    }
  }

  @Test func placesOfEntries() throws {
    try expect(Self.contradiction("m/data/0")) { $0.entries[2].spoilRecord = { $0[42] &+= 1 } }
    try expect(Self.contradiction("m/data/0")) { $0.entries[2].spoilRecord = { $0[20] = 7 } }
    try expect(Self.contradiction("m/data/0")) { $0.entries[2].spoilRecord = { $0[45] = 0x7f } }
    try expect("it is truncated: entry 'm/data/0' of its archive ends in the middle (get the file again)") {
      $0.entries[2].spoilRecord = { record in
        for byte in [21, 25] { record[byte] = 4 }
      }
    }
    // Two names for one entry.
    try expect(Self.contradiction("m/data/0")) {
      $0.entries[2].spoilRecord = { $0.replaceSubrange(42..<46, with: [0, 0, 0, 0]) }
    }
    // An entry that lies in another's bytes.
    var inner: [UInt8] = []
    var entry = sound.entries[2]
    entry.spoilHeader = { inner = $0 }
    var other = sound
    other.entries = [entry]
    _ = other.bytes
    inner += entry.data
    try expect("entry 'm/data/0' of its archive overlaps another (get the file again)") {
      $0.entries.insert(Entry(name: "m/x", data: inner), at: 0)
      $0.entries[3].spoilRecord = { $0.replaceSubrange(42..<46, with: [35, 0, 0, 0]) }
    }
  }

  @Test func entriesThatAreThereTwice() throws {
    try expect("its archive has two entries 'm/data/0' (get the file again)") {
      $0.entries.append($0.entries[2])
    }
    try expect("its archive has two entries 'm/data.pkl' (get the file again)") {
      $0.entries.append($0.entries[0])
    }
    try expect("its archive has more than one data.pkl (get the file again)") {
      $0.entries.append(Entry(name: "n/data.pkl", data: $0.entries[0].data))
    }
  }

  @Test func whatIsMissing() throws {
    let none = "its archive has no data.pkl, so it is no PyTorch checkpoint (get the file again)"
    try expect(none) { $0.entries[0].name = "m/x/data.pkl" }
    try expect(none) { $0.entries[0].name = "data.pkl" }
    try expect("its archive lacks storage '0' (get the file again)") { $0.entries[2].name = "n/data/0" }
    try expect("its archive lacks storage '0' (get the file again)") { $0.entries.removeLast() }
    try expect("storage '0' needs 8 bytes but has 7 (get the file again)") { $0.entries[2].data.removeLast() }
    try expect("storage '0' needs 8 bytes but has 9 (get the file again)") { $0.entries[2].data.append(0) }
  }

  @Test func otherArchives() throws {
    try expect("its numbers are not little-endian (save it on a little-endian machine)") {
      $0.entries[1].data = Array("big".utf8)
    }
    try expect("it is a TorchScript program, not a state dict (save model.state_dict() with torch.save)") {
      $0.entries[1].spoilRecord = { ($0[10], $0[20]) = (8, 5) }
      $0.entries.append(Entry(name: "m/constants.pkl", data: Make.pickle(Make.op(")"))))
    }
  }

  @Test func theEnd() throws {
    let whole = sound.bytes
    for count in [1, 22, 42, 98, whole.count - 4] {
      try TensorFileBytes.expect(Array(whole.dropLast(count)), Self.missing)
    }
    try TensorFileBytes.expect(whole + [0], Self.missing)
    for (byte, value) in [(4, 1), (6, 1), (8, 2), (10, 2), (12, 1), (16, 1), (20, 1)] {
      try expect(Self.malformed) { $0.spoilEnd = { $0[byte] = UInt8(value) } }
    }
    for (byte, value) in [(0, 0), (4, 43), (16, 1), (20, 1), (24, 2), (32, 2), (40, 1), (48, 1), (55, 0x80)] {
      try expect(Self.malformed) { $0.spoilWideEnd = { $0[byte] = UInt8(value) } }
    }
    // As many entries as there are bytes for, and more than that.
    for count in [2, 4] {
      try expect(
        count == 2
          ? Self.malformed
          : "it is truncated: its archive's directory ends in the middle (get the file again)"
      ) {
        $0.isWide = false
        $0.spoilEnd = { ($0[8], $0[10]) = (UInt8(count), UInt8(count)) }
      }
    }
    try expect("its archive has 4294967299 entries; at most 65536 are read (get the file again)") {
      $0.spoilWideEnd = { ($0[28], $0[36]) = (1, 1) }
      $0.spoilEnd = { $0.replaceSubrange(8..<12, with: [255, 255, 255, 255]) }
    }
  }

  @Test func aHugeDirectory() throws {
    try expect("its archive's directory has 16777383 bytes; at most 16777216 are read (get the file again)") {
      $0.entries[1].spoilRecord = { $0 += [UInt8](repeating: 0, count: 16 << 20) }
    }
  }

  @Test func namesAreUTF8() throws {
    try expect(Self.malformed) { $0.entries[1].spoilRecord = { $0[46] = 0xff } }
  }
}
