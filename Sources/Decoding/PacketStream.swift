import CFFmpeg

/// What a decoder must know of the stream whose packets it is given. What the pointers point to lives as long as the demuxer.
protocol PacketStream: AnyObject {
  var parameters: UnsafePointer<AVCodecParameters> { get }
  var timeBase: AVRational { get }
  var frameRate: AVRational { get }
  var codec: UnsafePointer<AVCodec> { get }
}
