import CFFmpeg
import ShuffledCore

/// Owns a reference to a decoded frame; the reference outlives the decoder.
///
/// `@unchecked Sendable`: the frame is moved in here before the lease is shared, its pixels are only read after
/// that (the decoder, which may still refer to them, only reads them too), and `release` is called once.
private struct FrameLease: @unchecked Sendable {
  let frame: UnsafeMutablePointer<AVFrame>

  func release() {
    var owned: UnsafeMutablePointer<AVFrame>? = frame
    av_frame_free(&owned)
  }
}

/// Why a frame that left the decoder makes no picture.
enum NoPicture: Error {
  /// It is not in memory.
  case noPixels
  /// What is asked for of it is too little.
  case tooSmall(RegionOfInterest, PixelSize)
  /// Its pixels do not begin at whole bytes.
  case cannotBeCropped(RegionOfInterest)

  /// The cause of a `Failure`.
  /// - Parameter number: the frame's.
  func cause(_ number: Int64) -> String {
    switch self {
    case .noPixels: return "frame \(number) has no pixels in memory"
    case .tooSmall(let region, let size):
      return "the region \(region) of its pictures of \(size) is smaller than \(RegionOfInterest.minimum)"
    case .cannotBeCropped(let region):
      return "the region \(region) cannot be cut out of pictures with less than a byte a pixel"
    }
  }

  var kind: Failure.Kind {
    if case .noPixels = self { return .failed }
    return .badData
  }
}

extension Picture {
  /// Takes over what `frame` refers to and leaves it empty.
  /// - Parameters:
  ///   - orientation: the stream's, which a frame's own replaces.
  ///   - region: what is wanted of it; nothing is copied.
  convenience init(
    taking frame: UnsafeMutablePointer<AVFrame>, orientation: Orientation, region: RegionOfInterest
  ) throws(NoPicture) {
    let format = AVPixelFormat(rawValue: frame.pointee.format)
    guard frame.pointee.width > 0, frame.pointee.height > 0, let descriptor = av_pix_fmt_desc_get(format),
      descriptor.pointee.flags & UInt64(AV_PIX_FMT_FLAG_HWACCEL) == 0
    else { throw .noPixels }
    // What colors are meant is guessed from the size of the whole.
    let color = ColorDescription(of: frame, descriptor: descriptor)
    let orientation = Orientation(of: frame) ?? orientation
    try region.crop(frame, descriptor, orientation)
    let lines = frame.pointee.linesize
    let strides = [lines.0, lines.1, lines.2, lines.3]
    let data = frame.pointee.data
    var planes: [Plane] = []
    for (address, stride) in zip([data.0, data.1, data.2, data.3], strides) {
      guard let address else { break }
      planes.append(Plane(address: UnsafePointer(address), stride: Int(stride)))
    }
    let size = PixelSize(width: Int(frame.pointee.width), height: Int(frame.pointee.height))
    guard !planes.isEmpty, let owned = av_frame_alloc() else { throw .noPixels }
    av_frame_move_ref(owned, frame)
    let lease = FrameLease(frame: owned)
    self.init(
      size: size, pixelFormat: PixelFormat(number: format.rawValue), color: color, orientation: orientation,
      planes: planes, release: { lease.release() })
  }
}

extension Orientation {
  /// A frame's own display matrix: from an image's EXIF, or a video's SEI message.
  fileprivate init?(of frame: UnsafeMutablePointer<AVFrame>) {
    guard let data = av_frame_get_side_data(frame, AV_FRAME_DATA_DISPLAYMATRIX), data.pointee.size >= 36,
      let matrix = data.pointee.data
    else { return nil }
    self.init(displayMatrixAt: matrix)
  }
}

extension ColorDescription {
  /// What the frame says; where it says nothing, what players assume: BT.709 for high definition (from 1280
  /// columns or 720 lines), BT.601 below; limited range, except in the formats that JPEG uses (`yuvj420p`, gray).
  /// YCgCo and ICtCp, which libswscale cannot convert, are taken for the former.
  fileprivate init(of frame: UnsafeMutablePointer<AVFrame>, descriptor: UnsafePointer<AVPixFmtDescriptor>) {
    let isHighDefinition = frame.pointee.width >= 1280 || frame.pointee.height >= 720
    let matrix: Matrix =
      switch frame.pointee.colorspace {
      case AVCOL_SPC_BT709: .bt709
      case AVCOL_SPC_BT470BG, AVCOL_SPC_SMPTE170M: .bt601
      case AVCOL_SPC_SMPTE240M: .smpte240m
      case AVCOL_SPC_FCC: .fcc
      case AVCOL_SPC_BT2020_NCL, AVCOL_SPC_BT2020_CL: .bt2020
      default: isHighDefinition ? .bt709 : .bt601
      }
    let isJPEG = String(cString: descriptor.pointee.name).hasPrefix("yuvj")
    let isColor = descriptor.pointee.nb_components >= 3
    let range: Range =
      if isJPEG || frame.pointee.color_range == AVCOL_RANGE_JPEG {
        .full
      } else if frame.pointee.color_range == AVCOL_RANGE_MPEG {
        .limited
      } else {
        isColor ? .limited : .full
      }
    let location: ChromaLocation =
      switch frame.pointee.chroma_location {
      case AVCHROMA_LOC_LEFT: .left
      case AVCHROMA_LOC_CENTER: .center
      case AVCHROMA_LOC_TOPLEFT: .topLeft
      case AVCHROMA_LOC_TOP: .top
      case AVCHROMA_LOC_BOTTOMLEFT: .bottomLeft
      case AVCHROMA_LOC_BOTTOM: .bottom
      default: isJPEG ? .center : .left
      }
    self.init(matrix: matrix, range: range, chromaLocation: location)
  }
}
