import Commands
import KernelInterface
import KernelsReference
import ShuffleNet
import ShuffledCore
import Testing

@Suite struct KernelBenchmarkTests {
  private static let architecture = Architecture(
    family: .shuffleNetV2, dialect: .torchvision, stageRepeats: [1, 1, 1], channels: [2, 4, 6, 8, 10],
    activation: .relu, classes: 3)

  private func calls(_ kernels: KernelTable) throws -> [KernelCall] {
    try ExecutionPlan(
      Self.architecture, weights: SeededWeights.weights,
      input: PixelSize(width: 40, height: 24), kernels: kernels
    ).kernelCalls
  }

  @Test func everyShapeOnceInTheNetworksOrder() throws {
    let texts = try calls(referenceKernels).map { call in
      "\(call.kernel.rawValue) \(call.size) \(call.inputs)-\(call.outputs) \(call.stride) \(call.activation)"
    }
    #expect(
      texts == [
        "stem 20x12 3-2 2 relu", "max-pool 10x6 2-2 2 none", "depthwise 5x3 2-2 2 none",
        "pointwise 5x3 2-2 1 relu", "pointwise 10x6 2-2 1 relu",
        "depthwise 3x2 4-4 2 none", "pointwise 3x2 4-3 1 relu", "pointwise 5x3 4-3 1 relu",
        "depthwise 3x2 3-3 2 none", "pointwise 3x2 3-3 1 relu",
        "depthwise 2x1 6-6 2 none", "pointwise 2x1 6-4 1 relu", "pointwise 3x2 6-4 1 relu",
        "depthwise 2x1 4-4 2 none", "pointwise 2x1 4-4 1 relu", "pointwise 2x1 8-10 1 relu",
        "global-mean 2x1 10-10 1 none", "pointwise 1x1 10-3 1 none",
      ])
  }

  @Test func aWrongKernelIsNotMeasured() throws {
    // One that forgets the bias.
    let wrong = KernelTable(
      name: "wrong", vectorLanes: 1, panelVectors: 1, usesQuads: false,
      pointwiseF32: { address in
        var a = address.assumingMemoryBound(to: PointwiseF32.self).pointee
        let zeros = AlignedMemory<Float>(count: a.outputVectors)
        a.bias = UnsafePointer(zeros.pointer)
        referenceKernels.pointwiseF32(a)
      },
      stemConvolutionF32: { _ in }, depthwiseF32: { _ in }, convolutionF32: { _ in }, maxPoolF32: { _ in },
      globalMeanF32: { _ in },
      resizePlaneU8: { _ in }, convertColorU8: { _ in }, peakF32: { $0 })
    let call = try #require(try calls(referenceKernels).last)
    let failure = #expect(throws: Failure.self) {
      try KernelBenchmark.run(call, wrong, workers: 1, duration: .milliseconds(1))
    }
    #expect(failure?.kind == .failed)
    #expect(
      failure?.description.hasPrefix(
        "cannot trust the wrong kernel 'pointwise of 1 pixels, 10 to 3 channels, none': result 0 is ")
        == true,
      "\(failure?.description ?? "")")
  }

  @Test func aRightOneIs() throws {
    let call = try #require(try calls(referenceKernels).first)
    let result = try KernelBenchmark.run(
      call, referenceKernels, workers: 2, duration: .milliseconds(1))
    #expect(result.multiplyAdds == 20 * 12 * 27 * 2)
    #expect(result.copies * result.bytes >= 8 << 20)
    #expect(result.latencies.count >= 2)
  }
}
