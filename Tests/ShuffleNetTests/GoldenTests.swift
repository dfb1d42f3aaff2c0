import KernelInterface
import Kernels
import KernelsReference
import ModelFiles
import ShuffleNet
import ShuffledCore
import Testing

/// Whole networks against PyTorch (Tests/Fixtures/networks/generate.py), stage by stage and at the end.
@Suite struct GoldenTests {
  /// A difference is judged against the golden values' range: random weights make activations of any size.
  static let largestShareOfRange = 1e-4

  static let fixtures: String = {
    let file = #filePath
    return file.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/")
      + "/Fixtures/networks/"
  }()

  static let availableSets = InstructionSet.allCases.filter(\.isAvailable)

  private func golden(_ name: String) throws -> SafeTensors {
    try SafeTensors(MappedFile(path: Self.fixtures + name))
  }

  /// With whole activations, so that all of them can be looked at; and as it runs, in bands of rows, where those
  /// between the stages are never whole.
  private func compareCustomWidth(_ kernels: KernelTable) throws {
    let golden = try golden("custom-width.golden.safetensors")
    let file = try ModelFile(path: Self.fixtures + "custom-width.safetensors")
    let input = try #require(try golden.tensor("input")).values
    let all = ["conv1", "maxpool", "stage2", "stage3", "stage4", "conv5", "mean", "logits"]
    for (bands, names) in [
      (RowSchedule.Bands.whole, all), (.rows(1), all.filter { !Self.inner.contains($0) }),
    ] {
      let pass = ForwardPass(try file.plan(kernels: kernels, bands: bands))
      pass.fill(input)
      #expect(pass.plan.marks.map(\.name) == names)
      for mark in pass.plan.marks {
        let expected = try #require(try golden.tensor(mark.name)).values
        let share = difference(pass.activation(at: mark), expected)
        #expect(
          share <= Self.largestShareOfRange, "\(kernels.name), \(bands), \(mark.name): \(share) of the range")
      }
    }
    let pass = ForwardPass(try file.plan(kernels: kernels))
    pass.fill(input)
    pass.run()
    let logits = try #require(try golden.tensor("logits")).values
    #expect(difference(pass.logits, logits) <= Self.largestShareOfRange)
  }

  /// What only one group of operations sees, in more rows than its rings have.
  static let inner: Set = ["conv1", "maxpool"]

  @Test(arguments: availableSets) func customWidthAgreesAtEveryStage(set: InstructionSet) throws {
    try compareCustomWidth(set.kernels)
  }

  @Test func theReferenceAgreesAtEveryStage() throws { try compareCustomWidth(referenceKernels) }

  @Test(arguments: Architecture.v2Names, availableSets)
  func publishedWidthsAgree(name: String, set: InstructionSet) throws {
    let golden = try golden("published-widths.golden.safetensors")
    let architecture = try #require(Architecture.named(name))
    let weights = SeededWeights.weights
    let input = PixelSize(width: 224, height: 224)
    let whole = ForwardPass(
      try ExecutionPlan(
        architecture, weights: weights, input: input, kernels: set.kernels, bands: .whole))
    let planned = ForwardPass(
      try ExecutionPlan(architecture, weights: weights, input: input, kernels: set.kernels))
    for pass in [whole, planned] {
      pass.fill(SeededWeights.tensor("published.input", [3, 224, 224]).values)
    }
    for (pass, mark) in whole.plan.marks.map({ (whole, $0) }) + planned.plan.marks.map({ (planned, $0) }) {
      let expected = try #require(try golden.tensor("\(name)/\(mark.name)")).values
      let values = pass.activation(at: mark)
      let step = mark.name == "logits" ? 1 : max(1, values.count / 400)
      let sampled = stride(from: 0, to: values.count, by: step).map { values[$0] }
      let share = difference(sampled, expected)
      #expect(share <= Self.largestShareOfRange, "\(name), \(set), \(mark.name): \(share) of the range")
    }
  }

  /// A second picture through the same memory gives what a fresh one gives: nothing is left over.
  @Test func aPassLeavesNothingBehind() throws {
    let plan = try ModelFile(path: Self.fixtures + "custom-width.safetensors")
      .plan(kernels: InstructionSet.best.kernels)
    let first = SeededWeights.uniform("first", 3 * 64 * 88)
    let second = SeededWeights.uniform("second", 3 * 64 * 88)
    let (used, fresh) = (ForwardPass(plan), ForwardPass(plan))
    used.fill(first)
    used.run()
    let before = used.logits
    used.fill(second)
    used.run()
    fresh.fill(second)
    fresh.run()
    #expect(used.logits == fresh.logits)
    #expect(used.logits != before)
  }
}
