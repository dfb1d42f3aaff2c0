/// Channels in a slab. An activation is a list of slabs, each height x width x 16 floats, channels last: the
/// distance from a pixel to the next is 64 bytes in every layer, whatever its number of channels.
@inlinable public var slabLanes: Int { 16 }

/// The kernels of one instruction set, and the shape of its tiles, which decides how weights are packed.
///
/// Every kernel is a pure function of its arguments: it takes no lock, allocates nothing and may run on any
/// thread. None checks its arguments: the plan that makes them does.
public struct KernelTable: Sendable {
  public var name: String
  /// Floats in a vector; divides `slabLanes`.
  public var vectorLanes: Int
  /// Vectors of output channels in one panel of packed weights.
  public var panelVectors: Int
  /// Whether a few output channels left over are computed in quads.
  public var usesQuads: Bool
  public var pointwiseF32: @Sendable (borrowing PointwiseF32) -> Void
  public var stemConvolutionF32: @Sendable (borrowing StemConvolutionF32) -> Void
  public var depthwiseF32: @Sendable (borrowing DepthwiseF32) -> Void
  public var maxPoolF32: @Sendable (borrowing MaxPoolF32) -> Void
  public var globalMeanF32: @Sendable (borrowing GlobalMeanF32) -> Void
  /// Does multiply-adds on registers as fast as the core can: at least as many as asked for. Returns how many.
  public var peakF32: @Sendable (_ multiplyAdds: Int) -> Int

  public init(
    name: String, vectorLanes: Int, panelVectors: Int, usesQuads: Bool,
    pointwiseF32: @escaping @Sendable (borrowing PointwiseF32) -> Void,
    stemConvolutionF32: @escaping @Sendable (borrowing StemConvolutionF32) -> Void,
    depthwiseF32: @escaping @Sendable (borrowing DepthwiseF32) -> Void,
    maxPoolF32: @escaping @Sendable (borrowing MaxPoolF32) -> Void,
    globalMeanF32: @escaping @Sendable (borrowing GlobalMeanF32) -> Void,
    peakF32: @escaping @Sendable (_ multiplyAdds: Int) -> Int
  ) {
    self.name = name
    self.vectorLanes = vectorLanes
    self.panelVectors = panelVectors
    self.usesQuads = usesQuads
    self.pointwiseF32 = pointwiseF32
    self.stemConvolutionF32 = stemConvolutionF32
    self.depthwiseF32 = depthwiseF32
    self.maxPoolF32 = maxPoolF32
    self.globalMeanF32 = globalMeanF32
    self.peakF32 = peakF32
  }

  /// Vectors that hold `channels` output channels.
  public func vectors(for channels: Int) -> Int { (channels + vectorLanes - 1) / vectorLanes }
}

/// What is done to a convolution's result before it is stored.
public enum Activation: Int32, Sendable {
  case none
  case relu
  /// ReLU cut off at 6.
  case relu6
}
