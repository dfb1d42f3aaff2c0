import Foundation
import Glibc
import Kernels
import ModelFiles
import ShuffleNet
import ShuffledCore
import TestSupport
import Testing

@Suite struct ModelWriterTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private static let architecture = Architecture(
    family: .shuffleNetV2, dialect: .torchvision, stageRepeats: [1], channels: [2, 4, 3], activation: .relu6,
    classes: 2)

  private static func description(labels: [String] = ["no", "yes"]) -> ModelDescription {
    ModelDescription(
      name: "a \"name\"\n", architecture: architecture,
      input: InputSpecification(
        size: PixelSize(width: 48, height: 32), resizeShorter: 36, channelOrder: .bgr, scale: 1.0 / 255,
        mean: [0.1, 1e-30, -3], std: [1.0 / 3, 2, 1e300]), labels: labels)
  }

  /// Every kind of finite number: of both signs, the smallest and the largest ones, zeros.
  private static let values: [Float] = [
    0, -0.0, 1, -1, .leastNonzeroMagnitude, -.leastNormalMagnitude, .greatestFiniteMagnitude,
    -.greatestFiniteMagnitude, .pi, 0.1,
  ]

  private static func tensor(_ shape: TensorShape) -> Tensor {
    let first = shape.name.utf8.reduce(0) { $0 + Int($1) }
    let count = shape.shape.reduce(1, *)
    return Tensor(shape: shape.shape, values: (0..<count).map { values[(first + $0) % values.count] })
  }

  /// Names in the folder, hidden ones too.
  private var listing: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
  }

  private func expectWhole(_ path: String, _ description: ModelDescription) throws {
    let file = try ModelFile(path: path)
    #expect(file.description == description)
    #expect(file.isDescribed)
    let tensors = try openTensorFile(path: path)
    let shapes = try Self.architecture.tensors()
    #expect(tensors.tensorNames == shapes.map(\.name).sorted())
    for shape in shapes {
      let found = try #require(try tensors.tensor(shape.name))
      let wanted = Self.tensor(shape)
      #expect(found.shape == wanted.shape)
      #expect(found.values.map(\.bitPattern) == wanted.values.map(\.bitPattern), "\(shape.name)")
    }
  }

  @Test func whatIsWrittenIsRead() throws {
    let path = folder.file("m.safetensors")
    try ModelWriter.write(Self.description(), to: path, tensor: Self.tensor)
    try expectWhole(path, Self.description())
    let parameters = try Self.architecture.tensors().reduce(0) { $0 + $1.shape.reduce(1, *) }
    #expect(try ModelFile(path: path).readAll() == parameters)
    let bytes = [UInt8](try folder.data("m.safetensors"))
    let header = bytes[..<8].reversed().reduce(0) { $0 << 8 + Int($1) }
    #expect((8 + header) % 64 == 0)
    #expect(bytes.count == 8 + header + 4 * parameters)
    #expect(try listing == ["m.safetensors"])
  }

  @Test func theSameModelIsTheSameBytes() throws {
    try ModelWriter.write(Self.description(), to: folder.file("a"), tensor: Self.tensor)
    try ModelWriter.write(Self.description(), to: folder.file("b"), tensor: Self.tensor)
    #expect(try folder.data("a") == folder.data("b"))
  }

  @Test(arguments: [
    ["\"quoted\"", "back\\slash"], ["two\nlines", "tab\tnull\0"], ["👩‍👩‍👧 family", "e\u{301}"], ["", "/"],
    ["\u{2028}", "\u{FEFF}"],
  ])
  func labelsOfAllKinds(labels: [String]) throws {
    let path = folder.file("m.safetensors")
    try ModelWriter.write(Self.description(labels: labels), to: path, tensor: Self.tensor)
    let found = try ModelFile(path: path).description.labels
    #expect(found.map { Array($0.utf8) } == labels.map { Array($0.utf8) })
  }

  @Test func aFileOfThatNameIsReplaced() throws {
    let path = folder.file("m.safetensors")
    try folder.write("something else", to: "m.safetensors")
    let old = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    try ModelWriter.write(Self.description(), to: path, tensor: Self.tensor)
    try expectWhole(path, Self.description())
    // Whoever had opened it goes on reading what was there.
    #expect(try old.readToEnd() == Data("something else".utf8))
    #expect(try listing == ["m.safetensors"])
  }

  @Test func aModelIsWrittenOverItself() throws {
    let path = folder.file("m.safetensors")
    try ModelWriter.write(Self.description(), to: path, tensor: Self.tensor)
    var wanted = WeightsDescription()
    (wanted.name, wanted.activation) = ("other", .relu)
    try ModelFile(path: path, wanted: wanted).write(to: path)
    var other = Self.description()
    (other.name, other.architecture.activation) = ("other", .relu)
    try expectWhole(path, other)
    #expect(try listing == ["m.safetensors"])
  }

  @Test func aLinkStaysOne() throws {
    try FileManager.default.createDirectory(atPath: folder.file("in"), withIntermediateDirectories: true)
    try folder.write("old", to: "in/m.safetensors")
    let link = folder.file("link")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "in/m.safetensors")
    try ModelWriter.write(Self.description(), to: link, tensor: Self.tensor)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "in/m.safetensors")
    try expectWhole(folder.file("in/m.safetensors"), Self.description())
  }

  private func failure(_ path: String) throws -> String? {
    do {
      try ModelWriter.write(Self.description(), to: path, tensor: Self.tensor)
      return nil
    } catch let failure as Failure {
      #expect(failure.kind == .inputOutput)
      return failure.description.replacingOccurrences(of: folder.path, with: "F")
    }
  }

  @Test func whatCannotBeWritten() throws {
    #expect(
      try failure(folder.file("no/m")) == "cannot write model 'F/no/m': no such file or directory")
    #expect(
      try failure(folder.path)
        == "cannot write model 'F': it is not a regular file (name a .safetensors file)")
    // A device would be replaced by a file, by who may do that.
    #expect(
      try failure("/dev/null")
        == "cannot write model '/dev/null': it is not a regular file (name a .safetensors file)")
    #expect(
      try failure(folder.file(String(repeating: "m", count: 300))).map { $0.hasSuffix("file name too long") }
        == true)
    try folder.write("", to: "file")
    #expect(try failure(folder.file("file/m")) == "cannot write model 'F/file/m': not a directory")
    #expect(try failure("") == "cannot write model '': no such file or directory")
    #expect(try listing == ["file"])
  }

  @Test func aFolderThatOneMayNotWriteIn() throws {
    try folder.write("as it was", to: "m")
    #expect(chmod(folder.path, 0o555) == 0)
    let cause = try asNobody { try failure(folder.file("m")) }
    #expect(chmod(folder.path, 0o755) == 0)
    #expect(cause == "cannot write model 'F/m': permission denied")
    #expect(try listing == ["m"])
    #expect(try folder.data("m") == Data("as it was".utf8))
  }

  /// Half of the tensors are written when one cannot be read.
  @Test func nothingIsLeftBehindByAFailure() throws {
    try folder.write("as it was", to: "m")
    let failure = #expect(throws: Failure.self) {
      try ModelWriter.write(Self.description(), to: folder.file("m")) { shape in
        guard shape.name != "conv5.0.weight" else {
          #expect(try listing.count == 2)
          throw Failure(.badData, cannot: "read", because: "it is damaged")
        }
        return Self.tensor(shape)
      }
    }
    #expect(failure?.description == "cannot read: it is damaged")
    #expect(try listing == ["m"])
    #expect(try folder.data("m") == Data("as it was".utf8))
  }

  @Test func whatCouldNotBeReadIsNotWritten() throws {
    let failure = #expect(throws: Failure.self) {
      let labels = [String(repeating: "long", count: 5 << 20), "b"]
      try ModelWriter.write(Self.description(labels: labels), to: folder.file("m"), tensor: Self.tensor)
    }
    #expect(failure?.kind == .badData)
    #expect(failure?.cause == "its header takes 20974968 bytes; at most 16777216 are read")
    #expect(failure?.remedy == "give it shorter labels")
    #expect(try listing == [])
  }

  /// A file that says what it is and is not that: it is told before anything is written.
  @Test func aModelThatLacksATensorIsNotWritten() throws {
    var bytes = ModelFileBytes()
    bytes.tensors.removeAll { $0.name == "conv5.1.bias" }
    let path = try folder.write(Data(try bytes.bytes()), to: "m.safetensors")
    let failure = #expect(throws: Failure.self) { try ModelFile(path: path).write(to: folder.file("n")) }
    #expect(failure?.description == "cannot load model '\(path)': it lacks conv5.1.bias")
    #expect(try listing == ["m.safetensors"])
  }
}
