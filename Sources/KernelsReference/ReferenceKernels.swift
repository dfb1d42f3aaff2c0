import KernelInterface

/// The kernels once more, as plainly as they can be written: one output value at a time, sums in Double. They
/// say what is right; nothing is ever classified with them. They take packed weights as a build with one lane
/// and one vector a panel has them: weights[n][k].
public let referenceKernels = KernelTable(
  name: "reference", vectorLanes: 1, panelVectors: 1, usesQuads: false,
  pointwiseF32: { referencePointwiseF32($0.assumingMemoryBound(to: PointwiseF32.self).pointee) },
  stemConvolutionF32: {
    referenceStemConvolutionF32($0.assumingMemoryBound(to: StemConvolutionF32.self).pointee)
  },
  depthwiseF32: { referenceDepthwiseF32($0.assumingMemoryBound(to: DepthwiseF32.self).pointee) },
  convolutionF32: { referenceConvolutionF32($0.assumingMemoryBound(to: ConvolutionF32.self).pointee) },
  maxPoolF32: { referenceMaxPoolF32($0.assumingMemoryBound(to: MaxPoolF32.self).pointee) },
  globalMeanF32: { referenceGlobalMeanF32($0.assumingMemoryBound(to: GlobalMeanF32.self).pointee) },
  resizePlaneU8: { referenceResizePlaneU8($0.assumingMemoryBound(to: ResizePlaneU8.self).pointee) },
  convertColorU8: { referenceConvertColorU8($0.assumingMemoryBound(to: ConvertColorU8.self).pointee) },
  peakF32: { _ in 0 })

func referenceActivation(_ x: Double, _ activation: Activation) -> Float {
  switch activation {
  case .none: Float(x)
  case .relu: Float(max(x, 0))
  case .relu6: Float(min(max(x, 0), 6))
  }
}
