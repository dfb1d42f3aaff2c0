import CFFmpeg
import ShuffledCore

/// Resizes pictures of any format that libswscale reads.
///
/// The filter is libswscale's bilinear one, a triangle as wide as the reduction, which is what "antialiased
/// bilinear" means in Pillow and torchvision. It resizes in YCbCr and converts afterwards, where they convert first:
/// the steps are linear, so only clipping and rounding tell them apart. Along a side of less than four pixels
/// libswscale takes the nearest one instead.
final class SwscaleResize: PictureResize {
  let columns: Range<Int>
  let rows: Range<Int>
  let stride: Int
  let red: UnsafePointer<UInt8>
  let green: UnsafePointer<UInt8>
  let blue: UnsafePointer<UInt8>

  private let context: OpaquePointer
  private let sourceHeight: Int32
  private let offsets: [WindowOffset]
  private let storage: UnsafeMutableRawBufferPointer
  /// What `sws_scale` is told: addresses and strides of up to 4 planes, the source's written anew a picture.
  private let sources = UnsafeMutablePointer<UnsafePointer<UInt8>?>.allocate(capacity: 4)
  private let sourceStrides = UnsafeMutablePointer<Int32>.allocate(capacity: 4)
  private let targets = UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>.allocate(capacity: 4)
  private let targetStrides = UnsafeMutablePointer<Int32>.allocate(capacity: 4)

  /// Throws `Failure` where libswscale cannot read the format, or the shape is beyond reason.
  init(_ request: ResizeRequest) throws(Failure) {
    let format = AVPixelFormat(rawValue: request.format.number)
    guard let descriptor = av_pix_fmt_desc_get(format), sws_isSupportedInput(format) > 0 else {
      throw Self.failure(request, "libswscale cannot read pixel format \(request.format.name)")
    }
    let granularity = WindowOffset.granularity(descriptor)
    let horizontal = AxisWindow(
      length: request.size.width, resized: request.resized.width, needed: request.columns,
      granularity: granularity?.width
    )
    let vertical = AxisWindow(
      length: request.size.height, resized: request.resized.height, needed: request.rows,
      granularity: granularity?.height
    )
    let target = PixelSize(width: horizontal.target.count, height: vertical.target.count)
    guard target.width <= 1 << 16, target.height <= 1 << 16, target.width * target.height <= 1 << 24 else {
      throw Self.failure(request, "resizing it needs \(target) pixels, which is beyond reason")
    }
    context = try Self.makeContext(
      request, descriptor, from: PixelSize(width: horizontal.source.count, height: vertical.source.count),
      to: target)
    columns = horizontal.target
    rows = vertical.target
    sourceHeight = Int32(vertical.source.count)
    offsets = (0..<4).map {
      WindowOffset(plane: $0, x: horizontal.source.lowerBound, y: vertical.source.lowerBound, descriptor)
    }
    // libswscale writes whole vectors: rows begin at multiples of 64 bytes and have 64 to spare.
    stride = (target.width + 64 + 63) / 64 * 64
    let planeSize = stride * target.height
    storage = .allocate(byteCount: 3 * planeSize + 64, alignment: 64)
    storage.initializeMemory(as: UInt8.self, repeating: 0)
    guard let base = storage.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
      preconditionFailure("a buffer of \(storage.count) bytes has an address")
    }
    // GBRP: the planes in FFmpeg's order.
    for index in 0..<4 {
      targets[index] = index < 3 ? base + index * planeSize : nil
      targetStrides[index] = index < 3 ? Int32(stride) : 0
    }
    green = UnsafePointer(base)
    blue = UnsafePointer(base + planeSize)
    red = UnsafePointer(base + 2 * planeSize)
  }

  deinit {
    sws_freeContext(context)
    storage.deallocate()
    sources.deallocate()
    sourceStrides.deallocate()
    targets.deallocate()
    targetStrides.deallocate()
  }

  func run(_ picture: Picture) throws(Failure) {
    let written = picture.withPlanes { planes in
      for index in 0..<4 {
        if index < planes.count {
          sources[index] = planes[index].address + offsets[index].bytes(stride: planes[index].stride)
          sourceStrides[index] = Int32(planes[index].stride)
        } else {
          sources[index] = nil
          sourceStrides[index] = 0
        }
      }
      return sws_scale(context, sources, sourceStrides, 0, sourceHeight, targets, targetStrides)
    }
    guard written == rows.count else {
      throw Failure(
        .failed, cannot: "resize picture", because: "libswscale wrote \(written) rows of \(rows.count)")
    }
  }

  private static func makeContext(
    _ request: ResizeRequest, _ descriptor: UnsafePointer<AVPixFmtDescriptor>, from source: PixelSize,
    to target: PixelSize
  ) throws(Failure) -> OpaquePointer {
    guard let context = sws_alloc_context() else { throw failure(request, "out of memory") }
    let options = UnsafeMutableRawPointer(context)
    // Full chroma: without it, color is halved once more before it is converted. Accurate rounding costs little.
    // Not SWS_FAST_BILINEAR: it is not antialiased, and writes machine code where a sandbox may forbid it.
    let flags =
      SWS_BILINEAR | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP
    let settings: [(String, Int64)] =
      [
        ("srcw", Int64(source.width)), ("srch", Int64(source.height)),
        ("dstw", Int64(target.width)), ("dsth", Int64(target.height)),
        ("src_format", Int64(request.format.number)), ("dst_format", Int64(AV_PIX_FMT_GBRP.rawValue)),
        ("sws_flags", Int64(flags)), ("threads", 1),
      ] + chromaPosition(request.color, descriptor)
    for (name, value) in settings {
      guard av_opt_set_int(options, name, value, 0) >= 0 else {
        preconditionFailure("libswscale has an option \(name) that may be \(value)")
      }
    }
    guard sws_init_context(context, nil, nil) >= 0 else {
      sws_freeContext(context)
      throw failure(request, "libswscale cannot resize \(source) to \(target)")
    }
    // The result is red, green and blue in full range. Brightness, contrast and saturation (16.16) stay as they are.
    sws_setColorspaceDetails(
      context, sws_getCoefficients(request.color.matrix.swscale), request.color.range == .full ? 1 : 0,
      sws_getCoefficients(SWS_CS_DEFAULT), 1, 0, 1 << 16, 1 << 16)
    return context
  }

  /// In libswscale's unit, 1/256 of the distance between two pixels, from the first pixel's center.
  private static func chromaPosition(
    _ color: ColorDescription, _ descriptor: UnsafePointer<AVPixFmtDescriptor>
  ) -> [(String, Int64)] {
    let horizontal = color.chromaOffset(horizontalBlock: 1 << Int(descriptor.pointee.log2_chroma_w))
    let vertical = color.chromaOffset(verticalBlock: 1 << Int(descriptor.pointee.log2_chroma_h))
    func position(_ offset: Double) -> Int64 { Int64((offset - 0.5) * 256) }
    return [("src_h_chr_pos", position(horizontal)), ("src_v_chr_pos", position(vertical))]
  }

  private static func failure(_ request: ResizeRequest, _ cause: String) -> Failure {
    Failure(.failed, cannot: "resize picture of \(request.size)", because: cause)
  }
}

extension ColorDescription.Matrix {
  /// libswscale's number for it.
  var swscale: Int32 {
    switch self {
    case .bt601: SWS_CS_ITU601
    case .bt709: SWS_CS_ITU709
    case .bt2020: SWS_CS_BT2020
    case .smpte240m: SWS_CS_SMPTE240M
    case .fcc: SWS_CS_FCC
    }
  }
}

/// Where a window into a picture begins in one of its planes.
struct WindowOffset {
  private let column: Int
  private let row: Int

  init(plane: Int, x: Int, y: Int, _ descriptor: UnsafePointer<AVPixFmtDescriptor>) {
    let components = [
      descriptor.pointee.comp.0, descriptor.pointee.comp.1, descriptor.pointee.comp.2,
      descriptor.pointee.comp.3,
    ].prefix(Int(descriptor.pointee.nb_components))
    let flags = Int32(truncatingIfNeeded: descriptor.pointee.flags)
    // The second plane of a format with a palette is the palette.
    let isPalette = flags & AV_PIX_FMT_FLAG_PAL != 0 && plane > 0
    guard let index = components.firstIndex(where: { $0.plane == plane }), !isPalette else {
      (column, row) = (0, 0)
      return
    }
    let isChroma = (index == 1 || index == 2) && flags & AV_PIX_FMT_FLAG_RGB == 0
    let chromaWidth = isChroma ? Int(descriptor.pointee.log2_chroma_w) : 0
    let chromaHeight = isChroma ? Int(descriptor.pointee.log2_chroma_h) : 0
    column = (x >> chromaWidth) * Int(components[index].step)
    row = y >> chromaHeight
  }

  func bytes(stride: Int) -> Int { row * stride + column }

  /// What a window's place must be a multiple of: the block of pixels that share chroma. nil where pixels do not
  /// begin at bytes, or share bytes with their neighbours.
  static func granularity(_ descriptor: UnsafePointer<AVPixFmtDescriptor>) -> PixelSize? {
    let flags = Int32(truncatingIfNeeded: descriptor.pointee.flags)
    guard flags & (AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_BAYER) == 0 else { return nil }
    let (width, height) = (
      1 << Int(descriptor.pointee.log2_chroma_w), 1 << Int(descriptor.pointee.log2_chroma_h)
    )
    guard flags & AV_PIX_FMT_FLAG_PLANAR != 0 || (width == 1 && height == 1) else { return nil }
    return PixelSize(width: width, height: height)
  }
}
