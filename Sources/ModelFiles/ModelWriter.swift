import FoundationEssentials
import Glibc
import ShuffleNet
import ShuffledCore

/// Writes model files.
public enum ModelWriter {
  /// Writes a model of these weights as 32-bit floats, one tensor after the other. The file appears under its name when it is
  /// whole. Blocks until it is on the disk. Throws `inputOutput` when it cannot be written, `badData` when a tensor is
  /// not there or not as the architecture needs it.
  /// - tensor: gives the values of a tensor that the architecture needs.
  public static func write(
    _ description: ModelDescription, to path: String, tensor: (TensorShape) throws -> Tensor
  ) throws {
    let tensors = try description.architecture.tensors()
    let file = try NewFile(path: path)
    try file.write(header(description, tensors))
    for shape in tensors {
      let values = try tensor(shape).values
      precondition(values.count == shape.shape.reduce(1, *), "a tensor has as many values as its shape says")
      try values.withUnsafeBytes { try file.write($0) }
    }
    try file.finish()
  }

  /// Eight bytes of length, the JSON, and as many spaces as make the values begin at a multiple of 64 bytes.
  private static func header(_ description: ModelDescription, _ tensors: [TensorShape]) -> [UInt8] {
    let metadata = description.metadata.sorted { $0.key < $1.key }
      .map { "\(jsonText($0.key)):\(jsonText($0.value))" }.joined(separator: ",")
    var members = ["\"__metadata__\":{\(metadata)}"]
    var offset = 0
    for tensor in tensors {
      let end = offset + 4 * tensor.shape.reduce(1, *)
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      members.append(
        "\(jsonText(tensor.name)):{\"dtype\":\"F32\",\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}"
      )
      offset = end
    }
    var text = Array(("{" + members.joined(separator: ",") + "}").utf8)
    while (8 + text.count) % 64 != 0 { text.append(UInt8(ascii: " ")) }
    return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text
  }
}

extension ModelFile {
  /// Writes the model, with what it is said to be, as a file that describes itself.
  public func write(to path: String) throws {
    try ModelWriter.write(description, to: path) { shape in
      guard let tensor = try tensors.tensor(shape.name) else {
        preconditionFailure("a tensor whose shape was found is there")
      }
      return tensor
    }
  }
}

/// A file that appears under its name only when it is whole.
private final class NewFile {
  private let path: String
  private let part: String
  private let descriptor: Int32
  private var isFinished = false

  init(path: String) throws {
    self.path = path
    let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    part = "\(path[..<slash]).\(path[slash...]).\(getpid())"
    descriptor = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw Self.failure(path) }
  }

  deinit {
    close(descriptor)
    if !isFinished { unlink(part) }
  }

  private static func failure(_ path: String) -> Failure {
    Failure(.inputOutput, cannot: "write model", path, because: String(cString: strerror(errno)).lowercased())
  }

  func write(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try write($0) } }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if written < 0, errno == EINTR { continue }
      guard written > 0 else { throw Self.failure(path) }
      rest = rest.dropFirst(written)
    }
  }

  func finish() throws {
    guard fsync(descriptor) == 0, rename(part, path) == 0 else { throw Self.failure(path) }
    isFinished = true
  }
}
