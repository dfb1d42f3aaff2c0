import Kernels
import ShuffledCore
import Testing

@Suite struct InstructionSetTests {
  @Test func everyNameMeansItself() throws {
    for set in InstructionSet.allCases where set.isAvailable {
      #expect(try InstructionSet.named(set.rawValue) == set)
      #expect(set.kernels.name == set.rawValue)
    }
  }

  @Test func nothingAskedForMeansTheBest() throws {
    #expect(try InstructionSet.named(nil) == InstructionSet.best)
    #expect(try InstructionSet.named("") == InstructionSet.best)
  }

  @Test func anUnknownNameIsRefused() {
    let failure = #expect(throws: Failure.self) { try InstructionSet.named("avx3") }
    #expect(failure?.kind == .usage)
    #expect(
      failure?.description
        == "cannot use instruction set 'avx3': it is not known (known are portable, avx2, avx512)")
  }

  @Test(
    .enabled(
      if: InstructionSet.allCases.contains { !$0.isAvailable }, "every instruction set is available here"))
  func anUnavailableSetIsRefused() {
    for set in InstructionSet.allCases where !set.isAvailable {
      let failure = #expect(throws: Failure.self) { try InstructionSet.named(set.rawValue) }
      #expect(failure?.kind == .unavailable)
    }
  }

  @Test(.enabled(if: InstructionSet.avx2.isAvailable, "this processor has no AVX2"))
  func avx2IsTested() { #expect(availableSets.contains(.avx2)) }

  @Test(.enabled(if: InstructionSet.avx512.isAvailable, "this processor has no AVX-512"))
  func avx512IsTested() { #expect(availableSets.contains(.avx512)) }
}
