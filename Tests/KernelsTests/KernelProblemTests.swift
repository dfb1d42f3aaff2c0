import KernelInterface
import KernelProblems
import KernelsReference
import ShuffledCore
import Testing

/// What finds faults, finds them.
@Suite struct KernelProblemTests {
  private static let size = PixelSize(width: 5, height: 4)
  static let problems: [any KernelProblem] = [
    PointwiseProblem(pixels: 5, inputs: 3, outputs: 4, activation: .none, values: .integers, seed: 1),
    StemConvolutionProblem(size: size, outputs: 4, activation: .none, values: .reals, seed: 1),
    DepthwiseProblem(
      size: size, slabs: 2, stride: 1, dilation: 1, activation: .relu, values: .integers, seed: 1),
    MaxPoolProblem(size: size, slabs: 2, values: .reals, seed: 1),
    GlobalMeanProblem(size: size, slabs: 2, values: .reals, seed: 1),
    ResizePlaneProblem(
      inputWidth: 16, inputHeight: 4, outputWidth: 8, outputHeight: 2, rowTaps: 2, columnTaps: 4,
      values: .integers, seed: 1),
    ConvolutionProblem(
      size: size, inputs: 3, outputs: 4, stride: 1, dilation: 1, activation: .relu, values: .integers, seed: 1
    ),
  ]

  /// Kernels that do nothing, kernels that write where they must not, and kernels that are a little wrong.
  private static func broken(
    pointwise: @escaping KernelFunction = { _ in }, globalMean: @escaping KernelFunction = { _ in }
  ) -> KernelTable {
    KernelTable(
      name: "broken", vectorLanes: 1, panelVectors: 1, usesQuads: false, pointwiseF32: pointwise,
      stemConvolutionF32: { _ in }, depthwiseF32: { _ in }, convolutionF32: { _ in },
      maxPoolF32: { _ in }, globalMeanF32: globalMean,
      resizePlaneU8: { _ in }, convertColorU8: { _ in }, peakF32: { $0 })
  }

  @Test(arguments: problems.indices) func theReferenceIsRight(index: Int) {
    #expect(Self.problems[index].fault(referenceKernels) == nil)
  }

  @Test(arguments: problems.indices) func whatIsNotWrittenShows(index: Int) throws {
    let problem = Self.problems[index]
    let expected = try #require(problem.results(referenceKernels).first)
    #expect(problem.fault(Self.broken()) == "result 0 is nan, not \(expected)")
  }

  @Test func whatIsWrittenElsewhereShows() {
    let kernels = Self.broken(pointwise: { address in
      let a = address.assumingMemoryBound(to: PointwiseF32.self).pointee
      referenceKernels.pointwiseF32(a)
      a.output[Int(a.outputOffsets[0]) + a.pixels * slabLanes] = 1
    })
    // Two slabs of input... the one of output, and the one after it.
    let problem = Self.problems[0]
    #expect(problem.fault(kernels) == "float 160 of 240 was written, which holds no result")
  }

  @Test func anErrorLargerThanRoundingShows() {
    let kernels = Self.broken(globalMean: { address in
      let a = address.assumingMemoryBound(to: GlobalMeanF32.self).pointee
      referenceKernels.globalMeanF32(a)
      a.output[Int(a.outputOffsets[1]) + 3] += 1e-5
    })
    let fault = Self.problems[4].fault(kernels)
    #expect(fault?.hasPrefix("result \(slabLanes + 3) is ") == true, "\(fault ?? "no fault")")
  }
}
