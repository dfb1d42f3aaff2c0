import CRuntimeCounts
import KernelInterface
import Kernels
import ShuffleNet
import ShuffledCore
import Testing

/// A forward pass asks nothing of anybody: it runs on the memory that its plan laid out.
@Suite struct SteadyStateTests {
  @Test func theCountersCount() {
    let before = (runtime_allocations(), runtime_reference_counts())
    let memory = AlignedMemory<Float>(count: 100)
    let other = opaque(memory)
    #expect(runtime_allocations() > before.0)
    #expect(runtime_reference_counts() > before.1)
    #expect(other.count == 100)
  }

  @inline(never) private func opaque(_ memory: AlignedMemory<Float>) -> AlignedMemory<Float> {
    let copies = [memory, memory]
    return copies[Int.random(in: 0...1)]
  }

  @Test(arguments: GoldenTests.availableSets)
  func aPassNeitherAllocatesNorCountsReferences(set: InstructionSet) throws {
    let architecture = try #require(Architecture.named("shufflenet_v2_x1_0"))
    let plan = try ExecutionPlan(
      architecture, weights: SeededWeights.weights,
      input: PixelSize(width: 224, height: 224), kernels: set.kernels)
    let pass = ForwardPass(plan)
    pass.run()
    let before = (runtime_allocations(), runtime_reference_counts())
    pass.run()
    let after = (runtime_allocations(), runtime_reference_counts())
    #expect(after.0 - before.0 == 0, "\(set): allocations")
    // A pass of several hundred kernel calls may hold on to its plan while it runs, no more.
    #expect(after.1 - before.1 == 0, "\(set): retains and releases")
  }
}
