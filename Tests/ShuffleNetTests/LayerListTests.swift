import KernelInterface
import Kernels
import ShuffleNet
import ShuffledCore
import Testing

/// A network's layers as people see them.
@Suite struct LayerListTests {
  private let input = PixelSize(width: 224, height: 224)

  @Test(arguments: [
    ("shufflenet_v2_x0_5", 1_366_792), ("shufflenet_v2_x1_0", 2_278_604), ("shufflenet_v2_x1_5", 3_503_624),
    ("shufflenet_v2_x2_0", 7_393_996),
  ])
  func parametersAreTorchvisions(name: String, parameters: Int) throws {
    let layers = try #require(Architecture.named(name)).layers(input: input)
    #expect(layers.reduce(0) { $0 + $1.parameters } == parameters)
  }

  /// Everything that is learned and all that is computed is some layer's.
  @Test(arguments: Architecture.names) func layersAreTheWholeNetwork(name: String) throws {
    for dialect in Architecture.Dialect.allCases {
      guard let architecture = Architecture.named(name, dialect: dialect, classes: 10) else { continue }
      let layers = try architecture.layers(input: PixelSize(width: 96, height: 64))
      let learned = try architecture.tensors().filter { !$0.name.contains(".running_") }
      #expect(
        layers.reduce(0) { $0 + $1.parameters } == learned.reduce(0) { $0 + $1.shape.reduce(1, *) },
        "\(dialect)")
      #expect(Set(layers.map(\.name)).count == layers.count, "\(dialect)")
    }
  }

  @Test(arguments: [
    "shufflenet_v2_x0_5", "shufflenet_v2_x1_0", "shufflenet_v2_x1_5", "shufflenet_v2_x2_0",
    "shufflenet_v1_g1_x0_25", "shufflenet_v1_g8_x0_25", "shufflenet_v1_g3_x1_0",
  ])
  func multiplyAddsAreThePlans(name: String) throws {
    let architecture = try #require(Architecture.named(name))
    let plan = try ExecutionPlan(
      architecture, weights: SeededWeights.weights, input: input, kernels: InstructionSet.best.kernels)
    #expect(try architecture.layers(input: input).reduce(0) { $0 + $1.multiplyAdds } == plan.multiplyAdds)
  }

  /// Name, kind, groups, inputs, outputs, stride, dilation, size, parameters, multiply-adds.
  private func line(_ layer: Layer) -> String {
    "\(layer.name)|\(layer.kind.rawValue)|\(layer.groups)|\(layer.inputs)|\(layer.outputs)|\(layer.stride)|"
      + "\(layer.dilation)|\(layer.size)|\(layer.parameters)|\(layer.multiplyAdds)"
  }

  @Test func aV2UnitAfterAnother() throws {
    let architecture = Architecture(
      family: .shuffleNetV2, dialect: .torchvision, stageRepeats: [2], channels: [4, 8, 6], activation: .relu,
      classes: 3)
    #expect(
      try architecture.layers(input: PixelSize(width: 40, height: 32)).map(line) == [
        "conv1.0|3x3|1|3|4|2|1|20x16|116|34560", "maxpool|max pool|1|4|4|2|1|10x8|0|0",
        "stage2.0.branch1.0|3x3 depthwise|1|4|4|2|1|5x4|44|720",
        "stage2.0.branch1.2|1x1|1|4|4|1|1|5x4|24|320", "stage2.0.branch2.0|1x1|1|4|4|1|1|10x8|24|1280",
        "stage2.0.branch2.3|3x3 depthwise|1|4|4|2|1|5x4|44|720",
        "stage2.0.branch2.5|1x1|1|4|4|1|1|5x4|24|320", "stage2.1.branch2.0|1x1|1|4|4|1|1|5x4|24|320",
        "stage2.1.branch2.3|3x3 depthwise|1|4|4|1|1|5x4|44|720",
        "stage2.1.branch2.5|1x1|1|4|4|1|1|5x4|24|320", "conv5.0|1x1|1|8|6|1|1|5x4|60|960",
        "mean|mean|1|6|6|1|1|1x1|0|0", "fc|1x1|1|6|3|1|1|1x1|21|18",
      ])
  }

  /// A grouped layer is one, however many calls it takes; the article's 3x3 convolutions are grouped too.
  @Test func groupsAreMerged() throws {
    let article = Architecture(
      family: .shuffleNetV1, dialect: .article, groups: 2,
      stages: [[Architecture.Unit(stride: 3, dilation: 2), Architecture.Unit()]], channels: [8, 16],
      activation: .relu, classes: 3)
    #expect(
      try article.layers(input: PixelSize(width: 48, height: 24)).map(line) == [
        "conv1.conv|3x3|1|3|8|2|1|24x12|232|62208", "maxpool|max pool|1|8|8|2|1|12x6|0|0",
        "stage2.0.conv1.conv|1x1|2|8|4|1|1|12x6|24|1152",
        "stage2.0.conv2.conv|3x3 dense|2|4|4|3|2|4x2|80|576",
        "stage2.0.conv3.0|1x1|2|4|8|1|1|4x2|32|128", "stage2.0.shortcut|average pool|1|8|8|3|1|4x2|0|0",
        "stage2.1.conv1.conv|1x1|2|16|4|1|1|4x2|40|256", "stage2.1.conv2.conv|3x3 dense|2|4|4|1|1|4x2|80|576",
        "stage2.1.conv3.0|1x1|2|4|16|1|1|4x2|64|256", "mean|mean|1|16|16|1|1|1x1|0|0",
        "fc|1x1|1|16|3|1|1|1x1|51|48",
      ])
    let megvii = try #require(Architecture.named("shufflenet_v1_g8_x1_0", classes: 3))
    let layers = try megvii.layers(input: input)
    // The first unit is not grouped, depthwise convolutions are not counted as such.
    #expect(layers.filter { $0.groups == 8 }.count == 31)
    #expect(layers.allSatisfy { $0.groups == 1 || $0.groups == 8 && $0.kind == .pointwise })
    #expect(layers.last?.parameters == 3 * 1536)
  }

  @Test func anArchitectureThatMakesNoSenseHasNone() {
    var architecture = Architecture.named("shufflenet_v2_x0_5")
    architecture?.classes = 0
    let failure = #expect(throws: Failure.self) { try architecture?.layers(input: input) }
    #expect(failure?.description == "cannot build network: it has 0 classes; 1 to 65536 are possible")
  }
}
