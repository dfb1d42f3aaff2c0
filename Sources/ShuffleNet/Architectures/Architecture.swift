import KernelInterface

/// What network it is: everything that the weights and the input do not say. Stored in a model file as JSON.
///
/// All of them begin with a 3x3 convolution of stride 2 and a max pool of stride 2, and end with the mean over all pixels
/// and a fully connected layer; V2 has a 1x1 convolution before that.
public struct Architecture: Hashable, Sendable {
  public enum Family: String, Sendable, CaseIterable {
    /// https://arxiv.org/abs/1707.01083
    case shuffleNetV1 = "shufflenet_v1"
    /// https://arxiv.org/abs/1807.11164
    case shuffleNetV2 = "shufflenet_v2"
  }

  /// Who wrote the network down: the same family exists with other orders of channels, other joints and other names of
  /// tensors. docs/MODELS.md lists the differences.
  public enum Dialect: String, Sendable, CaseIterable {
    /// PyTorch listings of both units, with strides up to 3 and dilation.
    case article
    case torchvision
    /// Megvii's ShuffleNet-Series.
    case megvii
  }

  /// One unit of a stage.
  public struct Unit: Hashable, Sendable {
    public var stride: Int
    /// Of the 3x3 convolution; its padding is the same.
    public var dilation: Int

    public init(stride: Int = 1, dilation: Int = 1) {
      self.stride = stride
      self.dilation = dilation
    }
  }

  public var family: Family
  public var dialect: Dialect
  /// Of V1's grouped convolutions; 1 in V2.
  public var groups: Int
  /// The units of each stage.
  public var stages: [[Unit]]
  /// Output channels of conv1, of each stage, and of V2's conv5.
  public var channels: [Int]
  public var activation: Activation
  public var classes: Int

  public init(
    family: Family, dialect: Dialect, groups: Int = 1, stages: [[Unit]], channels: [Int],
    activation: Activation, classes: Int
  ) {
    self.family = family
    self.dialect = dialect
    self.groups = groups
    self.stages = stages
    self.channels = channels
    self.activation = activation
    self.classes = classes
  }

  /// With the usual units: the first of each stage has stride 2, the others 1, and none is dilated.
  /// - stageRepeats: units a stage.
  public init(
    family: Family, dialect: Dialect, groups: Int = 1, stageRepeats: [Int], channels: [Int],
    activation: Activation, classes: Int
  ) {
    self.init(
      family: family, dialect: dialect, groups: groups,
      stages: stageRepeats.map { (0..<max($0, 0)).map { Unit(stride: $0 == 0 ? 2 : 1) } }, channels: channels,
      activation: activation, classes: classes)
  }

  public var stageRepeats: [Int] { stages.map(\.count) }

  /// Channels of conv5, which V1 lacks.
  var conv5: Int? { family == .shuffleNetV2 ? channels.last : nil }

  /// Channels of a V1 unit between its convolutions.
  static func bottleneck(of outputs: Int) -> Int { outputs / 4 }

  /// Groups of a V1 unit's first convolution: the first unit of the network has too few channels to divide. The article
  /// knows it by their number.
  func firstGroups(isFirstUnit: Bool, inputs: Int) -> Int {
    switch dialect {
    case .article: inputs == 24 ? 1 : groups
    case .megvii, .torchvision: isFirstUnit ? 1 : groups
    }
  }
}
