import FoundationEssentials
import Glibc
import ShuffleNet
import ShuffledCore

/// Writes model files.
public enum ModelWriter {
  /// Writes a model of these weights as 32-bit floats, one tensor after the other. The file appears under its name when it is
  /// whole; one that had the name is gone then, also where it is what the weights are read from. Blocks until it is on the
  /// disk. Throws `inputOutput` when it cannot be written, `badData` when it would be one that cannot be read, or what
  /// `tensor` throws.
  /// - tensor: gives the values of a tensor that the architecture needs.
  public static func write(
    _ description: ModelDescription, to path: String, tensor: (TensorShape) throws -> Tensor
  ) throws {
    let tensors = try description.architecture.tensors()
    let header = header(description, tensors)
    guard header.count - 8 <= SafeTensors.largestHeader else {
      throw Failure(
        .badData, cannot: "write model", path,
        because: "its header takes \(header.count - 8) bytes; at most \(SafeTensors.largestHeader) are read",
        remedy: "give it shorter labels")
    }
    let file = try NewFile(path: path)
    try file.write(header)
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
  /// Writes the model, with what it is said to be, as a file that describes itself. Throws `inputOutput` when it cannot be
  /// written, `badData` when a tensor is missing, misshapen or not finite.
  public func write(to path: String) throws {
    try checkWeights()
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
  /// What gets the new name: where `path` is a link, the file that it leads to.
  private let target: String
  private let part: String
  private let descriptor: Int32
  private var isFinished = false

  /// Throws `inputOutput` when it cannot be written, or what has its name is a folder or a device.
  init(path: String) throws {
    self.path = path
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      throw Failure(
        .inputOutput, cannot: "write model", path, because: "it is not a regular file",
        remedy: "name a .safetensors file")
    }
    let resolved = realpath(path, nil)
    defer { free(resolved) }
    let target = resolved.map { String(cString: $0) } ?? path
    self.target = target
    let slash = target.lastIndex(of: "/").map { target.index(after: $0) } ?? target.startIndex
    // Processes of two containers may have the same number.
    let number = String(UInt32.random(in: 0 ... .max), radix: 16)
    part = "\(target[..<slash]).\(target[slash...]).\(number)"
    descriptor = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw Self.failure(path) }
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    if !isFinished { unlink(part) }
  }

  private static func failure(_ path: String) -> Failure {
    Failure(.inputOutput, cannot: "write model", path, because: systemText(errno))
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
    guard fsync(descriptor) == 0, rename(part, target) == 0 else { throw Self.failure(path) }
    isFinished = true
  }
}
