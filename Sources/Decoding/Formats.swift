import ShuffledCore

/// Which of FFmpeg's demuxers may read a file, by the first of their names. A file's name is not believed: the
/// demuxer is chosen by content alone, and what is not listed here is refused. Listed are containers that hold
/// video or a picture and open nothing but the file they were given; playlists, manifests and image sequences,
/// which name other files or addresses, are not.
enum Formats {
  static let video: Set<String> = [
    "asf", "asf_o", "av1", "avi", "avs2", "avs3", "cavsvideo", "cine", "dhav", "dirac", "dnxhd", "dv", "flv",
    "gxf", "h261", "h263", "h264", "hevc", "ifv", "ipu", "ivf", "kux", "live_flv", "lxf", "m4v", "matroska",
    "mjpeg", "mov", "mpeg", "mpegts", "mpegvideo", "mpjpeg", "mxf", "nsv", "nut", "nuv", "obu", "ogg", "pva",
    "rm", "smjpeg", "swf", "ty", "vc1", "vc1test", "wtv", "yuv4mpegpipe",
  ]

  /// Still pictures, and the two animated formats that people call pictures. Not `svg_pipe`: an SVG names others.
  static let image: Set<String> = [
    "apng", "bmp_pipe", "dds_pipe", "dpx_pipe", "exr_pipe", "gif", "gif_pipe", "j2k_pipe", "jpeg_pipe",
    "jpegls_pipe", "jpegxl_pipe", "pam_pipe", "pbm_pipe", "pcx_pipe", "pfm_pipe", "pgm_pipe", "pgmyuv_pipe",
    "png_pipe", "ppm_pipe", "psd_pipe", "qoi_pipe", "sgi_pipe", "sunrast_pipe", "tiff_pipe", "webp_pipe",
    "xbm_pipe", "xwd_pipe",
  ]

  /// What opens other files or connections, and what people call it.
  static let playlists: [String: String] = [
    "concat": "ffconcat", "dash": "DASH", "hls": "HLS", "imf": "IMF", "rtp": "SDP", "rtsp": "SDP",
    "sap": "SDP",
    "sdp": "SDP", "webm_dash_manifest": "DASH",
  ]

  /// Common containers without pictures, told apart so that the message can say so.
  static let audio: Set<String> = [
    "aac", "ac3", "adts", "aiff", "amr", "ape", "au", "caf", "dts", "eac3", "flac", "loas", "mp3", "tta",
    "w64",
    "wav", "wv",
  ]

  /// FFmpeg's `format_whitelist` option: the same lists, for libavformat to obey by itself.
  static let whitelist = video.union(image).sorted().joined(separator: ",")

  /// The same of containers with video, and others.
  static func whitelist(with others: Set<String>) -> String {
    video.union(others).sorted().joined(separator: ",")
  }

  /// The most pixels a picture may have, 8192 x 8192: a file of 390 kB can ask for a gigabyte of memory.
  static let maximumPixels = 8192 * 8192

  static func isTooLarge(_ size: PixelSize) -> Bool {
    let (pixels, overflow) = size.width.multipliedReportingOverflow(by: size.height)
    return overflow || pixels > maximumPixels
  }

  /// The cause of a `Failure`.
  static func tooLarge(_ size: PixelSize) -> String {
    "its pictures of \(size) exceed the limit of \(maximumPixels) pixels"
  }
}
