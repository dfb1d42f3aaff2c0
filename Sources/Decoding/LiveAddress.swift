import ShuffledCore

/// What to open. The password is only in `url`, which is given to FFmpeg and to nobody else.
public struct LiveAddress: Sendable {
  public enum Kind: String, Sendable, CaseIterable {
    /// A camera: `rtsp://`, `rtsps://`.
    case rtsp
    /// A container, MJPEG or HLS from a server: `http://`, `https://`.
    case http
    /// An MPEG transport stream that somebody sends here: `udp://0.0.0.0:5000`, `udp://239.0.0.1:5000`.
    case udp
    /// An MPEG transport stream over SRT: `srt://host:port?mode=caller`.
    case srt
    /// A camera of this machine: `/dev/video0`.
    case v4l2
  }

  /// What RTSP carries the video with.
  public enum Transport: String, Sendable {
    /// In the connection itself: through every firewall, nothing is lost.
    case tcp
    /// As datagrams.
    case udp
  }

  public var kind: Kind
  /// The whole address; it may hold a password.
  public var url: String
  /// The address as messages show it, without a password.
  public var shown: String
  /// For `rtsp` only.
  public var transport: Transport

  public init(kind: Kind, url: String, shown: String, transport: Transport = .tcp) {
    self.kind = kind
    self.url = url
    self.shown = shown
    self.transport = transport
  }

  /// What a person calls it.
  var noun: String { kind == .v4l2 ? "camera" : "stream" }

  /// Who sends.
  var sender: String {
    switch kind {
    case .rtsp, .v4l2: return "camera"
    case .http: return "server"
    case .udp, .srt: return "sender"
    }
  }
}

/// A dump or an interpolation of an address must not show its password.
extension LiveAddress: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { shown }
  public var debugDescription: String { shown }
  public var customMirror: Mirror { Mirror(self, children: ["kind": kind, "shown": shown]) }
}

/// How long a live source may keep its caller waiting.
public struct LiveTimeouts: Sendable {
  /// From the call to when the stream is known.
  public var connect: Duration = .seconds(10)
  /// Without a frame, while somebody waits for one.
  public var silence: Duration = .seconds(10)
  /// Without a keyframe, while only those can be decoded or are asked for and others come. Encoders make one every few seconds, some less
  /// often; a stream that has none at all is no use.
  public var keyframe: Duration = .seconds(60)

  public init(
    connect: Duration = .seconds(10), silence: Duration = .seconds(10), keyframe: Duration = .seconds(60)
  ) {
    self.connect = connect
    self.silence = silence
    self.keyframe = keyframe
  }
}
