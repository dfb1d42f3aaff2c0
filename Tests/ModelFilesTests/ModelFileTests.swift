import FoundationEssentials
import Glibc
import Kernels
import ModelFiles
import ShuffleNet
import ShuffledCore
import TestSupport
import Testing

@Suite struct ModelFileTests {
  /// Loads a file of these bytes down to its plan; the failure, without the file's folder, if there is one.
  private func failure(_ bytes: [UInt8]) throws -> Failure? {
    let folder =
      FileManager.default.temporaryDirectory.path + "/shuffled-model-\(UInt64.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/m.safetensors"
    try Data(bytes).write(to: URL(filePath: path))
    do {
      _ = try ModelFile(path: path).plan(kernels: InstructionSet.portable.kernels)
      return nil
    } catch var failure as Failure {
      #expect(failure.subject == path)
      failure.subject = "m"
      return failure
    }
  }

  private func expect(_ bytes: [UInt8], _ cause: String, sourceLocation: SourceLocation = #_sourceLocation)
    throws
  {
    let found = try #require(try failure(bytes), "it loaded", sourceLocation: sourceLocation)
    #expect(found.description == "cannot load model 'm': \(cause)", sourceLocation: sourceLocation)
    #expect(found.kind == .badData, sourceLocation: sourceLocation)
  }

  @Test func aWholeFileLoads() throws {
    #expect(try failure(try ModelFileBytes().bytes()) == nil)
  }

  @Test func describesItself() throws {
    let path =
      #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/")
      + "/Fixtures/networks/custom-width.safetensors"
    let file = try ModelFile(path: path)
    #expect(file.description.name == "custom-width")
    #expect(file.description.labels == ["apple", "bear", "cloud", "door", "engine", "fence", "gate"])
    #expect(file.description.architecture.channels == [10, 20, 36, 74, 50])
    #expect(file.description.architecture.stageRepeats == [2, 3, 2])
    #expect(file.description.input.size == PixelSize(width: 88, height: 64))
    #expect(file.description.input.resizeShorter == 72)
    #expect(file.sha256.count == 64)
    #expect(
      file.description.architecture.json
        == #"{"family":"shufflenet_v2","dialect":"torchvision","stage_repeats":[2,3,2],"#
        + #""channels":[10,20,36,74,50],"activation":"relu","classes":7}"#)
  }

  @Test func whatIsNoModelFile() throws {
    let cause =
      "it is neither a safetensors file nor a PyTorch checkpoint (name a file that safetensors or torch.save wrote)"
    try expect([1, 2, 3], cause)
    try expect(Array("#EXTM3U\nhttp://127.0.0.1/".utf8), cause)
    try expect([UInt8](repeating: 0, count: 64), cause)
    try expect(
      Array("PK\u{3}\u{4}archive/data.pkl and more".utf8),
      "it is truncated: its archive's directory is missing (get the file again)")
    try expect([], "the file is empty")
  }

  /// Weights that nobody described, as other programs write them.
  @Test(arguments: [nil, "pt"]) func weightsAloneAreRecognised(format: String?) throws {
    var bytes = ModelFileBytes()
    bytes.metadata = format.map { ["format": $0] } ?? [:]
    let folder = try Folder()
    let path = try folder.write(Data(try bytes.bytes()), to: "mine.safetensors")
    let file = try ModelFile(path: path) { $0 == 2 ? ["off", "on"] : nil }
    #expect(!file.isDescribed)
    #expect(
      file.description.architecture
        == Architecture(
          family: .shuffleNetV2, dialect: .torchvision, stageRepeats: [1], channels: [2, 4, 3],
          activation: .relu, classes: 2))
    #expect(file.description.name == "mine")
    #expect(file.description.labels == ["off", "on"])
    #expect(file.description.input == .torchvision)
    _ = try file.plan(kernels: InstructionSet.portable.kernels)
  }

  @Test func lengthsAreNotTrusted() throws {
    let file = ModelFileBytes()
    let whole = try file.bytes()
    try expect(
      try file.bytes(length: 1 << 40),
      "its header claims 1099511627776 bytes; at most 16777216 are read (get the file again)")
    try expect(
      try file.bytes(length: 1 << 20),
      "it is truncated: the header claims 1048576 bytes, the file has \(whole.count) (get the file again)")
    try expect(
      Array(whole.dropLast(1)),
      "it is truncated: tensor 'fc.bias' ends at byte \(4 * file.tensors.reduce(0) { $0 + $1.values.count }), "
        + "the data has \(4 * file.tensors.reduce(0) { $0 + $1.values.count } - 1) (get the file again)")
  }

  @Test func brokenHeaders() throws {
    let file = ModelFileBytes()
    try expect(try file.bytes(header: "{\"a\":"), "its header is not valid JSON (get the file again)")
    func spoiled(_ tensor: String, _ entry: String) throws -> [UInt8] {
      try file.bytes(header: file.header { $0 == tensor ? entry : $1 })
    }
    try expect(
      try spoiled("fc.bias", #"{"dtype":"I64","shape":[2],"data_offsets":[720,728]}"#),
      "tensor 'fc.bias' has type I64; F32, F16, BF16 and F64 can be read")
    try expect(
      try spoiled("fc.bias", #"{"dtype":"F32","shape":[2],"data_offsets":[16,8]}"#),
      "tensor 'fc.bias' has impossible offsets [16, 8] (get the file again)")
    try expect(
      try spoiled("fc.bias", #"{"dtype":"F32","shape":[2],"data_offsets":[0,8]}"#),
      "tensor 'fc.bias' overlaps another (get the file again)")
    try expect(
      try spoiled("fc.bias", #"{"dtype":"F32","shape":[3],"data_offsets":[0,8]}"#),
      "tensor 'fc.bias' of shape [3] needs 12 bytes but has 8 (get the file again)")
    try expect(
      try spoiled("fc.bias", #"{"dtype":"F32","shape":[4611686018427387904,8],"data_offsets":[0,8]}"#),
      "tensor 'fc.bias' has the impossible shape [4611686018427387904, 8] (get the file again)")
    try expect(
      try spoiled("fc.bias", #"{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}"#),
      "tensor 'fc.bias' has the impossible shape [-2] (get the file again)")
    try expect(
      try spoiled("fc.bias", "7"), "the entry of tensor 'fc.bias' is malformed (get the file again)")
  }

  static let descriptionFaults: [(key: String, value: String?, cause: String)] = [
    (
      "format", "shuffled.model.v9",
      "its format is 'shuffled.model.v9'; this program reads 'shuffled.model.v1' (upgrade shuffled)"
    ),
    ("name", "", "its metadata lacks 'name'"),
    ("labels", nil, "its metadata lacks 'labels'"),
    ("labels", #"["no"]"#, "it has 1 labels for 2 classes"),
    ("labels", "[1,2]", "its metadata's 'labels' has a value of the wrong type at 'Index 0'"),
    ("architecture", "{", "its metadata's 'architecture' is not valid JSON"),
    (
      "architecture", #"{"family":"shufflenet_v2"}"#, "its metadata's 'architecture' lacks 'dialect'"
    ),
    (
      "architecture",
      #"{"family":"resnet","dialect":"torchvision","stage_repeats":[1],"channels":[2,4,3],"activation":"relu","classes":2}"#,
      "its family 'resnet' is not known; known are shufflenet_v1, shufflenet_v2"
    ),
    (
      "architecture",
      #"{"family":"shufflenet_v2","dialect":"torchvision","stage_repeats":[1],"channels":[2,5,3],"activation":"relu","classes":2}"#,
      "stage2.0 makes 5 channels, which are not two halves"
    ),
    (
      "input",
      #"{"height":0,"width":32,"resize_shorter":36,"channel_order":"rgb","scale":1,"mean":[0,0,0],"std":[1,1,1]}"#,
      "its input is 32x0, resized to 36; 1 to 2048 are possible"
    ),
    (
      "input",
      #"{"height":32,"width":32,"resize_shorter":36,"channel_order":"grb","scale":1,"mean":[0,0,0],"std":[1,1,1]}"#,
      "its channel order 'grb' is not known; known are rgb, bgr"
    ),
    (
      "input",
      #"{"height":32,"width":32,"resize_shorter":36,"channel_order":"rgb","scale":1,"mean":[0,0,0],"std":[1,0,1]}"#,
      "its mean, std and scale do not make a normalisation of 3 channels"
    ),
  ]

  @Test(arguments: descriptionFaults)
  func brokenDescriptions(key: String, value: String?, cause: String) throws {
    var file = ModelFileBytes()
    file.metadata[key] = value
    try expect(try file.bytes(), cause)
  }

  /// Also of a file that is not this program's, such as training writes: then the weights say what they are.
  @Test func aFileThatDoesNotDescribeItself() throws {
    for metadata in [[:], ["format": "pt"]] {
      var bytes = ModelFileBytes()
      bytes.metadata = metadata
      let folder = try Folder()
      let file = try ModelFile(path: folder.write(Data(try bytes.bytes()), to: "tiny.x.safetensors"))
      #expect(!file.isDescribed)
      #expect(file.description.name == "tiny.x")
      #expect(file.description.architecture.channels == [2, 4, 3])
      #expect(file.description.labels == ["class 0", "class 1"])
      #expect(file.description.input == .torchvision)
      #expect(try file.readAll() == bytes.tensors.reduce(0) { $0 + $1.values.count })
    }
  }

  @Test func weightsAreChecked() throws {
    var file = ModelFileBytes()
    file.tensors.removeAll { $0.name == "conv5.1.bias" }
    try expect(try file.bytes(), "tensor 'conv5.1.bias': the model file has no such tensor")
    file = ModelFileBytes()
    file.tensors[file.tensors.count - 1] = ("fc.bias", [1, 2], [0, 0])
    try expect(try file.bytes(), "tensor 'fc.bias': its shape is [1, 2], expected [2]")
    for value in [Float.nan, .infinity, -.infinity] {
      file = ModelFileBytes()
      file.tensors[0].values[7] = value
      try expect(
        try file.bytes(),
        "tensor 'conv1.0.weight' holds values that are not finite (check the model with its source)")
    }
  }

  @Test func aNegativeVarianceIsRefused() throws {
    var file = ModelFileBytes()
    let index = try #require(file.tensors.firstIndex { $0.name == "conv5.1.running_var" })
    file.tensors[index].values[1] = -0.5
    try expect(
      try file.bytes(),
      "tensor 'conv5.1.running_var': with it the folded weights are not finite; a variance is negative, or a factor "
        + "too large")
  }

  @Test func whatIsValidButFarTooLargeIsRefused() throws {
    var file = ModelFileBytes()
    file.metadata["input"] =
      #"{"height":2048,"width":2048,"resize_shorter":2048,"channel_order":"rgb","scale":1,"mean":[0,0,0],"std":[1,1,1]}"#
    file.metadata["architecture"] =
      #"{"family":"shufflenet_v2","dialect":"torchvision","stage_repeats":[1],"channels":[2,2048,3],"activation":"relu","classes":2}"#
    func resize(_ name: String, _ shape: [Int]) {
      guard let index = file.tensors.firstIndex(where: { $0.name == name }) else { return }
      file.tensors[index] = (name, shape, [Float](repeating: 1, count: shape.reduce(1, *)))
    }
    for kind in ["weight", "bias", "running_mean", "running_var"] {
      for layer in ["branch1.3", "branch2.1", "branch2.4", "branch2.6"] {
        resize("stage2.0.\(layer).\(kind)", [1024])
      }
    }
    resize("stage2.0.branch1.2.weight", [1024, 2, 1, 1])
    resize("stage2.0.branch2.0.weight", [1024, 2, 1, 1])
    resize("stage2.0.branch2.3.weight", [1024, 1, 3, 3])
    resize("stage2.0.branch2.5.weight", [1024, 1024, 1, 1])
    resize("conv5.0.weight", [3, 2048, 1, 1])
    try expect(
      try file.bytes(), "it needs 569 MiB of working memory a worker; 512 are possible")
  }

  /// PyTorch's state dicts carry counters that no network needs.
  @Test func tensorsThatNobodyAsksForAreNotRead() throws {
    let file = ModelFileBytes()
    let end = 4 * file.tensors.reduce(0) { $0 + $1.values.count }
    let counter =
      #","conv1.1.num_batches_tracked":{"dtype":"I64","shape":[],"data_offsets":[\#(end),\#(end + 8)]}}"#
    let header = String(try file.header().dropLast()) + counter
    #expect(try failure(try file.bytes(header: header) + [UInt8](repeating: 1, count: 8)) == nil)
  }

  /// Bytes changed at random give a failure or a model, never a crash and never a made-up message.
  @Test func changedBytesNeverCrash() throws {
    let whole = try ModelFileBytes().bytes()
    var generator = SeededGenerator(seed: 20_260_801)
    for _ in 0..<600 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        // Mostly in the header, where the structure is.
        let end = Bool.random(using: &generator) ? bytes.count : 1_200
        bytes[Int.random(in: 0..<end, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      if Int.random(in: 0..<8, using: &generator) == 0 {
        bytes.removeLast(Int.random(in: 0..<bytes.count, using: &generator))
      }
      if let failure = try failure(bytes) { #expect(failure.kind == .badData, "\(failure)") }
    }
  }
}
