import CFFmpeg
import Glibc
import ShuffledCore

/// One stream's decoder: packets in, frames out in presentation order. Used by one thread at a time; inside,
/// FFmpeg decodes several frames at once where the codec allows it.
final class Decoder {
  /// It decodes several packets at once, and tells of one only when others were sent.
  var tellsLate: Bool {
    context.pointee.active_thread_type & FF_THREAD_FRAME != 0 && context.pointee.thread_count > 1
  }

  enum ReceiveResult { case frame, needsPacket, end }

  /// Packets that were refused, or that the container marks as damaged.
  private(set) var damagedPackets: Int64 = 0
  /// Packets counted because they are marked, whose error is still to come, maybe some packets later: a decoder
  /// with several threads tells late.
  private var markedPackets: Int64 = 0

  private let operation: String
  private let path: String
  private let context: UnsafeMutablePointer<AVCodecContext>
  private var isDraining = false
  /// What is inside is given without another packet, and the next one begins anew.
  private var isAlone = false
  private var errorsWhileDraining = 0

  /// - Parameters:
  ///   - threads: 0: one a core.
  ///   - path: what messages call the stream.
  init(
    for stream: VideoStream, cannot operation: String, _ path: String, threads: Int
  ) throws(Failure) {
    guard let context = avcodec_alloc_context3(stream.codec) else {
      throw Failure(.unavailable, cannot: operation, path, because: "out of memory")
    }
    var owned: UnsafeMutablePointer<AVCodecContext>? = context
    defer { avcodec_free_context(&owned) }
    try check(avcodec_parameters_to_context(context, stream.parameters), cannot: operation, path)
    context.pointee.pkt_timebase = stream.timeBase
    context.pointee.framerate = stream.frameRate
    context.pointee.thread_count = Int32(clamping: threads)
    context.pointee.max_pixels = Int64(Formats.maximumPixels)
    try check(avcodec_open2(context, stream.codec, nil), cannot: operation, path)
    self.operation = operation
    self.path = path
    self.context = context
    owned = nil
  }

  deinit {
    var owned: UnsafeMutablePointer<AVCodecContext>? = context
    avcodec_free_context(&owned)
  }

  /// The next frame, if there is one without another packet. Blocks while it decodes. A packet that cannot be
  /// decoded is counted and passed over; only running out of memory ends the stream.
  func receive(into frame: UnsafeMutablePointer<AVFrame>) throws(Failure) -> ReceiveResult {
    while true {
      let code = avcodec_receive_frame(context, frame)
      switch code {
      case 0...: return .frame
      case shuffled_error_eof:
        if isAlone { beginAnew() } else { return .end }
      case shuffled_error_again:
        guard isAlone, !isDraining else { return .needsPacket }
        isDraining = true
        avcodec_send_packet(context, nil)
      default:
        try refuse(code)
        guard isDraining else { continue }
        // Each error takes a packet with it, so this ends by itself; unless a decoder has a fault.
        errorsWhileDraining += 1
        if errorsWhileDraining > 1024 {
          if isAlone { beginAnew() } else { return .end }
        }
      }
    }
  }

  private func beginAnew() {
    avcodec_flush_buffers(context)
    (isAlone, isDraining, errorsWhileDraining) = (false, false, 0)
  }

  /// Gives the decoder a packet, after `receive` asked for one; nil: there are no more.
  /// - Parameters:
  ///   - number: its frame gets it as `reordered_opaque`.
  ///   - isAlone: a keyframe that none of the following packets refers to. It is given at once, where a decoder otherwise waits for
  ///     more to put frames in order.
  func send(
    _ packet: UnsafeMutablePointer<AVPacket>?, number: Int64 = 0, ifReferenced: Bool = false,
    isAlone: Bool = false
  ) throws(Failure) {
    context.pointee.reordered_opaque = number
    context.pointee.skip_frame = ifReferenced ? AVDISCARD_NONREF : AVDISCARD_DEFAULT
    self.isAlone = isAlone
    if let packet {
      if packet.pointee.flags & AV_PKT_FLAG_CORRUPT != 0 {
        damagedPackets += 1
        markedPackets += 1
      }
    } else {
      isDraining = true
    }
    let code = avcodec_send_packet(context, packet)
    if code < 0, code != shuffled_error_eof { try refuse(code) }
  }

  private func refuse(_ code: Int32) throws(Failure) {
    if code == shuffled_averror(ENOMEM) {
      throw Failure(.unavailable, cannot: operation, path, because: "out of memory")
    }
    if markedPackets > 0 {
      markedPackets -= 1
    } else {
      damagedPackets += 1
    }
  }
}
