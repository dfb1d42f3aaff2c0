import Kernels
import ShuffleNet
import ShuffledCore
import Testing

@Suite struct ArchitectureTests {
  private func plan(_ architecture: Architecture, _ weights: [String: Tensor]? = nil) throws -> ExecutionPlan
  {
    try ExecutionPlan(
      architecture, weights: Weights(weights ?? SeededWeights.shuffleNetV2(architecture)),
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

  static let nonsense: [(Architecture, String)] = {
    func network(_ repeats: [Int], _ channels: [Int], classes: Int = 3) -> Architecture {
      Architecture(
        family: .shuffleNetV2, dialect: .torchvision, stageRepeats: repeats, channels: channels,
        activation: .relu, classes: classes)
    }
    return [
      (network([1, 1], [8, 16, 32]), "2 stages need 4 channel counts, not 3"),
      (network([1, 1], [8, 15, 32, 8]), "stage2 has 15 channels, which cannot be split into two halves"),
      (network([1, 0], [8, 16, 32, 8]), "stage3 has 0 units; 1 to 64 are possible"),
      (network([], [8, 16]), "it has 0 stages; 1 to 8 are possible"),
      (network([1], [8, 16, 0]), "a layer has 0 channels; 1 to 8192 are possible"),
      (network([1], [8, 16, 8], classes: 0), "it has 0 classes; 1 to 65536 are possible"),
      (network([1], [8, 16, 8], classes: 65_537), "it has 65537 classes; 1 to 65536 are possible"),
    ]
  }()

  @Test(arguments: nonsense) func nonsenseIsRefused(architecture: Architecture, cause: String) {
    let failure = #expect(throws: Failure.self) { try plan(architecture, [:]) }
    #expect(failure?.kind == .badData)
    #expect(failure?.description == "cannot build network: \(cause)")
  }

  @Test func aMissingTensorIsNamed() throws {
    let architecture = try #require(Architecture.named("shufflenet_v2_x0_5", classes: 2))
    var weights = SeededWeights.shuffleNetV2(architecture)
    weights["stage3.2.branch2.4.running_var"] = nil
    let failure = #expect(throws: Failure.self) { try plan(architecture, weights) }
    #expect(
      failure?.description
        == "cannot load weights 'stage3.2.branch2.4.running_var': the model file has no such tensor")
  }

  @Test func aTensorOfAnotherShapeIsNamed() throws {
    let architecture = try #require(Architecture.named("shufflenet_v2_x0_5", classes: 2))
    var weights = SeededWeights.shuffleNetV2(architecture)
    weights["fc.bias"] = Tensor(shape: [3], values: [1, 2, 3])
    let failure = #expect(throws: Failure.self) { try plan(architecture, weights) }
    #expect(failure?.description == "cannot load weights 'fc.bias': its shape is [3], expected [2]")
  }
}
