import Segmentation
import ShuffledCore

/// What one transaction of a run brought into the database.
public struct CommittedBatch: Sendable {
  public var run: Int64
  /// In frame order; none where the run only ended.
  public var records: [FrameRecord]
  /// When it was committed, and how long that took.
  public var at: Instant
  public var took: Duration
  /// Segments that began or ended with these frames, and the clock that they are told on.
  public var segments: [SegmentEvent] = []
  public var clock = SegmentClock.wall

  public init(run: Int64, records: [FrameRecord], at moment: Instant, took: Duration) {
    self.run = run
    self.records = records
    at = moment
    self.took = took
  }
}
