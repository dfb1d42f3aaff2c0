import ShuffleNet
import ShuffledCore

/// A safetensors file: eight bytes with the length of a JSON header, the header, then the tensors' values.
/// https://huggingface.co/docs/safetensors
///
/// Nothing in it is trusted: lengths and offsets are checked before anything is read or allocated by them.
package struct SafeTensors: TensorFile {
  /// Far more than any network's header needs, far less than would hurt.
  static let largestHeader = 16 << 20

  package let metadata: [String: String]
  private let tensors: [String: StoredTensor]
  private let file: MappedFile

  /// Throws `badData` with the reason when the file is not what it says it is.
  package init(_ file: MappedFile) throws {
    do {
      let length = try Self.headerLength(file)
      let header = try SafeTensorsHeader(json: file.withBytes { Array($0[8..<8 + length]) })
      metadata = header.metadata
      tensors = try Self.checked(header.entries, dataStart: 8 + length, dataLength: file.count - 8 - length)
      self.file = file
    } catch let fault as TensorFileFault {
      throw fault.failure(file.path)
    }
  }

  /// Whether the file begins as one of its kind does.
  static func recognizes(_ file: MappedFile) -> Bool {
    file.withBytes { $0.count > 8 && $0[8] == UInt8(ascii: "{") }
  }

  private static func headerLength(_ file: MappedFile) throws -> Int {
    let notSafeTensors = TensorFileFault(
      cause: "it is not a safetensors file", remedy: "name a .safetensors file made for shuffled")
    guard recognizes(file) else { throw notSafeTensors }
    let claimed = file.withBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    guard claimed >= 2, let length = Int(exactly: claimed) else { throw notSafeTensors }
    guard length <= largestHeader else {
      throw TensorFileFault(cause: "its header claims \(length) bytes; at most \(largestHeader) are read")
    }
    guard length <= file.count - 8 else {
      throw TensorFileFault(
        cause: "it is truncated: the header claims \(length) bytes, the file has \(file.count)")
    }
    return length
  }

  /// Every tensor lies inside the file, has the size that its shape says, and shares no byte with another.
  private static func checked(
    _ entries: [String: SafeTensorsHeader.Entry], dataStart: Int, dataLength: Int
  ) throws -> [String: StoredTensor] {
    let types: [String: ElementType] = [
      "F16": .float16, "BF16": .bfloat16, "F32": .float32, "F64": .float64,
    ]
    var tensors: [String: StoredTensor] = [:]
    var end = 0
    for (key, entry) in entries.sorted(by: {
      ($0.value.range.lowerBound, $0.key) < ($1.value.range.lowerBound, $1.key)
    }) {
      let name = key.shortened
      let range = entry.range
      guard entry.shape.count <= TensorLayout.mostDimensions else {
        throw TensorFileFault(
          cause: "tensor '\(name)' has \(entry.shape.count) dimensions; "
            + "at most \(TensorLayout.mostDimensions) are possible")
      }
      // Of a type that is not known the size of a value is not either; its place is checked all the same.
      let type = types[entry.type]
      guard let layout = TensorLayout(shape: entry.shape), layout.count <= Int.max / (type?.size ?? 1) else {
        throw TensorFileFault(cause: "tensor '\(name)' has the impossible shape \(entry.shape)")
      }
      if let type, layout.count * type.size != range.count {
        throw TensorFileFault(
          cause: "tensor '\(name)' of shape \(entry.shape) needs \(layout.count * type.size) bytes "
            + "but has \(range.count)")
      }
      guard range.lowerBound >= end else {
        throw TensorFileFault(cause: "tensor '\(name)' overlaps another")
      }
      guard range.upperBound <= dataLength else {
        throw TensorFileFault(
          cause:
            "it is truncated: tensor '\(name)' ends at byte \(range.upperBound), the data has \(dataLength)")
      }
      end = range.upperBound
      tensors[key] = StoredTensor(
        type: type, typeName: entry.type, layout: layout,
        bytes: dataStart + range.lowerBound..<dataStart + range.upperBound)
    }
    return tensors
  }

  package var tensorNames: [String] { tensors.keys.sorted() }

  package func shape(_ name: String) -> [Int]? { tensors[name]?.layout.shape }

  package func tensor(_ name: String) throws -> Tensor? {
    try tensors[name]?.read(name, from: file, readable: "F32, F16, BF16 and F64")
  }
}
