import Foundation
import KernelInterface
import Kernels
import KernelsReference
import ModelFiles
import ShuffleNet
import ShuffledCore
import Testing

/// Every kind of unit and every network of the family against PyTorch (Tests/Fixtures/networks/README.md), with weights
/// that come from the tensors' names.
@Suite struct FamilyGoldenTests {
  /// A network and an image of a golden file.
  private struct Case {
    var architecture: Architecture
    var size: PixelSize

    init(_ text: String) throws {
      let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
      let part = try JSONSerialization.data(withJSONObject: try #require(object["architecture"]))
      architecture = try Architecture(json: String(decoding: part, as: UTF8.self))
      size = PixelSize(
        width: try #require(object["width"] as? Int), height: try #require(object["height"] as? Int))
    }
  }

  private static func golden(_ name: String) throws -> SafeTensors {
    try SafeTensors(MappedFile(path: GoldenTests.fixtures + name))
  }

  /// Names of the cases of a golden file.
  private static func cases(_ file: String) -> [String] {
    let metadata = (try? golden(file).metadata) ?? [:]
    return metadata.keys.filter { $0 != "made-by" }.sorted()
  }

  static let units = cases("units.golden.safetensors")
  static let architectures = cases("architectures.golden.safetensors")

  /// The table in docs/MODELS.md is made of what is printed then.
  static let showsDifferences =
    ProcessInfo.processInfo.environment["SHUFFLED_SHOW_DIFFERENCES"] != nil

  @Test func theGoldensAreThere() {
    #expect(Self.units.count == 120)
    #expect(Self.architectures.count == 62)
  }

  /// The largest difference of the logits, as a share of their range.
  @discardableResult
  private func compare(
    _ name: String, in file: String, _ kernels: KernelTable, bands: RowSchedule.Bands,
    largestShare: Double = GoldenTests.largestShareOfRange
  ) throws -> Double {
    let golden = try Self.golden(file)
    let test = try Case(try #require(golden.metadata[name]))
    let plan = try ExecutionPlan(
      test.architecture, weights: SeededWeights.weights, input: test.size, kernels: kernels, bands: bands)
    let pass = ForwardPass(plan)
    pass.fill(SeededWeights.tensor(name + ".input", [3, test.size.height, test.size.width]).values)
    var share = Double.nan
    for mark in plan.marks {
      guard let expected = try golden.tensor("\(name)/\(mark.name)")?.values else { continue }
      let values = pass.activation(at: mark)
      let step = mark.name == "logits" ? 1 : max(1, values.count / 400)
      share = difference(stride(from: 0, to: values.count, by: step).map { values[$0] }, expected)
      #expect(
        share <= largestShare,
        "\(name), \(kernels.name), \(bands), \(mark.name): \(share) of the range")
    }
    // The last mark.
    return share
  }

  /// As it runs, in bands, and with whole activations, where those of every stage can be looked at.
  @Test(arguments: units) func unitsAgree(name: String) throws {
    for kernels in GoldenTests.availableSets.map(\.kernels) + [referenceKernels] {
      for bands: RowSchedule.Bands in [.planned, .whole] {
        try compare(name, in: "units.golden.safetensors", kernels, bands: bands)
      }
    }
  }

  /// Closer than units have to be, because the image moves these logits by little more than 1e-4 of their range.
  @Test(arguments: architectures) func networksAgree(name: String) throws {
    for set in GoldenTests.availableSets {
      let share = try compare(
        name, in: "architectures.golden.safetensors", set.kernels, bands: .planned,
        largestShare: 1e-5)
      #expect(!share.isNaN, "the logits were compared")
      if Self.showsDifferences { print("difference", name, set, share) }
    }
  }
}
