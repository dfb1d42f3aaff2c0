/// Channels in a slab. An activation is a list of slabs, each height x width x 16 floats, channels last: the
/// distance from a pixel to the next is 64 bytes in every layer, whatever its number of channels.
@inlinable public var slabLanes: Int { 16 }

/// A kernel as it is called from another module: a bare address, so that a call touches no reference count.
/// - arguments: points to the kernel's own struct of arguments.
public typealias KernelFunction = @convention(c) (_ arguments: UnsafeRawPointer) -> Void

/// The kernels of one instruction set, and the shape of its tiles, which decides how weights are packed.
///
/// Every kernel is a pure function of its arguments: it takes no lock, allocates nothing and may run on any
/// thread. None checks its arguments: the plan that makes them does.
public struct KernelTable: Sendable {
  public let name: String
  /// Floats in a vector; divides `slabLanes`.
  public let vectorLanes: Int
  /// Vectors of output channels in one panel of packed weights.
  public let panelVectors: Int
  /// Whether a few output channels left over are computed in quads.
  public let usesQuads: Bool
  private let pointwise: KernelFunction
  private let stemConvolution: KernelFunction
  private let depthwise: KernelFunction
  private let convolution: KernelFunction
  private let maxPool: KernelFunction
  private let globalMean: KernelFunction
  private let resizePlane: KernelFunction
  private let convertColor: KernelFunction
  private let peak: @convention(c) (_ multiplyAdds: Int) -> Int

  public init(
    name: String, vectorLanes: Int, panelVectors: Int, usesQuads: Bool,
    pointwiseF32: @escaping KernelFunction,
    stemConvolutionF32: @escaping KernelFunction, depthwiseF32: @escaping KernelFunction,
    convolutionF32: @escaping KernelFunction,
    maxPoolF32: @escaping KernelFunction, globalMeanF32: @escaping KernelFunction,
    resizePlaneU8: @escaping KernelFunction, convertColorU8: @escaping KernelFunction,
    peakF32: @escaping @convention(c) (_ multiplyAdds: Int) -> Int
  ) {
    self.name = name
    self.vectorLanes = vectorLanes
    self.panelVectors = panelVectors
    self.usesQuads = usesQuads
    self.pointwise = pointwiseF32
    self.stemConvolution = stemConvolutionF32
    self.depthwise = depthwiseF32
    self.convolution = convolutionF32
    self.maxPool = maxPoolF32
    self.globalMean = globalMeanF32
    self.resizePlane = resizePlaneU8
    self.convertColor = convertColorU8
    self.peak = peakF32
  }

  public func pointwiseF32(_ a: PointwiseF32) { withUnsafePointer(to: a) { pointwise($0) } }
  public func stemConvolutionF32(_ a: StemConvolutionF32) {
    withUnsafePointer(to: a) { stemConvolution($0) }
  }
  public func depthwiseF32(_ a: DepthwiseF32) { withUnsafePointer(to: a) { depthwise($0) } }
  public func convolutionF32(_ a: ConvolutionF32) { withUnsafePointer(to: a) { convolution($0) } }
  public func maxPoolF32(_ a: MaxPoolF32) { withUnsafePointer(to: a) { maxPool($0) } }
  public func globalMeanF32(_ a: GlobalMeanF32) { withUnsafePointer(to: a) { globalMean($0) } }
  public func resizePlaneU8(_ a: ResizePlaneU8) { withUnsafePointer(to: a) { resizePlane($0) } }
  public func convertColorU8(_ a: ConvertColorU8) { withUnsafePointer(to: a) { convertColor($0) } }
  /// Does multiply-adds on registers as fast as the core can: at least as many as asked for. Returns how many.
  public func peakF32(_ multiplyAdds: Int) -> Int { peak(multiplyAdds) }

  /// Vectors that hold `channels` output channels.
  public func vectors(for channels: Int) -> Int { (channels + vectorLanes - 1) / vectorLanes }
}

/// What is done to a convolution's result before it is stored.
public enum Activation: Int32, BitwiseCopyable, Sendable {
  case none
  case relu
  /// ReLU cut off at 6.
  case relu6
}
