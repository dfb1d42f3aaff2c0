import Foundation
import TestSupport
import Testing

/// Networks that PyTorch saved, a picture, and what PyTorch answers (Tests/Fixtures/checkpoints/networks.py).
enum Checkpoints {
  static let folder = fixtures + "/checkpoints"
  static let picture = folder + "/picture.png"
  /// In both of torch.save's forms.
  static let names = ["network-torchvision", "network-megvii"]
  static let forms = [".pth", ".legacy.pth"]

  static func path(_ name: String) -> String { folder + "/" + name }

  /// PyTorch's logits, in double precision.
  /// - input: `usual` or `cropped`.
  static func logits(_ name: String, _ input: String) throws -> [Double] {
    let data = try Data(contentsOf: URL(fileURLWithPath: path("networks.json")))
    let all = try #require(try JSONSerialization.jsonObject(with: data) as? [String: [String: [Double]]])
    return try #require(all[name]?[input])
  }

  /// Expects that the program's answer to the picture is PyTorch's, but for rounding.
  static func expectLogits(
    of model: String, in folder: Folder, _ expected: [Double], at location: SourceLocation = #_sourceLocation
  ) throws {
    let ending = try shuffled(["classify", "-m", model, "-f", "json", "--logits", picture], in: folder)
    #expect(ending.code == 0 && ending.errors == "", "\(ending)", sourceLocation: location)
    let found = try #require(
      try objects(ending.output).first?["logits"] as? [Double], sourceLocation: location)
    try #require(found.count == expected.count, sourceLocation: location)
    let range = try #require(expected.max()) - #require(expected.min())
    for (found, expected) in zip(found, expected) {
      #expect(abs(found - expected) < 1e-4 * range, "\(found), not \(expected)", sourceLocation: location)
    }
  }
}

extension Folder {
  /// What is in it, but for the calls' own files.
  var listing: [String] {
    get throws {
      try FileManager.default.contentsOfDirectory(atPath: path).filter { $0 != ".calls" }.sorted()
    }
  }
}
