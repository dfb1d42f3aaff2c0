import ShuffledCore

/// How much of a time a stream was watched: so that "nothing happened" can be told from "nobody looked".
public struct CoverageRow: Equatable, Sendable {
  /// A part of the time in one state.
  public struct Stretch: Equatable, Sendable {
    /// nil: no program was running.
    public var state: CoverageState?
    public var start: WallTime
    public var end: WallTime
    public var reason: String?

    public var length: Duration { .microseconds(end.microseconds - start.microseconds) }

    /// `offline` where no program was running.
    public var name: String { state?.rawValue ?? "offline" }
  }

  public var stream: String
  public var source: String
  /// A camera: time counts while nobody watches. Of a recording only the time of its runs counts.
  public var isLive: Bool
  public var start: WallTime
  public var end: WallTime
  /// In order, without gaps for a live stream.
  public var stretches: [Stretch]
  /// Frames that were decoded: stored, or passed over because they were not asked for.
  public var decoded: Int64
  public var counts: FrameCounts
  /// The stream's frames up to this time are no longer kept; only rollups are. nil where none was deleted.
  public var framesDeletedUntil: WallTime?

  /// All the time that counts.
  public var total: Duration { stretches.reduce(.zero) { $0 + $1.length } }

  /// 0...1 of the time that counts; 1 of none.
  public func share(of state: CoverageState?) -> Double {
    guard total > .zero else { return state == .observed ? 1 : 0 }
    // Added up exactly: all of the time is a share of 1, and no less by what numbers of seconds are rounded to.
    let length = stretches.filter { $0.state == state }.reduce(Duration.zero) { $0 + $1.length }
    return length == total ? 1 : length.seconds / total.seconds
  }

  /// 0...1 of the decoded frames: lost because the queue was full.
  public var droppedShare: Double { ofDecoded(counts.dropped) }
  /// 0...1 of the decoded frames: could not be classified.
  public var failedShare: Double { ofDecoded(counts.failed) }
  /// 0...1 of the decoded frames: passed over because only some were asked for.
  public var sampledOutShare: Double { ofDecoded(decoded - counts.total) }

  private func ofDecoded(_ frames: Int64) -> Double { decoded > 0 ? Double(frames) / Double(decoded) : 0 }

  /// All of the time was watched, and all that was decoded was classified.
  public var isComplete: Bool {
    stretches.allSatisfy { $0.state == .observed } && decoded == counts.classified
      && framesDeletedUntil == nil
  }
}
