/// A zip archive as `torch.save` writes it: its entries are stored as they are, so that they can be read in place.
///
/// An entry that is compressed is refused, and with it everything that unpacks to more than there is.
struct ZipArchive {
  static let mostEntries = 1 << 16
  /// In bytes: of names as long as torch's with room to spare.
  static let largestDirectory = 16 << 20

  /// Where in the file the entries' bytes are.
  private(set) var entries: [String: Range<Int>] = [:]

  /// Throws `TensorFileFault`.
  /// - Parameter refuse: the reason where the name of an entry alone says that the archive is another program's.
  init(_ file: MappedFile, refuse: (_ name: String) -> TensorFileFault?) throws {
    let directory = try ZipDirectory(file)
    var reader = ByteReader(file, directory.range, what: "its archive's directory")
    var records: [ZipEntry] = []
    for _ in 0..<directory.count {
      let record = try ZipEntry(file, &reader)
      if let fault = refuse(record.name) { throw fault }
      records.append(record)
    }
    guard reader.remaining == 0 else { throw TensorFileFault(cause: "its archive's directory is malformed") }
    var extents: [(name: String, range: Range<Int>)] = []
    for record in records {
      let extent = try record.locate(file, before: directory.range.lowerBound)
      guard entries.updateValue(extent.data, forKey: record.name) == nil else {
        throw TensorFileFault(cause: "its archive has two entries '\(record.name.shortened)'")
      }
      extents.append((record.name, extent.header..<extent.data.upperBound))
    }
    var end = 0
    for (name, range) in extents.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      guard range.lowerBound >= end else {
        throw TensorFileFault(cause: "entry '\(name.shortened)' of its archive overlaps another")
      }
      end = range.upperBound
    }
  }
}

/// Where an archive's directory is, as the records at the file's end have it.
private struct ZipDirectory {
  var range: Range<Int>
  var count: Int

  init(_ file: MappedFile) throws {
    // The last record has 22 bytes; torch puts no comment after it.
    var start = file.count - 22
    let missing = TensorFileFault(cause: "it is truncated: its archive's directory is missing")
    guard start >= 0 else { throw missing }
    var reader = ByteReader(file, start..<file.count, what: "its archive")
    guard try reader.number(UInt32.self) == 0x0605_4b50 else { throw missing }
    let malformed = TensorFileFault(cause: "its archive's directory is malformed")
    let disks = (try reader.number(UInt16.self), try reader.number(UInt16.self))
    let counts = (try reader.number(UInt16.self), try reader.number(UInt16.self))
    var length = UInt64(try reader.number(UInt32.self))
    var offset = UInt64(try reader.number(UInt32.self))
    var count = UInt64(counts.0)
    guard disks == (0, 0), counts.0 == counts.1, try reader.number(UInt16.self) == 0 else { throw malformed }

    // Before it torch puts the same once more, in 64 bits: a record, and a locator of the record.
    var locator = ByteReader(file, max(0, start - 20)..<start, what: "its archive")
    if locator.remaining == 20, try locator.number(UInt32.self) == 0x0706_4b50 {
      let disk = try locator.number(UInt32.self)
      let place = Int(clamping: try locator.number(UInt64.self))
      guard disk == 0, try locator.number(UInt32.self) == 1, place <= start - 76 else { throw malformed }
      var record = ByteReader(file, place..<start - 20, what: "its archive")
      guard try record.number(UInt32.self) == 0x0606_4b50,
        try record.number(UInt64.self) == UInt64(record.remaining)
      else { throw malformed }
      _ = try record.take(4)  // versions
      let wideDisks = (try record.number(UInt32.self), try record.number(UInt32.self))
      let wideCounts = (try record.number(UInt64.self), try record.number(UInt64.self))
      let wideLength = try record.number(UInt64.self)
      let wideOffset = try record.number(UInt64.self)
      // Where 32 bits were enough, both say the same.
      guard wideDisks == (0, 0), wideCounts.0 == wideCounts.1,
        counts.0 == .max || wideCounts.0 == count, length == 0xffff_ffff || wideLength == length,
        offset == 0xffff_ffff || wideOffset == offset
      else { throw malformed }
      (count, length, offset) = (wideCounts.0, wideLength, wideOffset)
      start = place
    }
    guard offset <= UInt64(start), length == UInt64(start) - offset else { throw malformed }
    guard count <= UInt64(ZipArchive.mostEntries) else {
      throw TensorFileFault(
        cause: "its archive has \(count) entries; at most \(ZipArchive.mostEntries) are read")
    }
    range = Int(offset)..<start
    guard range.count <= ZipArchive.largestDirectory else {
      throw TensorFileFault(
        cause:
          "its archive's directory has \(range.count) bytes; at most \(ZipArchive.largestDirectory) are read")
    }
    self.count = Int(count)
  }
}
