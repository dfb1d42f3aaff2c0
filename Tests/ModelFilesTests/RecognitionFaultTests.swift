import ModelFiles
import ShuffleNet
import ShuffledCore
import Testing

/// Weights that are no network's, or not quite one's: each is refused for its reason, whatever is in the names and shapes.
@Suite struct RecognitionFaultTests {
  private static func network(_ name: String) -> Architecture {
    guard let architecture = Architecture.named(name, classes: 3) else { preconditionFailure(name) }
    return architecture
  }

  static let changes: [(String, @Sendable (inout [String: [Int]]) -> Void, cause: String?)] = [
    ("counters are not needed", { $0 = $0.filter { !$0.key.hasSuffix(".num_batches_tracked") } }, nil),
    ("nor understood", { $0["whatever.num_batches_tracked"] = [7] }, nil),
    (
      "nothing", { $0 = [:] },
      "its tensors are no ShuffleNet's: it has none of conv1.conv.weight (article), conv1.0.weight (torchvision), "
        + "first_conv.0.weight (megvii)"
    ),
    ("no classifier", { $0["fc.weight"] = nil }, "it lacks fc.weight"),
    ("no conv5", { $0["conv5.0.weight"] = nil }, "it lacks conv5.0.weight"),
    (
      "no units", { $0 = $0.filter { !$0.key.hasPrefix("stage") } },
      "it has no units, the first of which would be stage2.0"
    ),
    ("no first stage", { $0 = $0.filter { !$0.key.hasPrefix("stage2") } }, "it lacks stage2"),
    ("no second stage", { $0 = $0.filter { !$0.key.hasPrefix("stage3") } }, "it lacks stage3"),
    (
      "no unit in the middle", { $0 = $0.filter { !$0.key.hasPrefix("stage3.4.") } },
      "it lacks stage3.4.branch2.5.weight"
    ),
    (
      "one tensor", { $0["stage3.4.branch2.1.bias"] = nil },
      "as shufflenet_v2_x0_5 (torchvision) it lacks stage3.4.branch2.1.bias"
    ),
    (
      "four tensors",
      {
        for kind in ["weight", "bias", "running_mean", "running_var"] {
          $0["stage2.0.branch2.4.\(kind)"] = nil
        }
      },
      "as shufflenet_v2_x0_5 (torchvision) it lacks stage2.0.branch2.4.weight, stage2.0.branch2.4.bias, "
        + "stage2.0.branch2.4.running_mean and 1 more"
    ),
    (
      "a stray one", { $0["head.weight"] = [3, 3] },
      "as shufflenet_v2_x0_5 (torchvision) it has the unexpected head.weight"
    ),
    (
      "a turned one", { $0["fc.weight"] = [1024, 3] },
      "as shufflenet_v2_x0_5 (torchvision) it has fc.weight of shape [1024, 3], not [1024, 1024], "
        + "fc.bias of shape [3], not [1024]"
    ),
    (
      "all kinds",
      {
        $0["conv1.1.bias"] = nil
        $0["fc.bias"] = [1, 3]
        $0["a"] = []
        $0["b"] = []
      },
      "as shufflenet_v2_x0_5 (torchvision) it lacks conv1.1.bias; it has fc.bias of shape [1, 3], not [3]; "
        + "it has the unexpected a, b"
    ),
    (
      "units of different widths", { $0["stage3.4.branch2.5.weight"] = [40, 48, 1, 1] },
      "stage3.4 makes 80 channels, others of its stage 96"
    ),
    (
      "a unit of a billion", { $0["stage3.1000000000.branch2.5.weight"] = [48, 48, 1, 1] },
      "as shufflenet_v2_x0_5 (torchvision) it has the unexpected stage3.1000000000.branch2.5.weight"
    ),
    (
      "a unit beyond counting", { $0["stage3.99999999999999999999.branch2.5.weight"] = [] },
      "as shufflenet_v2_x0_5 (torchvision) it has the unexpected stage3.99999999999999999999.branch2.5.weight"
    ),
    (
      "unit numbers that PyTorch does not write",
      {
        for number in ["-1", "+9", "08", ""] { $0["stage3.\(number).weight"] = [1] }
      },
      "as shufflenet_v2_x0_5 (torchvision) it has the unexpected stage3.+9.weight, stage3.-1.weight, "
        + "stage3..weight and 1 more"
    ),
    (
      "the last unit that there may be", { $0["stage3.511.x"] = [1] },
      "it lacks stage3.8.branch2.5.weight"
    ),
    ("a late stage", { $0["stage9.0.x"] = [1] }, "it lacks stage5"),
    (
      "a stage beyond", { $0["stage10.0.x"] = [1] },
      "as shufflenet_v2_x0_5 (torchvision) it has the unexpected stage10.0.x"
    ),
    (
      "a scalar", { $0["conv1.0.weight"] = [] },
      "it has conv1.0.weight of shape [], which is no convolution's"
    ),
    (
      "a row", { $0["stage2.1.branch2.5.weight"] = [24] },
      "it has stage2.1.branch2.5.weight of shape [24], which is no convolution's"
    ),
    (
      "no columns", { $0["fc.weight"] = [3] },
      "it has fc.weight of shape [3], which is no layer's"
    ),
    (
      "no channels", { $0["conv1.0.weight"] = [0, 3, 3, 3] },
      "it has conv1.0.weight of shape [0, 3, 3, 3], which is no convolution's"
    ),
    (
      "too many channels", { $0["conv1.0.weight"] = [60_000, 3, 3, 3] },
      "cannot build network: a layer has 60000 channels; 1 to 8192 are possible"
    ),
    (
      "channels beyond counting", { $0["stage2.0.branch2.5.weight"] = [Int.max, 24, 1, 0] },
      "it has stage2.0.branch2.5.weight of shape [9223372036854775807, 24, 1, 0], which is no convolution's"
    ),
    (
      "as many dimensions as there may be", { $0["conv1.0.weight"] = [Int](repeating: 1, count: 64) },
      "it has conv1.0.weight of shape [\(String(repeating: "1, ", count: 33))..., which is no convolution's"
    ),
    (
      "a convolution that is not 3x3", { $0["conv1.0.weight"] = [24, 3, 7, 7] },
      "as shufflenet_v2_x0_5 (torchvision) it has conv1.0.weight of shape [24, 3, 7, 7], not [24, 3, 3, 3]"
    ),
    (
      "a layer of V1",
      { $0["stage2.0.conv1.conv.weight"] = [12, 24, 1, 1] },
      "it lacks stage2.0.conv3.0.weight"
    ),
  ]

  @Test(arguments: changes.indices) func v2(index: Int) throws {
    let (name, change, cause) = Self.changes[index]
    var weights = try WeightShapes(of: Self.network("shufflenet_v2_x0_5"))
    change(&weights.shapes)
    let found = try weights.cause()
    #expect(found == cause, "\(name)")
  }

  static let v1Changes: [(String, @Sendable (inout [String: [Int]]) -> Void, cause: String)] = [
    (
      "no pointwise convolution", { $0["features.0.branch_main_2.0.weight"] = nil },
      "it lacks features.0.branch_main_2.0.weight"
    ),
    (
      "no inputs", { $0["features.3.branch_main_2.0.weight"] = [240, 0, 1, 1] },
      "it has features.3.branch_main_2.0.weight of shape [240, 0, 1, 1], which is no convolution's"
    ),
    (
      "another number of groups", { $0["features.15.branch_main_2.0.weight"] = [960, 40, 1, 1] },
      "as shufflenet_v1 (megvii) it has features.0.branch_main_2.0.weight of shape [216, 20, 1, 1], not [216, 10, 1, 1], "
        + "features.1.branch_main_1.0.weight of shape [60, 80, 1, 1], not [60, 40, 1, 1], "
        + "features.1.branch_main_2.0.weight of shape [240, 20, 1, 1], not [240, 10, 1, 1] and 27 more"
    ),
    (
      "more inputs than there are", { $0["features.15.branch_main_2.0.weight"] = [960, 50_000, 1, 1] },
      "as shufflenet_v1 (megvii) it has features.0.branch_main_2.0.weight of shape [216, 20, 1, 1], not [216, 60, 1, 1], "
        + "features.1.branch_main_1.0.weight of shape [60, 80, 1, 1], not [60, 240, 1, 1], "
        + "features.1.branch_main_2.0.weight of shape [240, 20, 1, 1], not [240, 60, 1, 1] and 28 more"
    ),
    (
      "more outputs than there may be", { $0["features.0.branch_main_2.0.weight"] = [65_536, 1, 1, 1] },
      "cannot build network: it has 16 stages; 1 to 8 are possible"
    ),
  ]

  @Test(arguments: v1Changes.indices) func v1(index: Int) throws {
    let (name, change, cause) = Self.v1Changes[index]
    var weights = try WeightShapes(of: Self.network("shufflenet_v1_g3_x1_0"))
    change(&weights.shapes)
    let found = try weights.cause()
    #expect(found == cause, "\(name)")
  }

  @Test func groupsOfTorchvisionsAreNobodys() throws {
    var weights = try WeightShapes(of: Self.network("shufflenet_v2_x0_5"))
    for layer in ["conv1.conv", "conv3.0"] {
      for (stage, units) in [4, 8, 4].enumerated() {
        for unit in 0..<units { weights.shapes["stage\(stage + 2).\(unit).\(layer).weight"] = [8, 8, 1, 1] }
      }
    }
    #expect(try weights.cause() == "stage2.1 makes 40 channels, others of its stage 32")
    weights = WeightShapes([
      "conv1.0.weight": [4, 3, 3, 3], "fc.weight": [3, 4], "stage2.0.conv1.conv.weight": [1, 4, 1, 1],
      "stage2.0.conv3.0.weight": [4, 1, 1, 1],
    ])
    #expect(try weights.cause() == "cannot build network: torchvision has no ShuffleNet V1")
  }

  /// Shapes changed at random, and tensors taken away, give a network or a reason.
  @Test func changedShapesNeverCrash() throws {
    var generator = SeededGenerator(seed: 20_261_127)
    let numbers = [0, 1, 2, 3, 24, 48, 8192, 8193, 65_536, 1 << 31, 1 << 62, Int.max]
    let networks = try ["shufflenet_v2_x0_5", "shufflenet_v1_g8_x0_25", "shufflenet_v1_g1_x1_0"].flatMap {
      name in
      try Architecture.Dialect.allCases.compactMap { dialect in
        try Architecture.named(name, dialect: dialect, classes: 3).map { try WeightShapes(of: $0) }
      }
    }
    #expect(networks.count == 7)
    var recognised = 0
    for round in 0..<700 {
      var weights = networks[round % networks.count]
      // Those that are looked at.
      let names = weights.shapes.keys.filter { $0.hasSuffix(".weight") }.sorted()
      for _ in 0..<Int.random(in: 0...2, using: &generator) {
        guard let name = names.randomElement(using: &generator) else { continue }
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: weights.shapes[name] = nil
        case 1:
          weights.shapes[name] = (0..<Int.random(in: 0...5, using: &generator)).map { _ in
            numbers.randomElement(using: &generator) ?? 0
          }
        default:
          guard let place = weights.shapes[name]?.indices.randomElement(using: &generator) else { continue }
          weights.shapes[name]?[place] = numbers.randomElement(using: &generator) ?? 0
        }
      }
      if try weights.cause() == nil { recognised += 1 }
    }
    #expect(recognised > 100)
  }
}
