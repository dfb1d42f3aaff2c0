/// How a picture becomes a network's input; a model file carries one. The steps, in order: turn the picture
/// upright, resize its shorter side to `resizeShorter` (antialiased bilinear), crop the centre to `size`, round
/// to 8 bits a sample, and normalise each channel: `(sample * scale - mean) / std`.
///
/// It is what torchvision's `Resize` (on a PIL image), `CenterCrop`, `ToTensor` and `Normalize` do.
public struct InputSpecification: Hashable, Sendable {
  public enum ChannelOrder: String, Hashable, Sendable, CaseIterable { case rgb, bgr }

  /// What the network sees.
  public var size: PixelSize
  /// The shorter side, in pixels, before the crop.
  public var resizeShorter: Int
  public var channelOrder: ChannelOrder
  public var scale: Double
  /// A value a channel, in `channelOrder`.
  public var mean: [Double]
  public var std: [Double]

  public init(
    size: PixelSize, resizeShorter: Int, channelOrder: ChannelOrder, scale: Double, mean: [Double], std: [Double]
  ) {
    precondition(mean.count == 3 && std.count == 3, "mean and std have a value for each of 3 channels")
    self.size = size
    self.resizeShorter = resizeShorter
    self.channelOrder = channelOrder
    self.scale = scale
    self.mean = mean
    self.std = std
  }

  /// What torchvision's ShuffleNet V2 weights were trained with.
  public static let torchvision = InputSpecification(
    size: PixelSize(width: 224, height: 224), resizeShorter: 256, channelOrder: .rgb, scale: 1.0 / 255,
    mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225])
}

/// Where the samples of a network's input lie: three planes of floats, each with a border of zeros one pixel wide
/// around it, so that the first convolution (3x3, padding 1) needs no edge cases.
///
///     plane 0: (height + 2) rows of rowStride floats    sample (y, x) of channel c:
///     plane 1: ...                                        c * planeStride + (y + 1) * rowStride + (x + 1)
///     plane 2: ...
public struct PlanarLayout: Hashable, Sendable {
  public var size: PixelSize
  /// Floats from a row to the next.
  public var rowStride: Int { size.width + 2 }
  /// Floats from a plane to the next.
  public var planeStride: Int { rowStride * (size.height + 2) }
  /// Floats in all.
  public var count: Int { 3 * planeStride }

  public init(size: PixelSize) { self.size = size }

  /// The index of channel `channel`'s sample at row `y`, column `x`.
  public func index(channel: Int, y: Int, x: Int) -> Int {
    channel * planeStride + (y + 1) * rowStride + x + 1
  }
}
