import KernelInterface

/// This build's kernels.
public let kernelTable = KernelTable(
  name: isaName, vectorLanes: Vector.scalarCount, panelVectors: panelVectors, usesQuads: usesQuads,
  pointwiseF32: { pointwiseF32($0) }, stemConvolutionF32: { stemConvolutionF32($0) },
  depthwiseF32: { depthwiseF32($0) }, maxPoolF32: { maxPoolF32($0) }, globalMeanF32: { globalMeanF32($0) },
  peakF32: { peakF32($0) })
