import ModelFiles
import ShuffledCore
import Testing

/// Checkpoints that PyTorch wrote (Tests/Fixtures/checkpoints), in both of its forms.
@Suite struct CheckpointTests {
  private static let folder =
    #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/")
    + "/Fixtures/checkpoints/"

  private func open(_ name: String) throws -> PyTorchCheckpoint {
    try PyTorchCheckpoint(MappedFile(path: Self.folder + name))
  }

  private static let names = [
    "plain", "types", "views", "state-dict", "model", "model-state-dict", "protocol-3", "protocol-4",
    "protocol-5",
  ]

  @Test(arguments: names, [".pth", ".legacy.pth"])
  func holdsWhatPyTorchPutThere(name: String, form: String) throws {
    let expected = try SafeTensors(MappedFile(path: Self.folder + "expected.safetensors"))
    let wanted = expected.tensorNames.filter { $0.hasPrefix(name + ":") }
    #expect(!wanted.isEmpty)
    let checkpoint = try open(name + form)
    for key in wanted {
      let tensor = String(key.dropFirst(name.count + 1))
      #expect(checkpoint.shape(tensor) == expected.shape(key), "\(tensor)")
      #expect(try checkpoint.tensor(tensor) == expected.tensor(key), "\(tensor)")
    }
  }

  @Test(arguments: [".pth", ".legacy.pth"])
  func allNamesAreThereOnceAndSorted(form: String) throws {
    let network = [
      "conv.weight", "fc.bias", "fc.weight", "norm.bias", "norm.num_batches_tracked", "norm.running_mean",
      "norm.running_var", "norm.weight",
    ]
    for name in ["plain", "state-dict", "model", "protocol-4"] {
      #expect(try open(name + form).tensorNames == network, "\(name)")
    }
    let parameters = network.filter { $0 != "norm.num_batches_tracked" }
    #expect(try open("model-state-dict" + form).tensorNames == parameters)
  }

  @Test(arguments: [".pth", ".legacy.pth"])
  func countersAreKnownByShapeOnly(form: String) throws {
    let path = Self.folder + "plain" + form
    let checkpoint = try open("plain" + form)
    #expect(checkpoint.shape("norm.num_batches_tracked") == [])
    let failure = #expect(throws: Failure.self) { try checkpoint.tensor("norm.num_batches_tracked") }
    #expect(
      failure?.description
        == "cannot load model '\(path)': tensor 'norm.num_batches_tracked' has type int64; "
        + "float32, float16, bfloat16 and float64 can be read")
    #expect(failure?.kind == .badData)
    #expect(checkpoint.shape("norm.nothing") == nil)
    #expect(try checkpoint.tensor("norm.nothing") == nil)
  }

  @Test(arguments: [
    "int64", "int32", "int16", "int8", "uint8", "bool", "complex64", "complex128",
  ])
  func otherTypesAreKnownByShapeOnly(type: String) throws {
    for form in [".pth", ".legacy.pth"] {
      let checkpoint = try open("types" + form)
      #expect(checkpoint.shape(type) == [2, 3])
      let failure = #expect(throws: Failure.self) { try checkpoint.tensor(type) }
      #expect(
        failure?.cause
          == "tensor '\(type)' has type \(type); float32, float16, bfloat16 and float64 can be read")
    }
  }

  /// Types that PyTorch has got since 2.1 lie in storages of bytes.
  @Test func newerTypes() throws {
    let checkpoint = try open("newer-types.pth")
    #expect(checkpoint.tensorNames == ["float8", "uint16", "weight"])
    #expect(try checkpoint.tensor("weight")?.values == [1.5, -2.5, 0, 0x1p-14, 65504])
    #expect(checkpoint.shape("float8") == [3])
    let failure = #expect(throws: Failure.self) { try checkpoint.tensor("float8") }
    #expect(
      failure?.cause
        == "tensor 'float8' has type float8_e4m3fn; float32, float16, bfloat16 and float64 can be read")
  }

  @Test func theFirstBytesSayOfWhichKindAFileIs() throws {
    for name in ["plain.pth", "plain.legacy.pth"] {
      let file = try openTensorFile(path: Self.folder + name)
      #expect(file is PyTorchCheckpoint)
    }
    let file = try openTensorFile(path: Self.folder + "expected.safetensors")
    #expect(file is SafeTensors)
    let failure = #expect(throws: Failure.self) { try openTensorFile(path: Self.folder + "none.pth") }
    #expect(failure?.kind == .noInput)
  }
}
