import ShuffledCore

/// The scores of a run's classified frames as they are stored, in order of the frames: what segments are found in.
struct StoredScores {
  let run: Int64

  struct Frame {
    var sequence: Int64
    var mediaTime: MediaTime?
    var wallTime: WallTime
    /// Most likely first.
    var predictions: [Prediction]
  }

  func forEach(_ connection: Connection, _ body: (Frame) throws -> Void) throws {
    let statement = try connection.cached(
      """
      SELECT f.id & 68719476735, b.media_us + f.media_us, b.wall_us + f.wall_us, f.label, f.confidence, f.runners_up
      FROM batches b
        CROSS JOIN frames f ON f.id BETWEEN (b.run_id << 36) + b.first_sequence AND (b.run_id << 36) + b.last_sequence
      WHERE b.run_id = ? AND +f.state = 0
      ORDER BY b.last_sequence, f.id
      """)
    statement.bind(run, at: 1)
    try statement.forEachRow { row in
      let top = Prediction(index: Int(row.integer(3)), confidence: StoredPrediction.asRead(row.integer(4)))
      let others = StoredPrediction.decode(row.blob(5)).map {
        Prediction(index: Int($0.label), confidence: Float($0.confidence))
      }
      try body(
        Frame(
          sequence: row.integer(0), mediaTime: row.optionalInteger(1).map(MediaTime.init(microseconds:)),
          wallTime: WallTime(microseconds: row.integer(2)), predictions: [top] + others))
    }
  }
}
