import KernelInterface
import ShuffledCore

/// Resizes pictures of one size, format and coloring to 8-bit red, green and blue planes. What it needs is allocated
/// when it is made; resizing a picture allocates nothing. Used by one thread at a time.
protocol PictureResize: AnyObject {
  /// The part of the resized picture that the planes hold: what was asked for, or more.
  var columns: Range<Int> { get }
  var rows: Range<Int> { get }
  /// Bytes from a row of a plane to the next.
  var stride: Int { get }
  var red: UnsafePointer<UInt8> { get }
  var green: UnsafePointer<UInt8> { get }
  var blue: UnsafePointer<UInt8> { get }

  /// Fills the planes. The picture is one that the request was made of.
  func run(_ picture: Picture) throws(Failure)
}

/// What is to be resized, and to what.
struct ResizeRequest: Hashable {
  var size: PixelSize
  var format: PixelFormat
  var color: ColorDescription
  /// The whole picture's size after resizing, and the part of it that is needed; as it is stored, not turned.
  var resized: PixelSize
  var columns: Range<Int>
  var rows: Range<Int>

  init(_ picture: Picture, resized: PixelSize, columns: Range<Int>, rows: Range<Int>) {
    size = picture.size
    format = picture.pixelFormat
    color = picture.color
    self.resized = resized
    self.columns = columns
    self.rows = rows
  }

  /// By kernels of our own what most decoders give, planes of 8-bit luma and chroma; the rest by libswscale.
  /// Throws `Failure` where libswscale cannot read the format, or the shape is beyond reason.
  func resize(kernels: KernelTable) throws(Failure) -> any PictureResize {
    if let planar = PlanarResize(self, kernels: kernels) { return planar }
    return try SwscaleResize(self)
  }
}
