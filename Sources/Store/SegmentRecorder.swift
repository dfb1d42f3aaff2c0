import Segmentation
import ShuffledCore

/// The clock that a run's segments are told on.
public enum SegmentClock: String, Sendable {
  case media, wall

  /// A recording's is the media's, where the run's first frame has a time on it. A camera's is the wall clock: its media's begins anew
  /// with each connection, and people ask by the time of day.
  init(of run: Int64, first: MediaTime?, _ connection: Connection) throws {
    let statement = try connection.cached(
      "SELECT s.live FROM runs r JOIN streams s ON s.id = r.stream_id WHERE r.id = ?")
    statement.bind(run, at: 1)
    var isLive = false
    try statement.forEachRow { isLive = $0.integer(0) != 0 }
    self = isLive || first == nil ? .wall : .media
  }

  /// A frame's time, in microseconds; nil for one without a media time among others that have one.
  func time(_ media: MediaTime?, _ wall: WallTime) -> Int64? {
    switch self {
    case .media: media?.microseconds
    case .wall: wall.microseconds
    }
  }
}

/// Finds a run's segments while its frames are written, and writes them in the same transactions: what is committed of
/// frames is committed of segments. Used on the database's queue only.
struct SegmentRecorder {
  private let run: Int64
  private var segmenter: Segmenter
  /// nil before the first frame.
  private var clock: SegmentClock?
  /// Rows of the segments that go on, by label.
  private var rows: [Int: Int64] = [:]
  /// What has begun and ended since this was taken last.
  private var changes: [SegmentEvent] = []

  init(run: Int64, settings: SegmentationSettings) {
    self.run = run
    segmenter = Segmenter(settings)
  }

  /// In a transaction.
  mutating func record(_ records: [FrameRecord], _ connection: Connection) throws {
    for record in records {
      guard case .classified(let predictions) = record.outcome else { continue }
      // As they are stored, so that the same comes out of the database later.
      try add(
        predictions.map(StoredPrediction.asRead), record.mediaTime, record.wallTime, record.sequence,
        connection)
    }
    guard let clock else { return }
    // So that a process that is killed leaves how far they had come.
    for segment in segmenter.open { try write(.opened(segment), clock, connection) }
  }

  /// Begins with the frames that are stored already, as if they had just come. In a transaction.
  mutating func restore(_ connection: Connection) throws {
    let statement = try connection.cached("DELETE FROM segments WHERE run_id = ?")
    statement.bind(run, at: 1)
    try statement.run()
    try StoredScores(run: run).forEach(connection) { frame in
      try add(frame.predictions, frame.mediaTime, frame.wallTime, frame.sequence, connection)
    }
    changes = []
  }

  /// What has begun and ended since the last call.
  mutating func takeChanges() -> (events: [SegmentEvent], clock: SegmentClock) {
    defer { changes = [] }
    return (changes, clock ?? .wall)
  }

  private mutating func add(
    _ predictions: [Prediction], _ mediaTime: MediaTime?, _ wallTime: WallTime, _ sequence: Int64,
    _ connection: Connection
  ) throws {
    let clock = try clock ?? SegmentClock(of: run, first: mediaTime, connection)
    self.clock = clock
    guard let time = clock.time(mediaTime, wallTime) else { return }
    for event in segmenter.add(predictions, time: time, sequence: sequence) {
      changes.append(event)
      try write(event, clock, connection)
    }
  }

  /// Ends what goes on. In a transaction.
  mutating func finish(_ connection: Connection) throws {
    guard let clock else { return }
    for event in segmenter.finish() {
      changes.append(event)
      try write(event, clock, connection)
    }
  }

  private mutating func write(_ event: SegmentEvent, _ clock: SegmentClock, _ connection: Connection) throws {
    switch event {
    case .opened(let segment):
      if let row = rows[segment.label] {
        try update(row, segment, connection)
      } else {
        rows[segment.label] = try insert(segment, clock, connection)
      }
    case .closed(let segment):
      if let row = rows.removeValue(forKey: segment.label) {
        try update(row, segment, connection)
      } else {
        _ = try insert(segment, clock, connection)
      }
    }
  }

  private func insert(_ segment: Segment, _ clock: SegmentClock, _ connection: Connection) throws -> Int64 {
    let statement = try connection.cached(
      """
      INSERT INTO segments (end_us, last_sequence, frames, peak, confidence_sum, ending, run_id, label, clock, start_us,
        first_sequence)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """)
    bindProgress(of: segment, to: statement)
    statement.bind(run, at: 7)
    statement.bind(Int64(segment.label), at: 8)
    statement.bind(clock.rawValue, at: 9)
    statement.bind(segment.start, at: 10)
    statement.bind(segment.firstSequence, at: 11)
    try statement.run()
    return connection.lastInsertedRow
  }

  private func update(_ row: Int64, _ segment: Segment, _ connection: Connection) throws {
    let statement = try connection.cached(
      """
      UPDATE segments SET end_us = ?, last_sequence = ?, frames = ?, peak = ?, confidence_sum = ?, ending = ?
      WHERE id = ?
      """)
    bindProgress(of: segment, to: statement)
    statement.bind(row, at: 7)
    try statement.run()
  }

  private func bindProgress(of segment: Segment, to statement: Statement) {
    statement.bind(segment.end, at: 1)
    statement.bind(segment.lastSequence, at: 2)
    statement.bind(segment.frames, at: 3)
    statement.bind(segment.peak, at: 4)
    statement.bind(segment.confidenceSum, at: 5)
    statement.bind(segment.ending?.rawValue, at: 6)
  }
}
