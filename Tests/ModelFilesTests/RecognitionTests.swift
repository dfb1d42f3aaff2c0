import ModelFiles
import ShuffleNet
import ShuffledCore
import Testing

/// What network weights belong to, by the names and shapes of their tensors alone.
@Suite struct RecognitionTests {
  typealias Unit = Architecture.Unit

  @Test(arguments: Architecture.names) func everyPublishedNetwork(name: String) throws {
    for dialect in Architecture.Dialect.allCases {
      for classes in [1, 10, 1000] {
        guard let architecture = Architecture.named(name, dialect: dialect, classes: classes) else {
          continue
        }
        let description = try WeightShapes(of: architecture).description()
        #expect(description.architecture == architecture, "\(dialect)")
        #expect(description.architecture.name == "\(name) (\(dialect))")
      }
    }
  }

  private static func v2(
    _ dialect: Architecture.Dialect, _ stages: [[Unit]], _ channels: [Int], classes: Int = 3
  ) -> Architecture {
    Architecture(
      family: .shuffleNetV2, dialect: dialect, stages: stages, channels: channels, activation: .relu,
      classes: classes)
  }

  private static func v1(
    _ dialect: Architecture.Dialect, groups: Int, _ stages: [[Unit]], _ channels: [Int]
  ) -> Architecture {
    Architecture(
      family: .shuffleNetV1, dialect: dialect, groups: groups, stages: stages, channels: channels,
      activation: .relu, classes: 5)
  }

  /// A unit of stride 2, one of stride 1.
  private static let (joins, adds) = (Unit(stride: 2), Unit())

  static let custom: [Architecture] = [
    v2(
      .torchvision, [[joins, adds], [joins, adds, adds], [joins, adds]], [10, 20, 36, 74, 50], classes: 7),
    v2(.torchvision, [[joins]], [1, 2, 1], classes: 1),
    v2(
      .megvii, (1...8).map { [joins] + Array(repeating: adds, count: $0) },
      [4, 6, 10, 12, 14, 16, 18, 20, 22, 9]),
    v2(.article, [[joins] + Array(repeating: adds, count: 63)], [24, 16, 8], classes: 65_536),
    // Channels that become fewer.
    v2(.torchvision, [[joins], [joins]], [24, 32, 16, 8]),
    // The first unit splits what the stem made.
    v2(.article, [[adds, adds], [joins, adds]], [16, 16, 40, 8]),
    v2(.torchvision, [[adds], [joins]], [16, 16, 40, 8]),
    v2(.megvii, [[adds, adds], [joins, adds]], [16, 16, 40, 8]),
    // Where names tell the stages.
    v2(.article, [[joins], [adds], [adds, joins]], [8, 16, 16, 16, 8]),
    v1(.megvii, groups: 3, [[joins, adds], [joins]], [12, 60, 132]),
    v1(.article, groups: 5, [[joins, adds, adds]], [25, 60]),
    v1(.article, groups: 1, [[joins], [joins, adds]], [3, 7, 29]),
    v1(.megvii, groups: 64, [[joins]], [64, 256]),
    // A unit that makes as many channels as it gets, and keeps those, is none that adds.
    v1(.megvii, groups: 2, [[joins, adds], [joins]], [24, 48, 96]),
    v1(.article, groups: 2, [[joins], [joins]], [24, 48, 96]),
    // The first unit adds to what the stem made.
    v1(.megvii, groups: 2, [[adds, adds], [joins, adds]], [24, 24, 48]),
    v1(.article, groups: 3, [[adds], [joins]], [24, 24, 60]),
    v1(.article, groups: 1, [[adds]], [4, 4]),
  ]

  @Test(arguments: custom) func customNetworks(architecture: Architecture) throws {
    #expect(try WeightShapes(of: architecture).description().architecture == architecture)
  }

  /// Strides, dilation, activations, and where a stage of Megvii's begins that nothing joins: weights do not tell.
  static let usual: [(Architecture, recognised: Architecture)] = [
    (
      v2(.article, [[Unit(stride: 3), adds]], [8, 16, 8]), v2(.article, [[joins, adds]], [8, 16, 8])
    ),
    (
      v2(.article, [[joins, adds], [Unit(dilation: 4), adds]], [8, 12, 24, 8]),
      v2(.article, [[joins, adds], [joins, adds]], [8, 12, 24, 8])
    ),
    (
      v1(.article, groups: 2, [[Unit(stride: 3, dilation: 2)], [Unit(dilation: 2), adds]], [24, 48, 64]),
      v1(.article, groups: 2, [[joins], [joins, adds]], [24, 48, 64])
    ),
    (
      v2(.megvii, [[joins], [adds], [joins]], [8, 16, 16, 32, 8]),
      v2(.megvii, [[joins, adds], [joins]], [8, 16, 32, 8])
    ),
  ]

  @Test(arguments: usual.indices) func whatWeightsDoNotTellIsAsUsual(index: Int) throws {
    var (architecture, recognised) = Self.usual[index]
    architecture.activation = .relu6
    let shapes = try WeightShapes(of: architecture)
    #expect(try shapes.description().architecture == recognised)
    var wanted = WeightsDescription()
    wanted.architecture = architecture
    #expect(try shapes.description(wanted).architecture == architecture)
    (wanted.architecture, wanted.activation) = (nil, .relu6)
    recognised.activation = .relu6
    #expect(try shapes.description(wanted).architecture == recognised)
  }

  @Test func theRestIsWhatIsUsualForTheDialect() throws {
    let mine = try WeightShapes(of: try #require(Architecture.named("shufflenet_v2_x1_0", classes: 3)))
      .description()
    #expect(mine.name == "mine.v2")
    #expect(mine.labels == ["class 0", "class 1", "class 2"])
    #expect(mine.input == .torchvision)
    let wide = try WeightShapes(of: try #require(Architecture.named("shufflenet_v2_x1_5"))).description()
    #expect(wide.input.resizeShorter == 232)
    let megvii = try WeightShapes(of: try #require(Architecture.named("shufflenet_v1_g3_x1_5"))).description()
    #expect(
      megvii.input
        == InputSpecification(
          size: PixelSize(width: 224, height: 224), resizeShorter: 256, channelOrder: .bgr, scale: 1,
          mean: [0, 0, 0], std: [1, 1, 1]))
  }

  /// The name says the family, the weights the dialect and the classes.
  @Test func aPublishedName() throws {
    var wanted = WeightsDescription()
    wanted.published = "shufflenet_v2_x0_5"
    for dialect in Architecture.Dialect.allCases {
      let architecture = try #require(
        Architecture.named("shufflenet_v2_x0_5", dialect: dialect, classes: 17))
      let shapes = try WeightShapes(of: architecture)
      wanted.dialect = nil
      #expect(try shapes.description(wanted).architecture == architecture)
      wanted.dialect = dialect
      #expect(try shapes.description(wanted).architecture == architecture)
    }
    let shapes = try WeightShapes(of: try #require(Architecture.named("shufflenet_v2_x0_5", classes: 17)))
    wanted.dialect = .megvii
    let megvii = try shapes.cause(wanted)
    #expect(
      megvii
        == "as shufflenet_v2_x0_5 (megvii) it lacks first_conv.0.weight, first_conv.1.weight, first_conv.1.bias "
        + "and 278 more; it has the unexpected conv1.0.weight, conv1.1.bias, conv1.1.running_mean and 279 more"
    )
    (wanted.published, wanted.dialect) = ("shufflenet_v1_g3_x1_0", nil)
    #expect(
      try shapes.cause(wanted)
        == "its tensors have the names of torchvision's dialect, which has no shufflenet_v1_g3_x1_0")
    (wanted.published, wanted.dialect) = (nil, .article)
    #expect(
      try shapes.cause(wanted)
        == "its tensors have the names of torchvision's dialect, not of article's")
  }
}
