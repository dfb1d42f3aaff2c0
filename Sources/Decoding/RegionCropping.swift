import CFFmpeg
import ShuffledCore

extension RegionOfInterest {
  /// Less than that shows nothing.
  public static let minimum = PixelSize(width: 16, height: 16)

  /// In pixels of a picture as it is stored, each side at the nearest pixel whose chroma begins there, or at the picture's own.
  /// - Parameters:
  ///   - size: as stored.
  ///   - orientation: how that must be turned to be upright.
  ///   - blocks: how many pixels share a chroma sample.
  package func pixels(
    of size: PixelSize, _ orientation: Orientation, blocks: PixelSize
  ) -> (x: Range<Int>, y: Range<Int>) {
    // Two opposite corners, turned back: a quarter turn clockwise sends (x, y) to (1 - y, x).
    var corners = [(x, y), (x + width, y + height)]
    for _ in 0..<orientation.quarterTurns { corners = corners.map { ($0.1, 1 - $0.0) } }
    if orientation.mirrored { corners = corners.map { (1 - $0.0, $0.1) } }
    func side(_ fraction: Double, _ length: Int, _ block: Int) -> Int {
      let pixel = fraction * Double(length)
      // The last block of an odd length is smaller.
      return pixel >= Double(length) - 0.5
        ? length : min(length, max(0, Int((pixel / Double(block)).rounded()) * block))
    }
    let sides = corners.map {
      (x: side($0.0, size.width, blocks.width), y: side($0.1, size.height, blocks.height))
    }
    return (
      min(sides[0].x, sides[1].x)..<max(sides[0].x, sides[1].x),
      min(sides[0].y, sides[1].y)..<max(sides[0].y, sides[1].y)
    )
  }

  /// Leaves only the region of a frame, without copying.
  func crop(
    _ frame: UnsafeMutablePointer<AVFrame>, _ descriptor: UnsafePointer<AVPixFmtDescriptor>,
    _ orientation: Orientation
  ) throws(NoPicture) {
    guard self != .whole else { return }
    let size = PixelSize(width: Int(frame.pointee.width), height: Int(frame.pointee.height))
    let blocks = PixelSize(
      width: 1 << Int(descriptor.pointee.log2_chroma_w), height: 1 << Int(descriptor.pointee.log2_chroma_h))
    let (x, y) = pixels(of: size, orientation, blocks: blocks)
    guard x.count >= Self.minimum.width, y.count >= Self.minimum.height else { throw .tooSmall(self, size) }
    guard descriptor.pointee.flags & UInt64(AV_PIX_FMT_FLAG_BITSTREAM) == 0 else {
      throw .cannotBeCropped(self)
    }
    frame.pointee.crop_left = x.lowerBound
    frame.pointee.crop_right = size.width - x.upperBound
    frame.pointee.crop_top = y.lowerBound
    frame.pointee.crop_bottom = size.height - y.upperBound
    guard av_frame_apply_cropping(frame, Int32(AV_FRAME_CROP_UNALIGNED)) >= 0 else {
      throw .cannotBeCropped(self)
    }
  }
}
