import ShuffledCore

/// The database that a daemon writes.
public struct DatabaseStatus: Codable, Equatable, Sendable {
  public var path: String
  /// Of the file itself.
  public var sizeBytes: Int64
  /// Of the log beside it.
  public var walBytes: Int64
  /// Whether results are kept back until there is room on the disk, or another program lets the database go.
  public var isWaitingForSpace: Bool
  /// Since the daemon began.
  public var rowsWritten: Int64

  public init(
    path: String, sizeBytes: Int64, walBytes: Int64, isWaitingForSpace: Bool, rowsWritten: Int64
  ) {
    self.path = path
    self.sizeBytes = sizeBytes
    self.walBytes = walBytes
    self.isWaitingForSpace = isWaitingForSpace
    self.rowsWritten = rowsWritten
  }

  private enum CodingKeys: String, CodingKey {
    case path
    case sizeBytes = "size_bytes"
    case walBytes = "wal_bytes"
    case isWaitingForSpace = "waiting_for_space"
    case rowsWritten = "rows_written"
  }
}

/// The threads that classify.
public struct WorkerStatus: Codable, Equatable, Sendable {
  public var count: Int
  /// Of them, those with a frame.
  public var busy: Int

  public init(count: Int, busy: Int) {
    self.count = count
    self.busy = busy
  }
}

/// A model that is in memory.
public struct ModelStatus: Codable, Equatable, Sendable {
  public var name: String
  /// Of its file, in hexadecimal digits.
  public var sha256: String
  /// How many streams use it.
  public var streams: Int

  public init(name: String, sha256: String, streams: Int) {
    self.name = name
    self.sha256 = sha256
    self.streams = streams
  }
}

/// The configuration that a daemon follows.
public struct ConfigStatus: Equatable, Sendable {
  public var path: String
  /// When what is followed was read.
  public var loaded: WallTime
  /// Why a newer one is not followed.
  public var lastReloadError: ReportedError?

  public init(path: String, loaded: WallTime, lastReloadError: ReportedError? = nil) {
    self.path = path
    self.loaded = loaded
    self.lastReloadError = lastReloadError
  }
}

extension ConfigStatus: Codable {
  private enum CodingKeys: String, CodingKey {
    case path, loaded
    case loadedMicroseconds = "loaded_us"
    case lastReloadError = "last_reload_error"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    path = try container.decode(String.self, forKey: .path)
    loaded = try container.time(.loadedMicroseconds)
    lastReloadError = try container.decodeIfPresent(ReportedError.self, forKey: .lastReloadError)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(path, forKey: .path)
    try container.encode(loaded, .loaded, .loadedMicroseconds)
    try container.encode(lastReloadError, forKey: .lastReloadError)
  }
}
