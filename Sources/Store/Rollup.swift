import ShuffledCore

/// Sums up a run's committed frames by minute, and adds the sums to the run's minutes and hours when a minute is over. Used on
/// the database's queue only.
struct Rollup {
  private let run: Int64
  private var minutes: [Int64: RollupTally] = [:]
  /// The last one that was counted in, so that most frames need no look-up.
  private var current: (minute: Int64, tally: RollupTally)?
  private var lastSequence: Int64 = -1
  private var histogram: [UInt8] = []

  init(run: Int64) { self.run = run }

  /// Takes a frame that is committed, after all before it.
  mutating func add(_ frame: RollupTally.Frame) {
    let minute = RollupSpan.minute.of(frame.wall)
    lastSequence = frame.sequence
    if let current, current.minute == minute { return current.tally.add(frame) }
    let tally = minutes[minute] ?? RollupTally(sequence: frame.sequence)
    minutes[minute] = tally
    current = (minute, tally)
    tally.add(frame)
  }

  /// Whether there is a minute to write that a frame decoded at `wall` is no longer in.
  func isDue(at wall: WallTime) -> Bool {
    let minute = RollupSpan.minute.of(wall.microseconds)
    return minutes.keys.contains { $0 != minute }
  }

  /// Adds what was taken to the rollups, in a transaction that is already open. `wasWritten` is to be called when that is
  /// committed; until then the same would be written again.
  mutating func write(_ connection: Connection) throws {
    guard lastSequence >= 0 else { return }
    for (minute, tally) in minutes.sorted(by: { $0.key < $1.key }) {
      for span in RollupSpan.allCases {
        let rows = RollupRows(
          tally: tally, run: run, span: span, start: RollupSpan.minute.start(minute), connection: connection)
        try rows.add(encodingTo: &histogram)
      }
    }
    let statement = try connection.cached("UPDATE runs SET rolled_up_sequence = ? WHERE id = ?")
    statement.bind(lastSequence, at: 1)
    statement.bind(run, at: 2)
    try statement.run()
  }

  mutating func wasWritten() {
    minutes = [:]
    current = nil
    lastSequence = -1
  }
}
