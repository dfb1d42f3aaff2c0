import FoundationEssentials
import ShuffleNet
import ShuffledCore

/// A safetensors file: eight bytes with the length of a JSON header, the header, then the tensors' values.
/// https://huggingface.co/docs/safetensors
///
/// Nothing in it is trusted: lengths and offsets are checked before anything is read or allocated by them.
package struct SafeTensors: Sendable {
  /// How values are stored; all become 32-bit floats.
  enum ElementType: String, Sendable {
    case float16 = "F16"
    case bfloat16 = "BF16"
    case float32 = "F32"
    case float64 = "F64"

    var size: Int {
      switch self {
      case .float16, .bfloat16: 2
      case .float32: 4
      case .float64: 8
      }
    }
  }

  struct Entry: Equatable, Sendable {
    /// As the file names it; it need not be one that can be read.
    var type: String
    var shape: [Int]
    /// Relative to the end of the header.
    var range: Range<Int>
  }

  /// Far more than any network's header needs, far less than would hurt.
  static let largestHeader = 16 << 20

  package let metadata: [String: String]
  let entries: [String: Entry]
  private let file: MappedFile
  private let dataStart: Int

  /// Throws `badData` with the reason when the file is not what it says it is.
  package init(_ file: MappedFile) throws {
    func refuse(_ cause: String, _ remedy: String? = "get the file again") -> Failure {
      Failure(.badData, cannot: "load model", file.path, because: cause, remedy: remedy)
    }
    let headerLength = file.withBytes { bytes -> UInt64? in
      bytes.count < 8 ? nil : UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    }
    let notSafeTensors = refuse("it is not a safetensors file", "name a .safetensors file made for shuffled")
    guard let headerLength, headerLength >= 2, headerLength < UInt64(Int.max) else { throw notSafeTensors }
    let length = Int(headerLength)
    let opening = file.withBytes { $0.count > 8 ? $0[8] : 0 }
    guard opening == UInt8(ascii: "{") else { throw notSafeTensors }
    guard length <= Self.largestHeader else {
      throw refuse("its header claims \(length) bytes; at most \(Self.largestHeader) are read")
    }
    guard length <= file.count - 8 else {
      throw refuse("it is truncated: the header claims \(length) bytes, the file has \(file.count)")
    }
    let header: Header
    do {
      header = try file.withBytes { bytes in
        try JSONDecoder().decode(Header.self, from: Data(bytes[8..<8 + length]))
      }
    } catch let fault as HeaderFault {
      throw refuse(fault.cause)
    } catch {
      throw refuse("its header is not valid JSON")
    }
    dataStart = 8 + length
    try Self.check(header.entries, dataLength: file.count - dataStart, refuse: { refuse($0) })
    metadata = header.metadata
    entries = header.entries
    self.file = file
  }

  /// Every tensor lies inside the file, has the size that its shape says, and shares no byte with another.
  private static func check(
    _ entries: [String: Entry], dataLength: Int, refuse: (String) -> Failure
  ) throws {
    var end = 0
    for (name, entry) in entries.sorted(by: {
      ($0.value.range.lowerBound, $0.key) < ($1.value.range.lowerBound, $1.key)
    }) {
      // Of a type that is not known the size of a value is not either; its place is checked all the same.
      var size = ElementType(rawValue: entry.type)?.size ?? 0
      let isKnown = size > 0
      for dimension in entry.shape {
        let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
        guard dimension >= 0, !overflow else {
          throw refuse("tensor '\(name)' has the impossible shape \(entry.shape)")
        }
        size = product
      }
      guard !isKnown || size == entry.range.count else {
        throw refuse(
          "tensor '\(name)' of shape \(entry.shape) needs \(size) bytes but has \(entry.range.count)")
      }
      guard entry.range.lowerBound >= end else { throw refuse("tensor '\(name)' overlaps another") }
      guard entry.range.upperBound <= dataLength else {
        throw refuse(
          "it is truncated: tensor '\(name)' ends at byte \(entry.range.upperBound), the data has \(dataLength)"
        )
      }
      end = entry.range.upperBound
    }
  }

  /// A tensor's shape; nil where there is none of that name.
  func shape(_ name: String) -> [Int]? { entries[name]?.shape }

  /// The tensor's values as 32-bit floats. Throws `badData` when one is not finite.
  package func tensor(_ name: String) throws -> Tensor? {
    guard let entry = entries[name] else { return nil }
    guard let type = ElementType(rawValue: entry.type) else {
      throw Failure(
        .badData, cannot: "load model", file.path,
        because: "tensor '\(name)' has type \(entry.type); F32, F16, BF16 and F64 can be read")
    }
    let count = entry.range.count / type.size
    let values = file.withBytes { bytes -> [Float] in
      let raw = UnsafeRawBufferPointer(
        rebasing: bytes[dataStart + entry.range.lowerBound..<dataStart + entry.range.upperBound])
      return Self.floats(raw, type, count: count)
    }
    guard values.allSatisfy(\.isFinite) else {
      throw Failure(
        .badData, cannot: "load model", file.path,
        because: "tensor '\(name)' holds values that are not finite",
        remedy: "check the model with its source")
    }
    return Tensor(shape: entry.shape, values: values)
  }

  private static func floats(_ raw: UnsafeRawBufferPointer, _ type: ElementType, count: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: count) { output, initialized in
      switch type {
      case .float32:
        for i in 0..<count {
          output[i] = Float(
            bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: 4 * i, as: UInt32.self)))
        }
      case .float64:
        for i in 0..<count {
          output[i] = Float(
            Double(
              bitPattern: UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: 8 * i, as: UInt64.self))))
        }
      case .bfloat16:
        for i in 0..<count {
          let bits = UInt16(littleEndian: raw.loadUnaligned(fromByteOffset: 2 * i, as: UInt16.self))
          output[i] = Float(bitPattern: UInt32(bits) << 16)
        }
      case .float16:
        for i in 0..<count {
          let bits = UInt16(littleEndian: raw.loadUnaligned(fromByteOffset: 2 * i, as: UInt16.self))
          output[i] = floatFromHalf(bits)
        }
      }
      initialized = count
    }
  }

  /// IEEE 754 binary16, without the conversion that Swift lacks on x86-64 Linux.
  static func floatFromHalf(_ bits: UInt16) -> Float {
    let sign: Float = bits & 0x8000 == 0 ? 1 : -1
    let exponent = Int(bits >> 10 & 0x1f)
    let fraction = Float(bits & 0x3ff)
    switch exponent {
    case 0: return sign * fraction * 0x1p-24
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default: return sign * Float(sign: .plus, exponent: exponent - 15, significand: 1 + fraction / 1024)
    }
  }
}

/// What is wrong with a header that is valid JSON.
private struct HeaderFault: Error { var cause: String }

private struct Header: Decodable {
  var metadata: [String: String] = [:]
  var entries: [String: SafeTensors.Entry] = [:]

  private struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private struct RawEntry: Decodable {
    var dtype: String
    var shape: [Int]
    var offsets: [Int]

    enum CodingKeys: String, CodingKey {
      case dtype, shape
      case offsets = "data_offsets"
    }
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    for key in container.allKeys {
      let name = key.stringValue
      if name == "__metadata__" {
        guard let texts = try? container.decode([String: String].self, forKey: key) else {
          throw HeaderFault(cause: "its metadata is not a map of texts")
        }
        metadata = texts
        continue
      }
      guard let raw = try? container.decode(RawEntry.self, forKey: key) else {
        throw HeaderFault(cause: "the entry of tensor '\(name)' is malformed")
      }
      guard raw.offsets.count == 2, raw.offsets[0] >= 0, raw.offsets[1] >= raw.offsets[0]
      else { throw HeaderFault(cause: "tensor '\(name)' has impossible offsets \(raw.offsets)") }
      entries[name] = SafeTensors.Entry(
        type: raw.dtype, shape: raw.shape, range: raw.offsets[0]..<raw.offsets[1])
    }
  }
}
