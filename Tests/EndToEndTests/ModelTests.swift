import Foundation
import TestSupport
import Testing

/// Models that are missing, foreign or damaged.
@Suite struct ModelTests {
  let folder: Folder

  init() throws {
    folder = try Folder()
    try folder.encode("a.mp4", source: "testsrc2=s=96x64:r=25:d=1", ["-c:v", "libx264"])
    try folder.encode("a.png", ["-frames:v", "1"])
  }

  /// Both commands that use a model say the same, and the database is not even created.
  private func expectRefused(
    _ model: String, _ code: Int32, _ line: String, at location: SourceLocation = #_sourceLocation
  ) throws {
    for words in [["process", "-d", "x.db", "-m", model, "a.mp4"], ["classify", "-m", model, "a.png"]] {
      expectRefusal(try shuffled(words, in: folder), code, line, at: location)
    }
    #expect(!FileManager.default.fileExists(atPath: folder.file("x.db")), sourceLocation: location)
  }

  @Test func missing() throws {
    try expectRefused(
      "custom-widht", 66,
      "cannot find model 'custom-widht': no model has that name (did you mean 'custom-width'?)")
    try expectRefused("m.safetensors", 66, "cannot load model 'm.safetensors': no such file (check the path)")
    try expectRefused("./m", 66, "cannot load model './m': no such file (check the path)")
    try expectRefused(
      "./", 66, "cannot load model './': it is not a regular file (name a .safetensors file)")
    let ending = try shuffled(["classify", "-m", "nothing-like-it", "a.png"], in: folder)
    #expect(ending.code == 66)
    #expect(
      ending.errors.hasPrefix(
        "shuffled: cannot find model 'nothing-like-it': no model has that name (known are "))
    #expect(ending.errors.contains("custom-width"))
  }

  @Test func foreign() throws {
    let foreign =
      "it is neither a safetensors file nor a PyTorch checkpoint (name a file that safetensors or torch.save wrote)"
    // The beginning of what torch.save writes: a zip archive with a pickle.
    try folder.write(
      Data("PK\u{3}\u{4}".utf8) + Data(count: 26) + Data("archive/data.pkl".utf8), to: "torch.safetensors")
    try expectRefused(
      "torch.safetensors", 65,
      "cannot load model 'torch.safetensors': it is truncated: its archive's directory is missing (get the file again)"
    )
    try folder.write(
      Data((0..<5_000).map { UInt8(truncatingIfNeeded: $0 &* $0 &* 31 >> 3) }), to: "bytes.safetensors")
    try folder.write("short", to: "short.safetensors")
    try folder.write("", to: "empty.safetensors")
    for name in ["bytes", "short"] {
      try expectRefused("\(name).safetensors", 65, "cannot load model '\(name).safetensors': \(foreign)")
    }
    try expectRefused("./a.mp4", 65, "cannot load model './a.mp4': \(foreign)")
    try expectRefused("empty.safetensors", 65, "cannot load model 'empty.safetensors': the file is empty")
  }

  /// Changes to a good file, each with what is said of it.
  static let changes: [(name: String, change: @Sendable (inout ModelChange) throws -> Void, cause: String)] =
    [
      (
        "weights of another network",
        { ($0.header["__metadata__"], $0.header["conv1.0.weight"]) = (nil, nil) },
        "its tensors are no ShuffleNet's: it has none of conv1.conv.weight (article), conv1.0.weight (torchvision), first_conv.0.weight (megvii)"
      ),
      (
        "a newer format", { $0.metadata["format"] = "shuffled.model.v9" },
        "its format is 'shuffled.model.v9'; this program reads 'shuffled.model.v1' (upgrade shuffled)"
      ),
      ("no labels", { $0.metadata["labels"] = nil }, "its metadata lacks 'labels'"),
      ("too few labels", { $0.metadata["labels"] = "[\"a\",\"b\"]" }, "it has 2 labels for 7 classes"),
      (
        "broken JSON", { $0.metadata["architecture"] = "{" },
        "its metadata's 'architecture' is not valid JSON"
      ),
      (
        "giant layers", { $0.replaceInArchitecture("[10, 20, 36, 74, 50]", "[1000000000, 20, 36, 74, 50]") },
        "a layer has 1000000000 channels; 1 to 8192 are possible"
      ),
      (
        "a tensor missing", { $0.header["conv1.0.weight"] = nil },
        "tensor 'conv1.0.weight': the model file has no such tensor"
      ),
      (
        "a tensor turned", { $0.setEntry("fc.weight", "shape", [50, 7]) },
        "tensor 'fc.weight': its shape is [50, 7], expected [7, 50]"
      ),
      (
        "a wrong size", { $0.setEntry("fc.weight", "shape", [7, 51]) },
        "tensor 'fc.weight' of shape [7, 51] needs 1428 bytes but has 1400 (get the file again)"
      ),
      (
        "an overflow", { $0.setEntry("fc.weight", "shape", [Int.max, Int.max]) },
        "tensor 'fc.weight' has the impossible shape [9223372036854775807, 9223372036854775807] (get the file again)"
      ),
      (
        "an overlap", { $0.setEntry("conv1.1.bias", "data_offsets", [1040, 1080]) },
        "tensor 'conv1.1.bias' overlaps another (get the file again)"
      ),
      (
        "NaN", { try $0.setFirstValue(of: "conv1.0.weight", to: .nan) },
        "tensor 'conv1.0.weight' holds values that are not finite (check the model with its source)"
      ),
      (
        "infinity", { try $0.setFirstValue(of: "fc.bias", to: .infinity) },
        "tensor 'fc.bias' holds values that are not finite (check the model with its source)"
      ),
    ]

  @Test(arguments: changes.indices) func changed(index: Int) throws {
    let (name, change, cause) = Self.changes[index]
    var model = try ModelChange()
    try change(&model)
    try folder.write(try model.file(), to: "m.safetensors")
    expectRefusal(
      try shuffled(["classify", "-m", "m.safetensors", "a.png"], in: folder), 65,
      "cannot load model 'm.safetensors': \(cause)")
    #expect(!cause.isEmpty, "\(name)")
  }

  @Test func truncated() throws {
    let whole = try Data(contentsOf: URL(fileURLWithPath: networks + "/custom-width.safetensors"))
    let header = whole.prefix(8).enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) }
    try folder.write(whole.prefix(5_000), to: "m.safetensors")
    try expectRefused(
      "m.safetensors", 65,
      "cannot load model 'm.safetensors': it is truncated: the header claims \(header) bytes, the file has 5000 (get the file again)"
    )
    try folder.write(whole.dropLast(), to: "m.safetensors")
    let data = whole.count - 8 - header
    let ending = try shuffled(["classify", "-m", "m.safetensors", "a.png"], in: folder)
    #expect(ending.code == 65)
    #expect(ending.errors.hasPrefix("shuffled: cannot load model 'm.safetensors': it is truncated: tensor '"))
    #expect(
      ending.errors.hasSuffix("' ends at byte \(data), the data has \(data - 1) (get the file again)\n"))
  }

  /// A header that claims a terabyte costs nothing.
  @Test func aHeaderLongerThanTheFile() throws {
    var whole = try Data(contentsOf: URL(fileURLWithPath: networks + "/custom-width.safetensors"))
    whole.replaceSubrange(0..<8, with: [0, 0, 0, 0, 0, 1, 0, 0])
    try folder.write(whole, to: "m.safetensors")
    let ending = try shuffled(
      ["classify", "-m", "m.safetensors", "a.png"], in: folder, shell: "ulimit -v 4000000; exec \"$@\"")
    expectRefusal(
      ending, 65,
      "cannot load model 'm.safetensors': its header claims 1099511627776 bytes; at most 16777216 are read (get the file again)"
    )
  }

  /// Weights that are finite and answers that are not: every frame fails, and nothing is made up.
  @Test func answersThatAreNotFinite() throws {
    var model = try ModelChange()
    try model.setAllValues(of: "fc.weight", to: 3e38)
    try folder.write(try model.file(), to: "m.safetensors")
    let ending = try process(["-m", "m.safetensors", "a.mp4"], in: folder)
    #expect(ending.code == 1)
    #expect(
      masked(ending.output)
        == "a.mp4: partial\n  frames   25 decoded, 0 classified, 25 failed\n  speed # frames/s, # s\n  stored   run 1 in x.db\n"
    )
    #expect(
      ending.errors.hasPrefix("shuffled: cannot classify all of 'a.mp4': 25 frames failed, the first with: "))
    #expect(
      try sqlite("SELECT state, count(*), count(label), count(error) FROM results GROUP BY state", in: folder)
        == "failed|25|0|25")
    let picture = try shuffled(["classify", "-m", "m.safetensors", "a.png"], in: folder)
    #expect(picture.code != 0 && picture.output == "")
    #expect(picture.errors.split(separator: "\n").count == 1, "\(picture.errors)")
  }
}

/// The test's model, taken apart to be changed.
struct ModelChange {
  var header: [String: Any]
  private var data: Data

  init() throws {
    let whole = try Data(contentsOf: URL(fileURLWithPath: networks + "/custom-width.safetensors"))
    let length = whole.prefix(8).enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) }
    header = try #require(
      try JSONSerialization.jsonObject(with: whole.dropFirst(8).prefix(length)) as? [String: Any])
    data = Data(whole.dropFirst(8 + length))
  }

  var metadata: [String: String] {
    get { header["__metadata__"] as? [String: String] ?? [:] }
    set { header["__metadata__"] = newValue }
  }

  mutating func replaceInArchitecture(_ old: String, _ new: String) {
    metadata["architecture"] = metadata["architecture"]?.replacingOccurrences(of: old, with: new)
  }

  mutating func setEntry(_ tensor: String, _ key: String, _ value: Any) {
    var entry = header[tensor] as? [String: Any] ?? [:]
    entry[key] = value
    header[tensor] = entry
  }

  mutating func setFirstValue(of tensor: String, to value: Float) throws {
    let start = try range(of: tensor).lowerBound
    data.replaceSubrange(start..<start + 4, with: bytes(value))
  }

  mutating func setAllValues(of tensor: String, to value: Float) throws {
    for start in stride(from: try range(of: tensor).lowerBound, to: try range(of: tensor).upperBound, by: 4) {
      data.replaceSubrange(start..<start + 4, with: bytes(value))
    }
  }

  func file() throws -> Data {
    let text = try JSONSerialization.data(withJSONObject: header)
    return Data((0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }) + text + data
  }

  private func range(of tensor: String) throws -> Range<Int> {
    let offsets = try #require((header[tensor] as? [String: Any])?["data_offsets"] as? [Int])
    return offsets[0]..<offsets[1]
  }

  private func bytes(_ value: Float) -> [UInt8] {
    withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) }
  }
}
