import ShuffledCore

/// What was seen on one stream, in equal cells of time from the earliest to the latest.
public struct TimelineRow: Equatable, Sendable {
  public struct Cell: Equatable, Sendable {
    /// How often each label was the most likely one; empty where nothing was classified.
    public var labels: [String: Int64]
    /// The part of the cell's time that was not watched, 0...1; nil on a media's clock, which stands still meanwhile.
    public var unwatched: Double?

    /// The most frequent label; of equally frequent ones the first by name.
    public var label: String? { labels.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key }

    public var frames: Int64 { labels.values.reduce(0, +) }
  }

  public var stream: String
  public var source: String
  /// The run whose media time it is; nil on the wall clock.
  public var run: Int64?
  public var clock: SegmentClock
  /// Where the first cell begins, in microseconds of `clock`.
  public var start: Int64
  /// How long a cell is, in microseconds.
  public var width: Int64
  public var cells: [Cell]
}
