import CFFmpeg
import ShuffledCore

/// What FFmpeg may use for each kind of live source, and how it is told to be quick about it. Whatever a server sends, nothing else is
/// opened: a playlist that names a local file finds no protocol to open it with.
extension LiveAddress.Kind {
  /// The demuxer, where the kind has only one; nil: the content decides, among `demuxers`.
  var demuxer: String? {
    switch self {
    case .rtsp: return "rtsp"
    case .http: return nil
    case .udp, .srt: return "mpegts"
    case .v4l2: return "video4linux2"
    }
  }

  /// FFmpeg's `format_whitelist`; demuxers that open others hand it on to them.
  var demuxers: String {
    switch self {
    case .rtsp: return "rtsp,sdp,rtp"
    case .http: return Formats.whitelist(with: ["hls"])
    case .udp, .srt: return "mpegts"
    case .v4l2: return "video4linux2,v4l2"
    }
  }

  /// FFmpeg's `protocol_whitelist`.
  var protocols: String {
    switch self {
    case .rtsp: return "rtsp,rtsps,rtp,srtp,tcp,tls,udp"
    case .http: return "http,https,httpproxy,tcp,tls,crypto"
    case .udp: return "udp"
    case .srt: return "srt"
    case .v4l2: return "none"
    }
  }

  /// Options for opening, as FFmpeg's protocols and demuxers call them.
  func options(_ address: LiveAddress, _ timeouts: LiveTimeouts) -> [String: String] {
    var options = ["format_whitelist": demuxers, "protocol_whitelist": protocols]
    let longest = max(timeouts.connect, timeouts.silence)
    switch self {
    case .rtsp:
      options["rtsp_transport"] = address.transport.rawValue
      options["allowed_media_types"] = "video"
      options["timeout"] = "\(longest.microseconds)"
    case .http, .udp:
      options["timeout"] = "\(longest.microseconds)"
    case .srt:
      options["timeout"] = "\(longest.microseconds)"
      options["connect_timeout"] = "\(Int64(timeouts.connect.milliseconds))"
    case .v4l2: break
    }
    // A burst of a whole keyframe comes faster than it is read.
    if self == .udp { options["overrun_nonfatal"] = "1" }
    return options
  }
}
