import KernelInterface

/// This build's kernels.
public let kernelTable = KernelTable(
  name: isaName, vectorLanes: Vector.scalarCount, panelVectors: panelVectors, usesQuads: usesQuads,
  pointwiseF32: { pointwiseF32($0.assumingMemoryBound(to: PointwiseF32.self).pointee) },
  stemConvolutionF32: { stemConvolutionF32($0.assumingMemoryBound(to: StemConvolutionF32.self).pointee) },
  depthwiseF32: { depthwiseF32($0.assumingMemoryBound(to: DepthwiseF32.self).pointee) },
  convolutionF32: { convolutionF32($0.assumingMemoryBound(to: ConvolutionF32.self).pointee) },
  maxPoolF32: { maxPoolF32($0.assumingMemoryBound(to: MaxPoolF32.self).pointee) },
  globalMeanF32: { globalMeanF32($0.assumingMemoryBound(to: GlobalMeanF32.self).pointee) },
  resizePlaneU8: { resizePlaneU8($0.assumingMemoryBound(to: ResizePlaneU8.self).pointee) },
  convertColorU8: { convertColorU8($0.assumingMemoryBound(to: ConvertColorU8.self).pointee) },
  peakF32: { peakF32($0) })
