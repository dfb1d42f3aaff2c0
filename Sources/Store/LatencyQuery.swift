import ShuffledCore

/// How long a stage took, over many frames. Percentiles are by the nearest rank: each is the time of a frame.
public struct LatencySummary: Equatable, Sendable {
  /// nil: the whole path, from the decoder's start on the frame until its row was committed.
  public var stage: Stage?
  public var count: Int64
  public var mean: Duration
  public var p50: Duration
  public var p90: Duration
  public var p99: Duration
  public var max: Duration

  /// `decode` ... `store`, `total`.
  public var name: String { stage?.rawValue ?? "total" }
}

extension Database {
  /// What each stage cost the classified frames that `filter` names: one entry a stage in order, then the total.
  /// `store` and the total leave out frames whose commit's time is not known (the last ones before a crash, or the
  /// newest of a run that is being written). Empty without frames.
  ///
  /// Exact to the microsecond; memory grows with the number of different times, not of frames. Blocks for one pass
  /// over the frames. Throws like `frames`.
  public func latency(matching filter: QueryFilter = QueryFilter()) throws -> [LatencySummary] {
    try withConnection { connection in
      try filter.check(connection)
      let stages = Stage.allCases
      var times = [TimeDistribution](repeating: TimeDistribution(), count: stages.count + 1)
      try FrameScan(filter).statement(LatencyQuery.columns, on: connection).forEachRow { row in
        guard row.integer(5) == FrameState.classified.rawValue else { return }
        var total: Int64? = 0
        for index in stages.indices {
          guard let time = row.optionalInteger(Int32(index)) else {
            total = nil
            continue
          }
          times[index].add(time)
          total? += time
        }
        if let total { times[stages.count].add(total) }
      }
      return zip(times, stages.map(Optional.some) + [nil]).compactMap { $0.summary(of: $1) }
    }
  }
}

enum LatencyQuery {
  static let columns = """
    f.decode_us, f.wait_us, f.preprocess_us, f.inference_us, f.queued_us + b.commit_us AS store_us, f.state
    """
}

/// How often each time occurs, in microseconds.
struct TimeDistribution {
  private var counts: [Int64: Int64] = [:]
  private var count: Int64 = 0
  private var sum: Int64 = 0

  mutating func add(_ microseconds: Int64) {
    counts[microseconds, default: 0] += 1
    count += 1
    sum += microseconds
  }

  /// nil if there is nothing to sum up.
  func summary(of stage: Stage?) -> LatencySummary? {
    guard count > 0 else { return nil }
    let sorted = counts.sorted { $0.key < $1.key }
    /// The smallest time that at least `percent` of all are not above.
    func percentile(_ percent: Int64) -> Duration {
      let rank = (percent * count + 99) / 100
      var seen: Int64 = 0
      for (time, times) in sorted {
        seen += times
        if seen >= rank { return .microseconds(time) }
      }
      preconditionFailure("rank \(rank) of \(count)")
    }
    return LatencySummary(
      stage: stage, count: count, mean: .nanoseconds(Int64((Double(sum) / Double(count) * 1_000).rounded())),
      p50: percentile(50), p90: percentile(90), p99: percentile(99), max: percentile(100))
  }
}
