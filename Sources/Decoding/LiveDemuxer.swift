import CFFmpeg
import Glibc
import ShuffledCore

/// A connection to a live source and its video stream: hands out that stream's packets. Used by one thread at a time.
final class LiveDemuxer {
  let information: VideoInformation
  let stream: VideoStream

  private let context: UnsafeMutablePointer<AVFormatContext>
  /// Whether packets lie in memory that is gone when the connection is: a device's driver lends it, and frames may be used for longer.
  private let lendsPackets: Bool
  /// FFmpeg has its address.
  private let watch: BlockingWatch

  /// How much of the stream is looked at before its first frame is decoded: size and rate are in its first seconds.
  private static let analysis: Int64 = 1_000_000
  /// How many frames are waited for to find the rate, where the stream does not declare it.
  private static let probedFrames: Int32 = 3

  /// How often a device is asked for its next picture, in microseconds.
  private static let deviceInterval: UInt32 = 2_000

  /// Connects. Blocks until `watch` says that it must end. Throws `SourceFailure`.
  init(_ address: LiveAddress, _ failures: LiveFailures, _ watch: BlockingWatch) throws {
    FFmpegLog.silence()
    if address.kind == .v4l2 {
      do { try DeviceLibrary.load(for: address.shown) } catch { throw SourceFailure(.other, error) }
    }
    guard let allocated = avformat_alloc_context() else {
      throw failures.opening(shuffled_averror(ENOMEM), watch)
    }
    var context: UnsafeMutablePointer<AVFormatContext>? = allocated
    allocated.pointee.interrupt_callback = watch.callback
    allocated.pointee.max_analyze_duration = Self.analysis
    // Reading from a device is not a call that FFmpeg would end.
    if address.kind == .v4l2 { allocated.pointee.flags |= AVFMT_FLAG_NONBLOCK }
    allocated.pointee.fps_probe_size = Self.probedFrames
    var options: OpaquePointer?
    defer { av_dict_free(&options) }
    for (name, value) in address.kind.options(address, failures.timeouts) {
      av_dict_set(&options, name, value, 0)
    }
    let format = address.kind.demuxer.flatMap { av_find_input_format($0) }
    // Of a failure, FFmpeg frees the context.
    let code = avformat_open_input(&context, address.url, format, &options)
    guard code >= 0, let open = context else { throw failures.opening(code, watch) }
    var isKept = false
    defer { if !isKept { Self.close(&context, watch) } }
    let found = avformat_find_stream_info(open, nil)
    guard found >= 0 else { throw failures.opening(found, watch) }
    if watch.mustEnd { throw failures.opening(shuffled_error_exit, watch) }
    let index = av_find_best_stream(open, AVMEDIA_TYPE_VIDEO, -1, -1, nil, 0)
    guard index >= 0, let stream = open.pointee.streams[Int(index)] else {
      throw failures.open(.badData, .badData, "it has no video stream")
    }
    let kept = stream.pointee.codecpar.pointee
    let size = PixelSize(width: Int(kept.width), height: Int(kept.height))
    guard !Formats.isTooLarge(size) else { throw failures.open(.badData, .badData, Formats.tooLarge(size)) }
    guard let decoder = avcodec_find_decoder(kept.codec_id) else {
      throw failures.open(
        .badData, .badData,
        "FFmpeg has no decoder for its codec \(String(cString: avcodec_get_name(kept.codec_id)))")
    }
    for other in 0..<Int(open.pointee.nb_streams) where other != Int(index) {
      open.pointee.streams[other]?.pointee.discard = AVDISCARD_ALL
    }
    let video = VideoStream(stream, of: open, codec: decoder)
    self.stream = video
    information = Demuxer.describe(open, stream, frameRate: video.frameRate)
    self.context = open
    self.watch = watch
    lendsPackets = address.kind == .v4l2
    isKept = true
  }

  deinit {
    var owned: UnsafeMutablePointer<AVFormatContext>? = context
    Self.close(&owned, watch)
  }

  private static func close(_ context: inout UnsafeMutablePointer<AVFormatContext>?, _ watch: BlockingWatch) {
    watch.beginClosing()
    avformat_close_input(&context)
  }

  /// Puts a copy of a packet's data in its place, with the padding behind it that decoders and kernels read.
  private static func copy(_ packet: UnsafeMutablePointer<AVPacket>) -> Int32 {
    var copy = av_packet_alloc()
    defer { av_packet_free(&copy) }
    guard let copy, let data = packet.pointee.data else { return shuffled_averror(ENOMEM) }
    var code = av_new_packet(copy, packet.pointee.size)
    if code >= 0 { code = av_packet_copy_props(copy, packet) }
    guard code >= 0 else { return code }
    memcpy(copy.pointee.data, data, Int(packet.pointee.size))
    av_packet_unref(packet)
    av_packet_move_ref(packet, copy)
    return 0
  }

  /// The video stream's next packet. Blocks until `watch` says that it must end. Returns FFmpeg's code where there is none.
  func read(into packet: UnsafeMutablePointer<AVPacket>) -> Int32 {
    while true {
      av_packet_unref(packet)
      let code = av_read_frame(context, packet)
      if code == shuffled_error_again, !watch.mustEnd {
        // Nothing yet: a device that does not block.
        usleep(Self.deviceInterval)
        continue
      }
      // Some demuxers call the end of what they read bad data.
      if code == shuffled_error_invalid_data, let io = context.pointee.pb, avio_feof(io) != 0 {
        return shuffled_error_eof
      }
      guard code >= 0 else { return code }
      if packet.pointee.stream_index == stream.index { return lendsPackets ? Self.copy(packet) : 0 }
      // Others may come for ever.
      if watch.mustEnd { return shuffled_error_exit }
    }
  }
}
