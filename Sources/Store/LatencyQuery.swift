import ShuffledCore

/// How long a stage took, over many frames. Percentiles are by the nearest rank.
public struct LatencySummary: Equatable, Sendable {
  /// nil: the whole path, from the decoder's start on the frame until its row was committed.
  public var stage: Stage?
  public var count: Int64
  public var mean: Duration
  public var p50: Duration
  public var p90: Duration
  public var p99: Duration
  public var max: Duration
  /// Whether percentiles are to the microsecond, each the time of a frame; otherwise to within 1.6 %, from histograms.
  public var isExact: Bool

  /// `decode` ... `store`, `total`.
  public var name: String { stage?.rawValue ?? "total" }
}

extension Database {
  /// More frames than this are told from the minutes' histograms.
  public static let framesForExactLatency: Int64 = 200_000

  /// What each stage cost the classified frames that `filter` names: one entry a stage in order, then the total.
  /// `store` and the total leave out frames whose commit's time is not known (the last ones before a crash, or the
  /// newest of a run that is being written). Empty without frames.
  ///
  /// Exact to the microsecond for few frames, or where a label or a least confidence is asked for, which histograms do not
  /// know; memory then grows with the number of different times, not of frames. Blocks for one pass over the
  /// frames, or over the histograms. Throws like `frames`.
  public func latency(
    matching filter: QueryFilter = QueryFilter(), exactUpTo frames: Int64 = framesForExactLatency
  ) throws -> [LatencySummary] {
    try withConnection { connection in
      try filter.check(connection)
      if try LatencyQuery.isExact(filter, upTo: frames, connection) {
        var times = [TimeDistribution](repeating: TimeDistribution(), count: RollupTally.stages)
        try FrameScan(filter).statement(LatencyQuery.columns, on: connection).forEachRow { row in
          LatencyQuery.forEachTime(row) { times[$0].add($1) }
        }
        return LatencyQuery.rows { times[$0].summary(of: $1) }
      }
      let histograms = try LatencyQuery.histograms(filter, connection)
      return LatencyQuery.rows { histograms[$0].summary(of: $1) }
    }
  }
}

enum LatencyQuery {
  static let columns = """
    f.decode_us, f.wait_us, f.preprocess_us, f.inference_us, f.queued_us + b.commit_us AS store_us, f.state
    """

  static let rollupColumns = "t.stage, t.sum_us, t.max_us, t.histogram"

  /// Whether frames are to be read themselves: because of what is asked, or because they are few and still there.
  static func isExact(_ filter: QueryFilter, upTo limit: Int64, _ connection: Connection) throws -> Bool {
    if filter.label != nil || filter.minConfidence != nil { return true }
    let scan = RollupScan(filter)
    var (frames, deleted): (Int64, Int64) = (0, 0)
    for part in scan.parts {
      try scan.statement(part, "m.classified, m.last_sequence <= r.pruned_sequence", on: connection)
        .forEachRow { row in
          frames += row.integer(0)
          deleted += row.integer(1)
        }
    }
    return frames <= limit && deleted == 0
  }

  static func statements(_ filter: QueryFilter, _ connection: Connection) throws -> [Statement] {
    if try isExact(filter, upTo: Database.framesForExactLatency, connection) {
      return [try FrameScan(filter).statement(columns, on: connection)]
    }
    let scan = RollupScan(filter)
    return try scan.parts.map { try scan.statement($0, rollupColumns, joining: .latencies, on: connection) }
      + scan.rest.map { try $0.statement(columns, on: connection) }
  }

  static func histograms(_ filter: QueryFilter, _ connection: Connection) throws -> [LatencyHistogram] {
    var histograms = [LatencyHistogram](repeating: LatencyHistogram(), count: RollupTally.stages)
    let scan = RollupScan(filter)
    for part in scan.parts {
      try scan.statement(part, rollupColumns, joining: .latencies, on: connection).forEachRow { row in
        guard let buckets = StoredHistogram.decode(row.blob(3)) else {
          throw Failure(
            .inputOutput, cannot: "read database", connection.name, because: "a histogram is damaged",
            remedy: "run 'shuffled db check'")
        }
        histograms[Int(row.integer(0))].merge(
          buckets, sum: .microseconds(row.integer(1)), max: .microseconds(row.integer(2)))
      }
    }
    for frames in scan.rest {
      try frames.statement(columns, on: connection).forEachRow { row in
        forEachTime(row) { histograms[$0].add(.microseconds($1)) }
      }
    }
    return histograms
  }

  /// Gives `body` a classified frame's times in microseconds, by stage; the total's comes last.
  static func forEachTime(_ row: Statement, _ body: (_ stage: Int, _ time: Int64) -> Void) {
    guard row.integer(5) == FrameState.classified.rawValue else { return }
    var total: Int64? = 0
    for stage in Stage.allCases.indices {
      guard let time = row.optionalInteger(Int32(stage)) else {
        total = nil
        continue
      }
      body(stage, time)
      total? += time
    }
    if let total { body(RollupTally.stages - 1, total) }
  }

  /// Those that there is something to say of.
  static func rows(_ row: (_ index: Int, _ stage: Stage?) -> LatencySummary?) -> [LatencySummary] {
    (Stage.allCases.map(Optional.some) + [nil]).enumerated().compactMap { row($0.offset, $0.element) }
  }
}

extension LatencyHistogram {
  fileprivate func summary(of stage: Stage?) -> LatencySummary? {
    guard count > 0, let p50 = percentile(0.5), let p90 = percentile(0.9), let p99 = percentile(0.99) else {
      return nil
    }
    return LatencySummary(
      stage: stage, count: Int64(count),
      mean: .nanoseconds(Int64((sum.seconds * 1e9 / Double(count)).rounded())),
      p50: p50, p90: p90, p99: p99, max: max, isExact: false)
  }
}
