import Kernels
import ShuffleNet
import ShuffledCore
import Testing

@Suite struct ArchitectureTests {
  private func plan(_ architecture: Architecture, _ weights: [String: Tensor]? = nil) throws -> ExecutionPlan
  {
    try ExecutionPlan(
      architecture, weights: weights.map { Weights($0) } ?? SeededWeights.weights,
      input: PixelSize(width: 224, height: 224), kernels: InstructionSet.best.kernels)
  }

  /// Multiply-adds in millions, as torchvision gives them with its weights (`_ops`, in thousands of millions).
  /// The paper's table counts a little more for the wider ones: 41, 146, 299, 591.
  @Test(arguments: [
    ("shufflenet_v2_x0_5", 40), ("shufflenet_v2_x1_0", 145), ("shufflenet_v2_x1_5", 296),
    ("shufflenet_v2_x2_0", 583),
  ])
  func multiplyAddsAreTorchvisions(name: String, millions: Int) throws {
    let architecture = try #require(Architecture.named(name))
    let counted = Double(try plan(architecture).multiplyAdds) / 1e6
    #expect(abs(counted - Double(millions)) <= 0.5, "\(counted) million")
  }

  private func seeded(_ architecture: Architecture) throws -> [String: Tensor] {
    Dictionary(
      uniqueKeysWithValues: try architecture.tensors().map {
        ($0.name, SeededWeights.tensor($0.name, $0.shape))
      })
  }

  /// Millions, of the paper's table 2 for V1 (https://arxiv.org/abs/1707.01083), which gives them for 1x, 0.5x and 0.25x. It
  /// does not say what it counts; the convolutions and the classifier of its units come within 5 %.
  @Test(arguments: [
    ("shufflenet_v1_g1_x1_0", 143), ("shufflenet_v1_g2_x1_0", 140), ("shufflenet_v1_g3_x1_0", 137),
    ("shufflenet_v1_g4_x1_0", 133), ("shufflenet_v1_g8_x1_0", 137),
    ("shufflenet_v1_g3_x0_5", 38), ("shufflenet_v1_g8_x0_5", 40),
  ])
  func v1MultiplyAddsAreThePapers(name: String, millions: Int) throws {
    let counted = Double(try plan(try #require(Architecture.named(name))).multiplyAdds) / 1e6
    #expect(abs(counted - Double(millions)) <= 0.05 * Double(millions), "\(counted) million")
  }

  /// Parameters of torchvision's and Megvii's published networks.
  @Test(arguments: [
    ("shufflenet_v2_x0_5", 1_366_792), ("shufflenet_v2_x1_0", 2_278_604), ("shufflenet_v2_x1_5", 3_503_624),
    ("shufflenet_v2_x2_0", 7_393_996),
  ])
  func parametersAreTorchvisions(name: String, parameters: Int) throws {
    let architecture = try #require(Architecture.named(name))
    // Running statistics are not parameters.
    let counted = try architecture.tensors().filter { !$0.name.contains("running_") }
      .reduce(0) { $0 + $1.shape.reduce(1, *) }
    #expect(counted == parameters)
  }

  @Test func everyNameIsANetworkInEveryDialectThatHasIt() throws {
    #expect(Architecture.names.count == 29)
    for name in Architecture.names {
      for dialect in Architecture.Dialect.allCases {
        let architecture = Architecture.named(name, dialect: dialect)
        #expect((architecture == nil) == (name.contains("_v1_") && dialect == .torchvision), "\(name)")
        try architecture?.validate()
        #expect(architecture.map { $0.dialect == dialect } ?? true)
      }
    }
    #expect(Architecture.named("shufflenet_v1_g3_x0_25")?.channels == [24, 60, 120, 240])
    #expect(Architecture.named("shufflenet_v1_g2_x0_25")?.channels == [24, 56, 104, 200])
    #expect(Architecture.named("shufflenet_v1_g3_x0_5")?.channels == [12, 120, 240, 480])
    #expect(Architecture.named("shufflenet_v1_g3_x0_5", dialect: .article)?.channels == [24, 120, 240, 480])
    #expect(Architecture.named("shufflenet_v1_g5_x1_0") == nil)
  }

  static let nonsense: [(Architecture, String)] = {
    func network(_ repeats: [Int], _ channels: [Int], classes: Int = 3) -> Architecture {
      Architecture(
        family: .shuffleNetV2, dialect: .torchvision, stageRepeats: repeats, channels: channels,
        activation: .relu, classes: classes)
    }
    func units(
      _ family: Architecture.Family, _ dialect: Architecture.Dialect, groups: Int = 1, _ channels: [Int],
      _ units: (stride: Int, dilation: Int)...
    ) -> Architecture {
      Architecture(
        family: family, dialect: dialect, groups: groups,
        stages: [units.map { Architecture.Unit(stride: $0.stride, dilation: $0.dilation) }],
        channels: channels,
        activation: .relu, classes: 3)
    }
    return [
      (network([1, 1], [8, 16, 32]), "2 stages need 4 channel counts, not 3"),
      (network([1, 1], [8, 15, 32, 8]), "stage2.0 makes 15 channels, which are not two halves"),
      (network([1, 0], [8, 16, 32, 8]), "stage3 has 0 units; 1 to 64 are possible"),
      (network([], [8, 16]), "it has 0 stages; 1 to 8 are possible"),
      (network([1], [8, 16, 0]), "a layer has 0 channels; 1 to 8192 are possible"),
      (network([1], [8, 16, 8], classes: 0), "it has 0 classes; 1 to 65536 are possible"),
      (network([1], [8, 16, 8], classes: 65_537), "it has 65537 classes; 1 to 65536 are possible"),
      (
        units(.shuffleNetV2, .torchvision, [8, 16, 8], (1, 1)),
        "stage2.0 has stride 1 and makes 16 channels of 8; its halves match where they are as many"
      ),
      (
        units(.shuffleNetV2, .article, [8, 12, 8], (1, 2)),
        "stage2.0 makes 12 channels of 8; its halves match where it makes 16, twice as many as it gets"
      ),
      (units(.shuffleNetV2, .article, [8, 16, 8], (4, 1)), "stage2.0 has stride 4; 1 to 3 are possible"),
      (units(.shuffleNetV2, .megvii, [8, 16, 8], (3, 1)), "stage2.0 has stride 3; 1 to 2 are possible"),
      (
        units(.shuffleNetV2, .torchvision, [8, 16, 8], (2, 2)),
        "stage2.0 has dilation 2, which only the article's dialect knows"
      ),
      (
        units(.shuffleNetV2, .article, [8, 16, 8], (2, 17)), "stage2.0 has dilation 17; 1 to 16 are possible"
      ),
      (
        units(.shuffleNetV2, .megvii, [8, 8, 8], (2, 1)),
        "stage2.0 makes 8 channels of 8; one that keeps them beside its own has to make more"
      ),
      (units(.shuffleNetV2, .article, groups: 2, [8, 16, 8], (2, 1)), "ShuffleNet V2 has no groups, not 2"),
      (units(.shuffleNetV1, .torchvision, [8, 16], (2, 1)), "torchvision has no ShuffleNet V1"),
      (units(.shuffleNetV1, .article, groups: 0, [8, 16], (2, 1)), "it has 0 groups; 1 to 64 are possible"),
      (
        units(.shuffleNetV1, .megvii, groups: 3, [24, 64], (2, 1)),
        "stage2.0 has a bottleneck of 16 channels, which 3 groups do not divide"
      ),
      (
        units(.shuffleNetV1, .article, groups: 3, [25, 60], (2, 1)),
        "stage2.0 gets 25 channels, which 3 groups do not divide"
      ),
      (
        units(.shuffleNetV1, .megvii, groups: 3, [25, 60], (2, 1)),
        "stage2.0 makes 35 channels besides its input's, which 3 groups do not divide"
      ),
      (
        units(.shuffleNetV1, .article, groups: 2, [24, 24], (2, 1)),
        "stage2.0 makes 24 channels of 24; one that keeps them beside its own has to make more"
      ),
      (
        units(.shuffleNetV1, .megvii, groups: 3, [24, 60], (1, 1)),
        "stage2.0 has stride 1 and makes 60 channels of 24; they are added, so they have to be as many"
      ),
    ]
  }()

  @Test(arguments: nonsense) func nonsenseIsRefused(architecture: Architecture, cause: String) {
    let failure = #expect(throws: Failure.self) { try plan(architecture, [:]) }
    #expect(failure?.kind == .badData)
    #expect(failure?.description == "cannot build network: \(cause)")
  }

  @Test func aMissingTensorIsNamed() throws {
    let architecture = try #require(Architecture.named("shufflenet_v2_x0_5", classes: 2))
    var weights = try seeded(architecture)
    weights["stage3.2.branch2.4.running_var"] = nil
    let failure = #expect(throws: Failure.self) { try plan(architecture, weights) }
    #expect(
      failure?.description
        == "cannot load weights 'stage3.2.branch2.4.running_var': the model file has no such tensor")
  }

  @Test func aTensorOfAnotherShapeIsNamed() throws {
    let architecture = try #require(Architecture.named("shufflenet_v2_x0_5", classes: 2))
    var weights = try seeded(architecture)
    weights["fc.bias"] = Tensor(shape: [3], values: [1, 2, 3])
    let failure = #expect(throws: Failure.self) { try plan(architecture, weights) }
    #expect(failure?.description == "cannot load weights 'fc.bias': its shape is [3], expected [2]")
  }
}
