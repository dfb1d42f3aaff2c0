import ShuffledCore

/// Where a stream's frames come from.
public enum SourceSettings: Equatable, Sendable {
  /// A camera or another source that does not wait.
  case camera(CameraAddress)
  /// A file, or a folder of files.
  case recording(Recording)

  public struct Recording: Equatable, Sendable {
    /// Absolute.
    public var path: String
    /// After the end it begins again.
    public var loops: Bool
    /// As fast as it was recorded; otherwise as fast as it can be worked on.
    public var isPaced: Bool

    public init(path: String, loops: Bool, isPaced: Bool) {
      self.path = path
      self.loops = loops
      self.isPaced = isPaced
    }
  }

  /// A camera, or a recording that begins again and again and so stands for one: its end is none.
  public var isLive: Bool {
    switch self {
    case .camera: true
    case .recording(let recording): recording.loops
    }
  }

  /// Its frames come by themselves and can be missed. A recording that is not paced would lose nearly all, and one that is read once is
  /// to be read whole: they wait.
  public var canLoseFrames: Bool {
    switch self {
    case .camera: true
    case .recording(let recording): recording.isPaced && recording.loops
    }
  }

  /// For people and for the database; without secrets.
  public var shown: String {
    switch self {
    case .camera(let address): address.shown
    case .recording(let recording): recording.path
    }
  }

  public var secrets: [Secret] {
    if case .camera(let address) = self { address.secrets } else { [] }
  }
}
