import ShuffleNet
import Testing

/// Weights to begin training with.
@Suite struct InitialWeightsTests {
  private let weights = InitialWeights(seed: 7)

  private func tensor(
    _ name: String, of network: String = "shufflenet_v2_x1_0", _ dialect: Architecture.Dialect? = nil
  ) throws -> Tensor {
    let tensors = try #require(Architecture.named(network, dialect: dialect)).tensors()
    return weights.tensor(try #require(tensors.first { $0.name == name }))
  }

  /// Variances as Kaiming has them by the outputs: 2 / (outputs x height x width). The fully connected layer's is 0.01 squared.
  @Test(arguments: [
    ("conv1.0.weight", 24 * 9), ("stage2.1.branch2.0.weight", 58), ("stage4.0.branch2.3.weight", 232 * 9),
    ("conv5.0.weight", 1024), ("fc.weight", 20_000),
  ])
  func moments(name: String, outputs: Int) throws {
    let variance = 2 / Double(outputs)
    let values = try tensor(name).values.map(Double.init)
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let found = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    // Five standard errors.
    #expect(abs(mean) < 5 * (variance / count).squareRoot(), "\(mean)")
    #expect(abs(found / variance - 1) < 5 * (2 / count).squareRoot(), "\(found), not \(variance)")
    // Of a normal distribution, 68 % lie within a deviation and 95 % within two.
    for (deviations, share) in [(1.0, 0.6827), (2.0, 0.9545)] {
      let bound: Double = deviations * variance.squareRoot()
      let within = Double(values.filter { $0.magnitude < bound }.count) / count
      #expect(abs(within - share) < 5 * (share * (1 - share) / count).squareRoot(), "\(within)")
    }
  }

  /// Of a grouped convolution all outputs count, not those of a group.
  @Test func groups() throws {
    let values = try tensor("features.5.branch_main_2.0.weight", of: "shufflenet_v1_g3_x1_0").values
    let found = values.reduce(0) { $0 + Double($1) * Double($1) } / Double(values.count)
    #expect(abs(found / (2.0 / 480) - 1) < 5 * (2 / Double(values.count)).squareRoot())
  }

  @Test func normalisationChangesNothing() throws {
    for (layer, value) in [("weight", Float(1)), ("bias", 0), ("running_mean", 0), ("running_var", 1)] {
      #expect(try tensor("stage3.2.branch2.4.\(layer)").values == [Float](repeating: value, count: 116))
    }
    #expect(try tensor("fc.bias").values == [Float](repeating: 0, count: 1000))
    let article = try tensor("stage2.0.conv1.bn.weight", of: "shufflenet_v1_g1_x0_5", .article)
    #expect(article.values == [Float](repeating: 1, count: article.shape[0]))
  }

  @Test func theSeedAndTheNameSayEverything() throws {
    let shapes = try #require(Architecture.named("shufflenet_v2_x0_5", classes: 3)).tensors()
    let drawn = shapes.filter { $0.shape.count > 1 }
    let other = InitialWeights(seed: 8)
    var seen = Set<[Float]>()
    for shape in shapes {
      let values = weights.tensor(shape).values
      #expect(values == InitialWeights(seed: 7).tensor(shape).values)
      #expect(values.allSatisfy { $0.isFinite })
      #expect((values == other.tensor(shape).values) == (shape.shape.count == 1), "\(shape.name)")
      if shape.shape.count > 1 { seen.insert(Array(values.prefix(8))) }
    }
    #expect(seen.count == drawn.count)
  }

  /// Of one version of the program to the next.
  @Test func theValuesStayTheSame() throws {
    let (first, last) = (try tensor("conv1.0.weight"), try tensor("fc.weight"))
    #expect(Array(first.values.prefix(4)) == [-0.05653299, 0.0009902905, -0.096091956, -0.07970654])
    #expect(Array(last.values.suffix(2)) == [0.009426681, -0.0068995566])
  }
}
