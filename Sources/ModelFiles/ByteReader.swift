/// Reads a part of a file from front to back. Every step is checked against the part's end, in every build.
struct ByteReader {
  private let file: MappedFile
  /// In the file, as all places are.
  private(set) var position: Int
  private let end: Int
  /// What is read, for messages: `its pickle`.
  private let what: String

  /// - Parameter part: in the file.
  init(_ file: MappedFile, _ part: Range<Int>, what: String) {
    precondition(part.lowerBound >= 0 && part.upperBound <= file.count, "a part of the file is inside of it")
    self.file = file
    position = part.lowerBound
    end = part.upperBound
    self.what = what
  }

  var remaining: Int { end - position }

  /// Steps over `count` bytes and says where they are. Throws `TensorFileFault` where there are not that many.
  mutating func take(_ count: Int) throws -> Range<Int> {
    guard count >= 0, count <= remaining else {
      throw TensorFileFault(cause: "it is truncated: \(what) ends in the middle")
    }
    defer { position += count }
    return position..<position + count
  }

  /// A little-endian number.
  mutating func number<T: FixedWidthInteger>(_ type: T.Type) throws -> T {
    let range = try take(MemoryLayout<T>.size)
    return file.withBytes { T(littleEndian: $0.loadUnaligned(fromByteOffset: range.lowerBound, as: T.self)) }
  }

  /// Up to the next line feed, which is stepped over.
  mutating func line() throws -> Range<Int> {
    let rest = position..<end
    let length = file.withBytes { $0[rest].firstIndex(of: UInt8(ascii: "\n")).map { $0 - rest.lowerBound } }
    let range = try take(length ?? remaining + 1)
    _ = try take(1)
    return range
  }
}

extension MappedFile {
  /// The bytes as text; nil where they are not UTF-8.
  func text(_ range: Range<Int>) -> String? {
    withBytes { String(validating: $0[range], as: UTF8.self) }
  }

  /// Whether the bytes are this text.
  func holds(_ text: String, at range: Range<Int>) -> Bool {
    range.count == text.utf8.count && withBytes { $0[range].elementsEqual(text.utf8) }
  }
}
