import CFFmpeg

/// A container's video stream: what a decoder must know of it. What the pointers point to lives as long as the container is open.
struct VideoStream {
  let index: Int32
  let parameters: UnsafePointer<AVCodecParameters>
  let timeBase: AVRational
  let frameRate: AVRational
  /// The decoder that it asks for.
  let codec: UnsafePointer<AVCodec>
  /// What of it can be left out undecoded.
  let skipping: PacketSkipping

  init(
    _ stream: UnsafeMutablePointer<AVStream>, of context: UnsafeMutablePointer<AVFormatContext>,
    codec: UnsafePointer<AVCodec>
  ) {
    index = stream.pointee.index
    parameters = UnsafePointer(stream.pointee.codecpar)
    timeBase = stream.pointee.time_base
    frameRate = av_guess_frame_rate(context, stream, nil)
    self.codec = codec
    skipping = PacketSkipping(stream.pointee.codecpar.pointee)
  }
}
