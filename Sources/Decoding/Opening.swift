import CFFmpeg
import Glibc
import ShuffledCore

/// The steps from a path to an open container, each with its failures.
///
/// A file is hostile until shown otherwise. It is opened here as `file:` + path, so that no name is read as a
/// protocol; its demuxer is chosen from its content and must be listed in `Formats`; and the demuxer cannot open
/// anything else, because its `io_open` refuses.
struct Opening {
  let path: String
  let media: VideoSource.Media

  /// The caller closes what is returned, and its `pb` with it.
  func openContainer() throws(Failure) -> UnsafeMutablePointer<AVFormatContext> {
    try checkFile()
    var io: UnsafeMutablePointer<AVIOContext>? = try openFile()
    defer { avio_closep(&io) }
    let format = try probe(&io)

    guard let allocated = avformat_alloc_context() else { throw outOfMemory() }
    var context: UnsafeMutablePointer<AVFormatContext>? = allocated
    allocated.pointee.pb = io
    allocated.pointee.io_open = { _, _, _, _, _ in shuffled_averror(EACCES) }
    var options: OpaquePointer?
    defer { av_dict_free(&options) }
    av_dict_set(&options, "protocol_whitelist", "file", 0)
    av_dict_set(&options, "format_whitelist", Formats.whitelist, 0)
    // On failure libavformat frees the context but not the file.
    let code = avformat_open_input(&context, url, format, &options)
    guard code >= 0, let context else {
      throw unreadable(format: Self.firstName(of: format.pointee.name), code: code)
    }
    io = nil
    return context
  }

  /// Reads packets until every stream's parameters are known, or enough was tried.
  func readStreamInformation(_ context: UnsafeMutablePointer<AVFormatContext>) throws(Failure) {
    let count = Int(context.pointee.nb_streams)
    // One dictionary a stream, for decoders that libavformat opens to find a size.
    var options = [OpaquePointer?](repeating: nil, count: count)
    for index in options.indices {
      av_dict_set_int(&options[index], "max_pixels", Int64(Formats.maximumPixels), 0)
    }
    let code = options.withUnsafeMutableBufferPointer { avformat_find_stream_info(context, $0.baseAddress) }
    for index in options.indices { av_dict_free(&options[index]) }
    guard code >= 0 else {
      throw unreadable(format: Self.firstName(of: context.pointee.iformat.pointee.name), code: code)
    }
  }

  /// Refuses absurd dimensions before memory is spent on them.
  func checkDimensions(of context: UnsafeMutablePointer<AVFormatContext>) throws(Failure) {
    for index in 0..<Int(context.pointee.nb_streams) {
      guard let parameters = context.pointee.streams[index]?.pointee.codecpar,
        parameters.pointee.codec_type == AVMEDIA_TYPE_VIDEO
      else { continue }
      let size = PixelSize(width: Int(parameters.pointee.width), height: Int(parameters.pointee.height))
      if Formats.isTooLarge(size) {
        throw failure(.badData, Formats.tooLarge(size), remedy: "scale it down")
      }
    }
  }

  func videoStream(
    in context: UnsafeMutablePointer<AVFormatContext>
  ) throws(Failure) -> UnsafeMutablePointer<AVStream> {
    let index = av_find_best_stream(context, AVMEDIA_TYPE_VIDEO, -1, -1, nil, 0)
    // The cover of an album is a video stream to FFmpeg.
    guard index >= 0, let stream = context.pointee.streams[Int(index)],
      stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC == 0
    else { throw failure(.badData, "it has no video stream") }
    return stream
  }

  func decoder(for stream: UnsafeMutablePointer<AVStream>) throws(Failure) -> UnsafePointer<AVCodec> {
    let parameters = stream.pointee.codecpar.pointee
    if let codec = avcodec_find_decoder(parameters.codec_id) { return codec }
    let name =
      parameters.codec_id == AV_CODEC_ID_NONE
      ? Self.text(ofTag: parameters.codec_tag) : String(cString: avcodec_get_name(parameters.codec_id))
    throw failure(.badData, "FFmpeg has no decoder for its codec \(name)", remedy: "convert it to H.264")
  }

  /// `mov` of `mov,mp4,m4a,3gp,3g2,mj2`.
  static func firstName(of names: UnsafePointer<CChar>) -> String {
    String(String(cString: names).prefix { $0 != "," })
  }

  // MARK: Steps of opening

  private var url: String { "file:" + path }

  /// What the file system says, in words a person expects; FFmpeg opens directories and says odd things later.
  private func checkFile() throws(Failure) {
    var status = stat()
    guard !path.utf8.contains(0), stat(path, &status) == 0 else {
      throw systemFailure(path.utf8.contains(0) ? ENOENT : errno)
    }
    if status.st_mode & S_IFMT == S_IFDIR {
      throw failure(.noInput, "it is a directory", remedy: "name a file in it")
    }
    if status.st_mode & S_IFMT == S_IFREG, status.st_size == 0 {
      throw failure(.badData, "it is empty")
    }
  }

  private func openFile() throws(Failure) -> UnsafeMutablePointer<AVIOContext> {
    var options: OpaquePointer?
    defer { av_dict_free(&options) }
    av_dict_set(&options, "protocol_whitelist", "file", 0)
    var io: UnsafeMutablePointer<AVIOContext>?
    let code = avio_open2(&io, url, AVIO_FLAG_READ, nil, &options)
    guard code >= 0, let io else { throw systemFailure(-code) }
    return io
  }

  private func systemFailure(_ code: Int32) -> Failure {
    switch code {
    case ENOENT, ENOTDIR: return failure(.noInput, "no such file", remedy: "check the path")
    case EACCES, EPERM: return failure(.noInput, "permission denied", remedy: "make it readable")
    default: return failure(.noInput, String(cString: strerror(code)).lowercased())
    }
  }

  /// Which demuxer the content asks for. `io` is where it was before, and replaced if FFmpeg had to.
  private func probe(
    _ io: inout UnsafeMutablePointer<AVIOContext>?
  ) throws(Failure) -> UnsafePointer<AVInputFormat> {
    var found: UnsafePointer<AVInputFormat>?
    let code = av_probe_input_buffer2(io, &found, "", nil, 0, 0)
    guard code >= 0, let format = found else {
      throw code == shuffled_error_invalid_data || code == shuffled_error_eof || code >= 0
        ? unrecognised : failure(.inputOutput, errorText(code))
    }
    let name = Self.firstName(of: format.pointee.name)
    if let playlist = Formats.playlists[name] {
      throw failure(.badData, "it is a playlist or manifest (\(playlist)), not \(media.noun)")
    }
    if Formats.audio.contains(name) { throw failure(.badData, "it has no video stream") }
    switch media {
    case .video:
      guard Formats.video.contains(name) || Formats.image.contains(name) else { throw unrecognised }
    case .image:
      if Formats.video.contains(name) {
        throw failure(.badData, "it is a video, not an image", remedy: "use 'shuffled process'")
      }
      guard Formats.image.contains(name) else { throw unrecognised }
    }
    return format
  }

  // MARK: Failures

  private func failure(_ kind: Failure.Kind, _ cause: String, remedy: String? = nil) -> Failure {
    Failure(kind, cannot: media.opening, path, because: cause, remedy: remedy)
  }

  private var unrecognised: Failure { failure(.badData, "not \(media.noun) that FFmpeg can read") }

  private func outOfMemory() -> Failure { failure(.unavailable, "out of memory") }

  private func unreadable(format: String, code: Int32) -> Failure {
    if code == shuffled_averror(ENOMEM) { return outOfMemory() }
    if code == shuffled_averror(EIO) { return failure(.inputOutput, errorText(code)) }
    if format == "mov" {
      return failure(
        .badData, "its index is missing or damaged, as when a recording is cut off",
        remedy: "copy it again from its source")
    }
    return unrecognised
  }

  /// A codec's four characters as printable text.
  private static func text(ofTag tag: UInt32) -> String {
    let bytes = (0..<4).map { UInt8(truncatingIfNeeded: tag >> (8 * $0)) }
    let isText = bytes.allSatisfy { (0x20..<0x7f).contains($0) }
    return isText ? "'\(String(decoding: bytes, as: UTF8.self))'" : "0x" + String(tag, radix: 16)
  }
}
