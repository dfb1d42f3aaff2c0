/// What a dialect calls the tensors of a layer: `convolution + ".weight"`, and its batch normalisation's.
package struct LayerNames: Hashable {
  var convolution: String
  var normalization: String

  /// The convolution's weights.
  package var weight: String { convolution + ".weight" }

  init(_ convolution: String, _ normalization: String) {
    self.convolution = convolution
    self.normalization = normalization
  }

  /// The layer inside of a unit.
  func within(_ unit: String) -> LayerNames {
    LayerNames(unit + "." + convolution, unit + "." + normalization)
  }
}

extension Architecture.Dialect {
  package var conv1: LayerNames {
    switch self {
    case .article: LayerNames("conv1.conv", "conv1.bn")
    case .torchvision: LayerNames("conv1.0", "conv1.1")
    case .megvii: LayerNames("first_conv.0", "first_conv.1")
    }
  }

  package var conv5: LayerNames {
    switch self {
    case .article: LayerNames("conv5.conv", "conv5.bn")
    case .torchvision: LayerNames("conv5.0", "conv5.1")
    case .megvii: LayerNames("conv_last.0", "conv_last.1")
    }
  }

  /// The fully connected layer's tensors; Megvii's has no bias.
  package var classifier: (weight: String, bias: String?) {
    switch self {
    case .article, .torchvision: ("fc.weight", "fc.bias")
    case .megvii: ("classifier.0.weight", nil)
    }
  }

  /// - Parameters:
  ///   - stage: 0 for the first, which the papers call stage 2.
  ///   - number: of the unit in its stage.
  ///   - index: of the unit in the network.
  func unit(stage: Int, number: Int, index: Int) -> String {
    switch self {
    case .article, .torchvision: "stage\(stage + 2).\(number)"
    case .megvii: "features.\(index)"
    }
  }

  /// Layers of a V2 unit.
  package struct V2Unit {
    /// Of the projection, which only units have that do not split: depthwise, then pointwise.
    package var projection: (depthwise: LayerNames, pointwise: LayerNames)
    /// Of the main branch.
    package var main: (first: LayerNames, depthwise: LayerNames, last: LayerNames)
  }

  package var v2Unit: V2Unit {
    switch self {
    case .article:
      V2Unit(
        projection: (
          LayerNames("branch1.0.conv", "branch1.1"), LayerNames("branch1.2.conv", "branch1.2.bn")
        ),
        main: (
          LayerNames("branch2.0.conv", "branch2.0.bn"), LayerNames("branch2.1.conv", "branch2.2"),
          LayerNames("branch2.3.conv", "branch2.3.bn")
        ))
    case .torchvision:
      V2Unit(
        projection: (LayerNames("branch1.0", "branch1.1"), LayerNames("branch1.2", "branch1.3")),
        main: (
          LayerNames("branch2.0", "branch2.1"), LayerNames("branch2.3", "branch2.4"),
          LayerNames("branch2.5", "branch2.6")
        ))
    case .megvii:
      V2Unit(
        projection: (
          LayerNames("branch_proj.0", "branch_proj.1"), LayerNames("branch_proj.2", "branch_proj.3")
        ),
        main: (
          LayerNames("branch_main.0", "branch_main.1"), LayerNames("branch_main.3", "branch_main.4"),
          LayerNames("branch_main.5", "branch_main.6")
        ))
    }
  }

  /// Layers of a V1 unit: pointwise, 3x3, pointwise.
  package var v1Unit: (first: LayerNames, spatial: LayerNames, last: LayerNames) {
    switch self {
    case .article, .torchvision:
      (
        LayerNames("conv1.conv", "conv1.bn"), LayerNames("conv2.conv", "conv2.bn"),
        LayerNames("conv3.0", "conv3.1")
      )
    case .megvii:
      (
        LayerNames("branch_main_1.0", "branch_main_1.1"), LayerNames("branch_main_1.3", "branch_main_1.4"),
        LayerNames("branch_main_2.0", "branch_main_2.1")
      )
    }
  }
}
