import KernelInterface
import KernelProblems
import Kernels
import KernelsReference
import ShuffledCore
import Testing

@Suite struct ConvolutionTests {
  /// Widths around every tile (1, 2, 4, 6, 8, 12 pixels) with its two edge pixels, windows wider than the picture, and
  /// outputs around every vector and panel.
  @Test(arguments: availableSets, 1...3) func integersAreExact(set: InstructionSet, stride: Int) {
    for dilation in 1...3 {
      for width in 1...20 {
        let outputs = [1, 4, 5, 8, 15, 16, 17, 24, 32, 33, 48, 49, 64, 65, 80][(width + dilation) % 15]
        let problem = ConvolutionProblem(
          size: PixelSize(width: width * (width % 2 == 0 ? stride : 1), height: 1 + width % 5),
          inputs: 1 + width % 7,
          outputs: outputs, stride: stride, dilation: dilation,
          activation: [.none, .relu, .relu6][width % 3],
          values: .integers, seed: UInt64(width * 100 + dilation))
        #expect(problem.fault(set.kernels) == nil, "\(set): \(problem)")
      }
    }
  }

  /// As V1's units have them.
  @Test(arguments: availableSets) func realsAreWithinRounding(set: InstructionSet) {
    for (size, channels, stride, dilation) in [(28, 20, 1, 1), (14, 40, 2, 1), (7, 80, 1, 2), (9, 12, 3, 1)] {
      let problem = ConvolutionProblem(
        size: PixelSize(width: size, height: size), inputs: channels, outputs: channels, stride: stride,
        dilation: dilation, activation: .none, values: .reals, seed: 2)
      #expect(problem.fault(set.kernels) == nil, "\(set): \(problem)")
    }
  }

  @Test(arguments: availableSets) func aWrongWeightShows(set: InstructionSet) {
    var problem = ConvolutionProblem(
      size: PixelSize(width: 9, height: 5), inputs: 6, outputs: 19, stride: 1, dilation: 1, activation: .none,
      values: .integers, seed: 4)
    let expected = problem.results(referenceKernels)
    // The center tap of output 17 and input 3.
    problem.weights[(17 * 6 + 3) * 9 + 4] += 1
    let found = problem.results(set.kernels)
    let (slab, lane) = (problem.channels[3] / slabLanes, problem.channels[3] % slabLanes)
    for (index, (a, b)) in zip(found, expected).enumerated() {
      let (output, pixel) = (index / 45, index % 45)
      let value = problem.input.values[(slab * 45 + pixel) * slabLanes + lane]
      #expect(a - b == (output == 17 ? value : 0), "result \(index)")
    }
  }

  @Test(arguments: availableSets) func nanStaysInItsWindow(set: InstructionSet) {
    for activation in [Activation.none, .relu, .relu6] {
      var problem = ConvolutionProblem(
        size: PixelSize(width: 12, height: 7), inputs: 4, outputs: 18, stride: 1, dilation: 1,
        activation: activation, values: .integers, seed: 4)
      let (slab, lane) = (problem.channels[1] / slabLanes, problem.channels[1] % slabLanes)
      problem.input.values[(slab * 84 + 3 * 12 + 6) * slabLanes + lane] = .nan
      for (index, result) in problem.results(set.kernels).enumerated() {
        let pixel = index % 84
        let isNear = abs(pixel / 12 - 3) <= 1 && abs(pixel % 12 - 6) <= 1
        #expect(result.isNaN == isNear, "\(activation), result \(index)")
      }
    }
  }
}
