/// What `torch.save` wrote before 1.6: five pickles (a magic number, a version, the machine, the object, the storages'
/// keys), then the storages in the keys' order, each after the number of its values.
struct LegacyCheckpoint: CheckpointContainer {
  /// 0x1950a86a20f9469cfc6c, as pickles have it.
  private static let magicNumber: [UInt8] = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]

  let pickle: Pickle
  private let file: MappedFile
  private var storages: [String: Range<Int>] = [:]

  /// A pickle begins with its protocol.
  static func recognizes(_ file: MappedFile) -> Bool {
    file.withBytes { $0.count > 1 && $0[0] == PickleOpcode.proto.rawValue && (2...5).contains($0[1]) }
  }

  init(_ file: MappedFile) throws {
    self.file = file
    let limit = min(file.count, Unpickler.mostBytes)
    var reader = ByteReader(
      file, 0..<limit,
      what: limit < file.count ? "the part of \(limit) bytes that may be pickles" : "its pickle")
    let magic = try Unpickler.run(file, &reader)
    guard case .longInteger(let number) = magic.root,
      file.withBytes({ $0[number].elementsEqual(Self.magicNumber) })
    else {
      throw TensorFileFault(
        cause: "it is a pickle but no PyTorch checkpoint", remedy: "save model.state_dict() with torch.save")
    }
    guard try Unpickler.run(file, &reader).root == .integer(1001) else {
      throw TensorFileFault(cause: "its version is not 1001, the only one there is")
    }
    let machine = try Unpickler.run(file, &reader)
    let order = machine.member("little_endian", of: machine.root, in: file)
    guard order != .bool(false) else {
      throw TensorFileFault(
        cause: "its numbers are not little-endian", remedy: "save it on a little-endian machine")
    }
    pickle = try Unpickler.run(file, &reader)
    try locate(try Unpickler.run(file, &reader), from: reader.position)
  }

  /// Finds each storage of the list of keys.
  private mutating func locate(_ keys: Pickle, from start: Int) throws {
    var known: [String: Pickle.Storage] = [:]
    for case .storage(let storage) in pickle.objects {
      let key = file.text(storage.key) ?? ""
      known[key] = known[key] ?? storage
    }
    guard let list = keys.list(keys.root) else {
      throw TensorFileFault(cause: "its list of storages is malformed")
    }
    var reader = ByteReader(file, start..<file.count, what: "its last storage")
    for key in list {
      guard case .text(let range) = key, let name = file.text(range), let storage = known[name],
        storages[name] == nil
      else { throw TensorFileFault(cause: "its list of storages is malformed") }
      let count = try reader.number(Int64.self)
      guard count == storage.count else {
        throw TensorFileFault(
          cause: "storage '\(name.shortened)' needs \(storage.count) values but has \(count)")
      }
      let length = storage.count * storage.type.size
      guard length <= reader.remaining else {
        throw TensorFileFault(
          cause:
            "it is truncated: storage '\(name.shortened)' needs \(length) bytes, \(reader.remaining) are left"
        )
      }
      storages[name] = try reader.take(length)
    }
  }

  func bytes(of storage: Pickle.Storage) throws -> Range<Int> {
    let key = file.text(storage.key) ?? ""
    guard let range = storages[key] else {
      throw TensorFileFault(cause: "it lacks storage '\(key.shortened)'")
    }
    let needed = storage.count * storage.type.size
    guard range.count == needed else {
      throw TensorFileFault(cause: "storage '\(key.shortened)' needs \(needed) bytes but has \(range.count)")
    }
    return range
  }
}
