/// What `torch.save` writes since 1.6: a zip archive with the pickle as `NAME/data.pkl`, each storage as
/// `NAME/data/KEY`, and which end of a number comes first as `NAME/byteorder`.
struct ArchivedCheckpoint: CheckpointContainer {
  let pickle: Pickle
  private let file: MappedFile
  private let archive: ZipArchive
  private let folder: Substring

  static func recognizes(_ file: MappedFile) -> Bool {
    file.withBytes { $0.starts(with: [0x50, 0x4b, 0x03, 0x04]) }
  }

  init(_ file: MappedFile) throws {
    self.file = file
    archive = try ZipArchive(file) { name in
      guard name.hasSuffix("/constants.pkl") else { return nil }
      return TensorFileFault(
        cause: "it is a TorchScript program, not a state dict",
        remedy: "save model.state_dict() with torch.save")
    }
    let pickles = archive.entries.filter { $0.key.hasSuffix("/data.pkl") && $0.key.count { $0 == "/" } == 1 }
    guard pickles.count == 1, let (name, range) = pickles.first else {
      throw TensorFileFault(
        cause: pickles.isEmpty
          ? "its archive has no data.pkl, so it is no PyTorch checkpoint"
          : "its archive has more than one data.pkl")
    }
    folder = name.dropLast("data.pkl".count)
    if let order = archive.entries[folder + "byteorder"], !file.holds("little", at: order) {
      throw TensorFileFault(
        cause: "its numbers are not little-endian", remedy: "save it on a little-endian machine")
    }
    guard range.count <= Unpickler.mostBytes else {
      throw TensorFileFault(
        cause: "its pickle has \(range.count) bytes; at most \(Unpickler.mostBytes) are read")
    }
    var reader = ByteReader(file, range, what: "its pickle")
    pickle = try Unpickler.run(file, &reader)
  }

  func bytes(of storage: Pickle.Storage) throws -> Range<Int> {
    let key = file.text(storage.key) ?? ""
    guard let range = archive.entries[folder + "data/" + key] else {
      throw TensorFileFault(cause: "its archive lacks storage '\(key.shortened)'")
    }
    let needed = storage.count * storage.type.size
    guard range.count == needed else {
      throw TensorFileFault(cause: "storage '\(key.shortened)' needs \(needed) bytes but has \(range.count)")
    }
    return range
  }
}
