/// A decoded picture as the decoder left it: a lease on its planes, given back when the last reference goes.
///
/// `@unchecked Sendable`: everything in it is set once, before it is shared, and the planes are only read.
public final class Picture: @unchecked Sendable {
  /// One plane of samples: the address of its first row and the distance to the next, in bytes (negative where
  /// rows are stored bottom up). Where the pixel format has a palette, it is the second plane.
  public struct Plane {
    public var address: UnsafePointer<UInt8>
    public var stride: Int
    public init(address: UnsafePointer<UInt8>, stride: Int) {
      self.address = address
      self.stride = stride
    }
  }

  public let size: PixelSize
  public let pixelFormat: PixelFormat
  public let color: ColorDescription
  /// How the picture must be turned before a person looks at it.
  public let orientation: Orientation
  private let planes: [Plane]
  private let release: @Sendable () -> Void

  /// - Parameters:
  ///   - planes: one to four, valid until `release` is called.
  ///   - release: called once, by whichever thread lets go last.
  public init(
    size: PixelSize, pixelFormat: PixelFormat, color: ColorDescription, orientation: Orientation,
    planes: [Plane], release: @escaping @Sendable () -> Void
  ) {
    precondition(size.width > 0 && size.height > 0, "a picture of \(size) has no pixels")
    precondition((1...4).contains(planes.count), "a picture has 1 to 4 planes, not \(planes.count)")
    self.size = size
    self.pixelFormat = pixelFormat
    self.color = color
    self.orientation = orientation
    self.planes = planes
    self.release = release
  }

  deinit { release() }

  /// Lends the planes to `body`; they must not outlive it.
  public func withPlanes<R>(_ body: ([Plane]) throws -> R) rethrows -> R {
    try withExtendedLifetime(self) { try body(planes) }
  }
}

/// Width and height in pixels.
public struct PixelSize: Hashable, Sendable, CustomStringConvertible {
  public var width: Int
  public var height: Int
  public init(width: Int, height: Int) {
    self.width = width
    self.height = height
  }
  public var description: String { "\(width)x\(height)" }

  package var pixels: Int { width * height }

  /// What a 3x3 convolution or pooling of this stride leaves, with padding equal to its dilation.
  package func strided(by stride: Int) -> PixelSize {
    PixelSize(width: (width - 1) / stride + 1, height: (height - 1) / stride + 1)
  }
}

/// A pixel format by FFmpeg's number (`AVPixelFormat`): FFmpeg is both where pictures come from and what converts
/// them, so a second list of some two hundred names would only be a chance to disagree.
public struct PixelFormat: Hashable, Sendable {
  public var number: Int32
  public init(number: Int32) { self.number = number }
}

/// How a picture's YCbCr samples stand for colors.
public struct ColorDescription: Hashable, Sendable {
  /// The YCbCr matrix.
  public enum Matrix: Sendable { case bt601, bt709, bt2020, smpte240m, fcc }
  /// What black and white are: 16 and 235, or 0 and 255.
  public enum Range: Sendable { case limited, full }
  /// Where a subsampled chroma sample lies in the block of pixels it colors: in MPEG video at the middle of the
  /// block's left edge, in JPEG at its center, in UHD broadcasts at its top left.
  public enum ChromaLocation: Sendable { case left, center, topLeft, top, bottomLeft, bottom }

  public var matrix: Matrix
  public var range: Range
  public var chromaLocation: ChromaLocation
  public init(matrix: Matrix, range: Range, chromaLocation: ChromaLocation = .left) {
    self.matrix = matrix
    self.range = range
    self.chromaLocation = chromaLocation
  }
}

/// The eight ways a picture can be turned by right angles and mirrored: first the mirror, then the rotation.
public struct Orientation: Hashable, Sendable {
  /// Clockwise quarter turns, 0...3.
  public var quarterTurns: Int
  /// Left and right exchanged, before it is turned.
  public var mirrored: Bool

  public init(quarterTurns: Int = 0, mirrored: Bool = false) {
    precondition((0...3).contains(quarterTurns), "quarter turns are 0 to 3, not \(quarterTurns)")
    self.quarterTurns = quarterTurns
    self.mirrored = mirrored
  }

  public static let upright = Orientation()

  /// Width and height change places.
  public var isTransposed: Bool { quarterTurns % 2 == 1 }
}
