import CFFmpeg
import Glibc
import ShuffledCore

/// An open container and its video stream: hands out that stream's packets. Used by one thread at a time.
final class Demuxer {
  enum ReadResult { case packet, end }

  let information: VideoInformation
  let stream: VideoStream

  private let context: UnsafeMutablePointer<AVFormatContext>
  /// Where the declared duration ends, in microseconds, where the container declares one.
  private let declaredEnd: Int64?
  /// Where the packets read so far end.
  private var reachedEnd = Int64.min
  private var failed = false
  private var lastPacketIsCutOff = false

  /// Opens a local file; nothing else is opened or connected to, whatever the file says. Blocks while it reads
  /// the beginning of the file. Throws `Failure`, of kind `noInput` where there is no readable file and
  /// `badData` where it is not what was asked for.
  init(path: String, media: VideoSource.Media) throws(Failure) {
    FFmpegLog.silence()
    let opening = Opening(path: path, media: media)
    let context = try opening.openContainer()
    var owned: UnsafeMutablePointer<AVFormatContext>? = context
    defer { Self.close(&owned) }
    try opening.checkDimensions(of: context)
    try opening.readStreamInformation(context)
    try opening.checkDimensions(of: context)
    let stream = try opening.videoStream(in: context)
    let video = VideoStream(stream, of: context, codec: try opening.decoder(for: stream))
    self.context = context
    self.stream = video
    information = Self.describe(context, stream, frameRate: video.frameRate)
    declaredEnd = Self.declaredEnd(context, stream)
    // Other streams' packets only matter where the declared duration is theirs too.
    let durationIsOwn = stream.pointee.duration > 0
    for index in 0..<Int(context.pointee.nb_streams) where index != Int(video.index) && durationIsOwn {
      context.pointee.streams[index]?.pointee.discard = AVDISCARD_ALL
    }
    owned = nil
  }

  deinit {
    var owned: UnsafeMutablePointer<AVFormatContext>? = context
    Self.close(&owned)
  }

  /// The video stream's next packet, whole or not. Blocks while it reads. A read error ends the stream as the end
  /// of the file does, and `endedEarly` says so.
  func read(into packet: UnsafeMutablePointer<AVPacket>) -> ReadResult {
    while !failed {
      av_packet_unref(packet)
      let code = av_read_frame(context, packet)
      if code == shuffled_error_again { continue }
      if code == shuffled_error_eof {
        if let io = context.pointee.pb, io.pointee.error < 0, io.pointee.error != shuffled_error_eof {
          failed = true
        }
        return .end
      }
      guard code >= 0 else {
        failed = true
        return .end
      }
      noteEnd(of: packet)
      guard packet.pointee.stream_index == stream.index else { continue }
      lastPacketIsCutOff = packet.pointee.flags & AV_PKT_FLAG_CORRUPT != 0
      return .packet
    }
    return .end
  }

  /// Once the end is reached: whether the file ended before what it declares. "Clearly less" is a twentieth of the
  /// duration and at least a fifth of a second: durations are rounded, and last frames may have none.
  var endedEarly: Bool {
    if failed || lastPacketIsCutOff { return true }
    guard let declaredEnd, let duration = information.duration else { return false }
    let start = information.startTime?.microseconds ?? 0
    let (missing, overflow) = declaredEnd.subtractingReportingOverflow(max(reachedEnd, start))
    // What cannot be counted in microseconds was never a duration.
    return !overflow && missing > max(duration.microseconds / 20, 200_000)
  }

  private func noteEnd(of packet: UnsafeMutablePointer<AVPacket>) {
    guard let stream = context.pointee.streams[Int(packet.pointee.stream_index)] else { return }
    let time = packet.pointee.pts == shuffled_no_timestamp ? packet.pointee.dts : packet.pointee.pts
    guard time != shuffled_no_timestamp else { return }
    let end = time &+ packet.pointee.duration
    reachedEnd = max(reachedEnd, microseconds(end, stream.pointee.time_base))
  }

  private static func close(_ context: inout UnsafeMutablePointer<AVFormatContext>?) {
    guard let open = context else { return }
    // The file was opened by `Opening`, not by libavformat, which therefore leaves it open.
    var io: UnsafeMutablePointer<AVIOContext>? = open.pointee.pb
    avformat_close_input(&context)
    avio_closep(&io)
  }

  /// A length of time that a file claims, in microseconds: nil where it is none, or too long to be one (a century).
  private static func plausible(_ microseconds: Int64) -> Int64? {
    (1...3_155_760_000_000_000).contains(microseconds) ? microseconds : nil
  }

  private static func declaredEnd(
    _ context: UnsafeMutablePointer<AVFormatContext>, _ stream: UnsafeMutablePointer<AVStream>
  ) -> Int64? {
    if stream.pointee.duration > 0, context.pointee.duration_estimation_method == AVFMT_DURATION_FROM_STREAM {
      let start = stream.pointee.start_time == shuffled_no_timestamp ? 0 : stream.pointee.start_time
      return plausible(microseconds(start &+ stream.pointee.duration, stream.pointee.time_base))
    }
    // A duration found in the last packets, or made from the size, says nothing about what is missing.
    guard context.pointee.duration > 0,
      context.pointee.duration_estimation_method == AVFMT_DURATION_FROM_STREAM
    else { return nil }
    let start = context.pointee.start_time == shuffled_no_timestamp ? 0 : context.pointee.start_time
    return plausible(start &+ context.pointee.duration)
  }

  static func describe(
    _ context: UnsafeMutablePointer<AVFormatContext>, _ stream: UnsafeMutablePointer<AVStream>,
    frameRate: AVRational
  ) -> VideoInformation {
    let parameters = stream.pointee.codecpar.pointee
    let size =
      parameters.width > 0 && parameters.height > 0
      ? PixelSize(width: Int(parameters.width), height: Int(parameters.height)) : nil
    let streamDuration = stream.pointee.duration
    let duration: Duration? =
      if streamDuration > 0, streamDuration != shuffled_no_timestamp {
        plausible(microseconds(streamDuration, stream.pointee.time_base)).map { .microseconds($0) }
      } else {
        plausible(context.pointee.duration).map { .microseconds($0) }
      }
    let rate = frameRate.num > 0 && frameRate.den > 0 ? av_q2d(frameRate) : nil
    var expected: VideoInformation.FrameCount?
    let container = Opening.firstName(of: context.pointee.iformat.pointee.name)
    // Others keep a count too, but not of frames: AVI's may be twice as many.
    if container == "mov", stream.pointee.nb_frames > 0 {
      expected = .exact(stream.pointee.nb_frames)
    } else if let duration, let rate {
      // A century at the highest rate that FFmpeg can express is more frames than an Int64 counts.
      expected = Int64(exactly: (duration.seconds * rate).rounded()).map { .estimated($0) }
    }
    var start: MediaTime?
    if stream.pointee.start_time != shuffled_no_timestamp {
      start = MediaTime(microseconds: microseconds(stream.pointee.start_time, stream.pointee.time_base))
    }
    return VideoInformation(
      container: container,
      codec: String(cString: avcodec_get_name(parameters.codec_id)),
      size: size,
      orientation: orientation(of: stream),
      duration: duration,
      frameRate: rate,
      expectedFrames: expected,
      startTime: start)
  }

  private static func orientation(of stream: UnsafeMutablePointer<AVStream>) -> Orientation {
    var size = 0
    guard let matrix = av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &size), size >= 36 else {
      return .upright
    }
    return Orientation(displayMatrixAt: matrix)
  }
}

extension Orientation {
  /// `address`: 9 native-endian 32-bit numbers.
  init(displayMatrixAt address: UnsafePointer<UInt8>) {
    let bytes = UnsafeRawPointer(address)
    self.init(displayMatrix: (0..<9).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Int32.self) })
  }
}

/// A timestamp in microseconds, rounded to the nearest.
func microseconds(_ time: Int64, _ unit: AVRational) -> Int64 {
  av_rescale_q(time, unit, AVRational(num: 1, den: 1_000_000))
}
