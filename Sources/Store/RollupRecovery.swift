import ShuffledCore

/// Adds to the rollups what frames are not in them yet: those of a process that ended without a word, and all that an older
/// program stored. In a transaction; nothing else may be writing these runs.
enum RollupRecovery {
  static func run(_ connection: Connection) throws {
    var runs: [(id: Int64, rolledUp: Int64)] = []
    try connection.prepare(
      """
      SELECT r.id, r.rolled_up_sequence FROM runs r
      WHERE r.rolled_up_sequence < (SELECT max(b.last_sequence) FROM batches b WHERE b.run_id = r.id)
      """
    ).forEachRow { runs.append(($0.integer(0), $0.integer(1))) }
    for run in runs { try recover(run.id, after: run.rolledUp, connection) }
  }

  /// A minute at a time, so that memory does not grow with the run.
  private static func recover(_ run: Int64, after sequence: Int64, _ connection: Connection) throws {
    var rollup = Rollup(run: run)
    let frames = try connection.prepare(
      """
      SELECT f.id & 68719476735, f.state, b.wall_us + f.wall_us, b.media_us + f.media_us, f.label, f.confidence,
        f.decode_us, f.wait_us, f.preprocess_us, f.inference_us, f.queued_us + b.commit_us
      FROM batches b
        CROSS JOIN frames f ON f.id BETWEEN (b.run_id << 36) + b.first_sequence AND (b.run_id << 36) + b.last_sequence
      WHERE b.run_id = ?1 AND b.last_sequence > ?2 AND f.id > (?1 << 36) + ?2
      ORDER BY b.last_sequence, f.id
      """)
    frames.bind(run, at: 1)
    frames.bind(sequence, at: 2)
    try frames.forEachRow { row in
      let frame = RollupTally.Frame(row)
      if rollup.isDue(at: WallTime(microseconds: frame.wall)) {
        try rollup.write(connection)
        rollup.wasWritten()
      }
      rollup.add(frame)
    }
    try rollup.write(connection)
  }
}

extension RollupTally.Frame {
  fileprivate init(_ row: Statement) {
    guard let state = FrameState(rawValue: row.integer(1)) else {
      preconditionFailure("the schema allows no frame's state \(row.integer(1))")
    }
    self.init(
      sequence: row.integer(0), state: state, wall: row.integer(2), media: row.optionalInteger(3),
      label: row.integer(4), confidence: row.integer(5),
      latency: (
        row.integer(6), row.integer(7), row.optionalInteger(8), row.optionalInteger(9),
        row.optionalInteger(10)
      ))
  }
}
