import CFFmpeg
import ShuffledCore

/// Makes JPEGs of pictures, upright and in the color space that JPEG means, by FFmpeg's MJPEG encoder.
public enum JPEGEncoder {
  /// JPEG's scale of quantisers is FFmpeg's: 2 is fine, 31 coarse.
  private static let quantiser: Int32 = 4

  /// Blocks while it works; any thread. Throws `Failure` where FFmpeg cannot read the picture or has no memory.
  /// - Parameter width: at most so many pixels wide, as it is looked at; nil: as wide as it is. It is never made larger.
  public static func encode(_ picture: Picture, width: Int? = nil) throws(Failure) -> [UInt8] {
    let scaled = try scaled(picture, to: size(of: picture, width: width))
    return try encode(picture.orientation == .upright ? scaled : turned(scaled, picture.orientation))
  }

  /// The size before it is turned.
  private static func size(of picture: Picture, width: Int?) -> PixelSize {
    let shown = picture.orientation.isTransposed ? picture.size.height : picture.size.width
    guard let width, width < shown else { return picture.size }
    func part(_ length: Int) -> Int { max(1, (length * width + shown / 2) / shown) }
    return PixelSize(width: part(picture.size.width), height: part(picture.size.height))
  }

  private static func scaled(_ picture: Picture, to size: PixelSize) throws(Failure) -> CodecFrame {
    let format = AVPixelFormat(rawValue: picture.pixelFormat.number)
    let flags = SWS_AREA | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INP
    guard sws_isSupportedInput(format) > 0,
      let context = sws_getContext(
        Int32(picture.size.width), Int32(picture.size.height), format, Int32(size.width), Int32(size.height),
        AV_PIX_FMT_YUVJ420P, flags, nil, nil, nil)
    else { throw failure(picture.size, "libswscale cannot read pixel format \(picture.pixelFormat.name)") }
    defer { sws_freeContext(context) }
    // JPEG is BT.601 in full range.
    sws_setColorspaceDetails(
      context, sws_getCoefficients(picture.color.matrix.swscale), picture.color.range == .full ? 1 : 0,
      sws_getCoefficients(SWS_CS_ITU601), 1, 0, 1 << 16, 1 << 16)
    let frame = try CodecFrame(size)
    let rows = picture.withPlanes { planes in
      var sources = [UnsafePointer<UInt8>?](repeating: nil, count: 4)
      var strides = [Int32](repeating: 0, count: 4)
      for (index, plane) in planes.enumerated() {
        (sources[index], strides[index]) = (plane.address, Int32(plane.stride))
      }
      return sws_scale(
        context, sources, strides, 0, Int32(picture.size.height), frame.addresses, frame.strides)
    }
    guard rows == size.height else {
      throw failure(picture.size, "libswscale wrote \(rows) rows of \(size.height)")
    }
    return frame
  }

  /// Mirrored first, then turned clockwise.
  private static func turned(_ frame: CodecFrame, _ orientation: Orientation) throws(Failure) -> CodecFrame {
    let size = frame.size
    let result = try CodecFrame(
      orientation.isTransposed ? PixelSize(width: size.height, height: size.width) : size)
    for plane in 0..<3 {
      let (from, to) = (frame.plane(plane), result.plane(plane))
      let (last, bottom) = (from.width - 1, from.height - 1)
      for y in 0..<to.height {
        for x in 0..<to.width {
          let (column, row) =
            switch orientation.quarterTurns {
            case 1: (y, bottom - x)
            case 2: (last - x, bottom - y)
            case 3: (last - y, x)
            default: (x, y)
            }
          to.address[y * to.stride + x] =
            from.address[row * from.stride + (orientation.mirrored ? last - column : column)]
        }
      }
    }
    return result
  }

  private static func encode(_ frame: CodecFrame) throws(Failure) -> [UInt8] {
    guard let codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG) else {
      throw failure(frame.size, "FFmpeg was built without its MJPEG encoder")
    }
    var context = avcodec_alloc_context3(codec)
    var packet = av_packet_alloc()
    defer {
      avcodec_free_context(&context)
      av_packet_free(&packet)
    }
    guard let context, let packet else { throw failure(frame.size, "out of memory") }
    context.pointee.width = Int32(frame.size.width)
    context.pointee.height = Int32(frame.size.height)
    context.pointee.pix_fmt = AV_PIX_FMT_YUVJ420P
    context.pointee.color_range = AVCOL_RANGE_JPEG
    context.pointee.time_base = AVRational(num: 1, den: 25)
    context.pointee.thread_count = 1
    context.pointee.flags |= AV_CODEC_FLAG_QSCALE
    context.pointee.global_quality = quantiser * FF_QP2LAMBDA
    frame.setQuality(quantiser * FF_QP2LAMBDA)
    for step in [
      { avcodec_open2(context, codec, nil) }, { avcodec_send_frame(context, frame.pointer) },
      { avcodec_receive_packet(context, packet) },
    ] {
      let code = step()
      guard code >= 0 else { throw failure(frame.size, "FFmpeg's MJPEG encoder gave error \(code)") }
    }
    return Array(UnsafeBufferPointer(start: packet.pointee.data, count: Int(packet.pointee.size)))
  }

  fileprivate static func failure(_ size: PixelSize, _ cause: String) -> Failure {
    Failure(.failed, cannot: "encode picture of \(size)", because: cause)
  }
}

/// A frame of FFmpeg's with planes of its own, YCbCr with halved color.
private final class CodecFrame {
  let size: PixelSize
  let pointer: UnsafeMutablePointer<AVFrame>

  init(_ size: PixelSize) throws(Failure) {
    guard let pointer = av_frame_alloc() else { throw JPEGEncoder.failure(size, "out of memory") }
    self.size = size
    self.pointer = pointer
    pointer.pointee.width = Int32(size.width)
    pointer.pointee.height = Int32(size.height)
    pointer.pointee.format = AV_PIX_FMT_YUVJ420P.rawValue
    pointer.pointee.color_range = AVCOL_RANGE_JPEG
    guard av_frame_get_buffer(pointer, 0) >= 0 else { throw JPEGEncoder.failure(size, "out of memory") }
  }

  deinit {
    var pointer: UnsafeMutablePointer<AVFrame>? = pointer
    av_frame_free(&pointer)
  }

  func setQuality(_ quality: Int32) { pointer.pointee.quality = quality }

  var addresses: [UnsafeMutablePointer<UInt8>?] {
    let data = pointer.pointee.data
    return [data.0, data.1, data.2, nil]
  }

  var strides: [Int32] {
    let strides = pointer.pointee.linesize
    return [strides.0, strides.1, strides.2, 0]
  }

  func plane(_ index: Int) -> (address: UnsafeMutablePointer<UInt8>, stride: Int, width: Int, height: Int) {
    guard let address = addresses[index] else { preconditionFailure("a frame has three planes") }
    let halves = index > 0 ? 1 : 0
    return (
      address, Int(strides[index]), (size.width + halves) >> halves, (size.height + halves) >> halves
    )
  }
}
