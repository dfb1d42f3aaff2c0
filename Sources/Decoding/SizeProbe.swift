import CFFmpeg
import Glibc
import ShuffledCore

/// Finds out what size of picture a packet asks for, by decoding as far as the first request for a picture's memory
/// and refusing it. Called when nothing could be decoded, to tell whether size was the reason; what a decoder sets
/// up before that is small.
enum SizeProbe {
  /// nil where the packet does not get that far.
  static func size(asked packet: UnsafeMutablePointer<AVPacket>, _ stream: VideoStream) -> PixelSize? {
    guard let context = avcodec_alloc_context3(stream.codec) else { return nil }
    var owned: UnsafeMutablePointer<AVCodecContext>? = context
    defer { avcodec_free_context(&owned) }
    guard avcodec_parameters_to_context(context, stream.parameters) >= 0 else { return nil }
    return withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2) { asked in
      asked.initialize(repeating: 0)
      context.pointee.opaque = UnsafeMutableRawPointer(asked.baseAddress)
      context.pointee.thread_count = 1
      context.pointee.get_buffer2 = { context, frame, _ in
        if let frame, let asked = context?.pointee.opaque?.assumingMemoryBound(to: Int32.self) {
          asked[0] = frame.pointee.width
          asked[1] = frame.pointee.height
        }
        return shuffled_averror(EINVAL)
      }
      guard avcodec_open2(context, stream.codec, nil) >= 0 else { return nil }
      // Some decode when a packet is sent, some when a frame is asked for; neither will succeed.
      if avcodec_send_packet(context, packet) >= 0, var frame = Optional(av_frame_alloc()) {
        avcodec_receive_frame(context, frame)
        av_frame_free(&frame)
      }
      avcodec_free_context(&owned)
      return asked[0] > 0 && asked[1] > 0 ? PixelSize(width: Int(asked[0]), height: Int(asked[1])) : nil
    }
  }
}
