/// An entry of a zip archive's directory.
struct ZipEntry {
  let name: String
  /// Where in the file the name is.
  private let nameRange: Range<Int>
  private let flags: UInt16
  private let method: UInt16
  private let size: Int
  private let packedSize: Int
  private let header: Int

  /// Reads the next entry of the directory. Throws `TensorFileFault` where it is malformed.
  init(_ file: MappedFile, _ reader: inout ByteReader) throws {
    let malformed = TensorFileFault(cause: "its archive's directory is malformed")
    guard try reader.number(UInt32.self) == 0x0201_4b50 else { throw malformed }
    _ = try reader.take(4)  // versions
    flags = try reader.number(UInt16.self)
    method = try reader.number(UInt16.self)
    _ = try reader.take(8)  // time, date, checksum
    let packed = try reader.number(UInt32.self)
    let unpacked = try reader.number(UInt32.self)
    let lengths = (
      name: try reader.number(UInt16.self), extra: try reader.number(UInt16.self),
      comment: try reader.number(UInt16.self)
    )
    let disk = try reader.number(UInt16.self)
    _ = try reader.take(6)  // attributes
    let offset = try reader.number(UInt32.self)
    nameRange = try reader.take(Int(lengths.name))
    guard let name = file.text(nameRange) else { throw malformed }
    self.name = name
    let wide = try Self.wideNumbers(
      file, ByteReader(file, try reader.take(Int(lengths.extra)), what: "its archive's directory"),
      unpacked, packed, offset)
    _ = try reader.take(Int(lengths.comment))
    guard disk == 0, let size = Int(exactly: wide[0]), let packedSize = Int(exactly: wide[1]),
      let header = Int(exactly: wide[2])
    else { throw malformed }
    self.size = size
    self.packedSize = packedSize
    self.header = header
  }

  /// The numbers, and in place of those that 32 bits cannot hold the ones of the extra field for it.
  private static func wideNumbers(
    _ file: MappedFile, _ extra: ByteReader, _ numbers: UInt32...
  ) throws -> [UInt64] {
    var extra = extra
    while numbers.contains(.max), extra.remaining >= 4 {
      let id = try extra.number(UInt16.self)
      let range = try extra.take(Int(try extra.number(UInt16.self)))
      guard id == 1 else { continue }
      var field = ByteReader(file, range, what: "its archive's directory")
      return try numbers.map { $0 == .max ? try field.number(UInt64.self) : UInt64($0) }
    }
    return numbers.map(UInt64.init)
  }

  /// Where the entry's own header begins and its bytes are: what the header says must be what the directory says.
  /// Throws `TensorFileFault` where it is not, or the bytes are compressed or encrypted.
  /// - Parameter limit: where the directory begins.
  func locate(_ file: MappedFile, before limit: Int) throws -> (header: Int, data: Range<Int>) {
    // Bits 0, 6 and 13: encrypted, strongly so, with its directory.
    guard flags & 0x2041 == 0 else {
      throw TensorFileFault(cause: "entry '\(name.shortened)' of its archive is encrypted", remedy: nil)
    }
    guard method == 0 else {
      throw TensorFileFault(
        cause: "entry '\(name.shortened)' of its archive is compressed",
        remedy: "save it with torch.save, which does not compress")
    }
    let contradiction = TensorFileFault(
      cause: "entry '\(name.shortened)' of its archive contradicts the archive's directory")
    guard size == packedSize, header <= limit else { throw contradiction }
    var reader = ByteReader(file, header..<limit, what: "entry '\(name.shortened)' of its archive")
    guard try reader.number(UInt32.self) == 0x0403_4b50 else { throw contradiction }
    _ = try reader.take(2)  // version
    let flags = try reader.number(UInt16.self)
    let method = try reader.number(UInt16.self)
    _ = try reader.take(8)  // time, date, checksum
    let sizes = (try reader.number(UInt32.self), try reader.number(UInt32.self))
    let nameLength = Int(try reader.number(UInt16.self))
    let extraLength = Int(try reader.number(UInt16.self))
    let ownName = try reader.take(nameLength)
    _ = try reader.take(extraLength)
    // Bit 3: the sizes follow the bytes, and are 0 here. All bits: they are in the extra field.
    let known = [UInt32(clamping: size), flags & 8 == 0 ? .max : 0, .max]
    guard flags == self.flags, method == self.method, known.contains(sizes.0), known.contains(sizes.1),
      file.withBytes({ $0[ownName].elementsEqual($0[nameRange]) })
    else { throw contradiction }
    return (header, try reader.take(size))
  }
}
