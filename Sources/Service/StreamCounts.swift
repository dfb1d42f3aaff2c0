import ShuffledCore
import Synchronization

/// What became of a stream's frames, since its run began. Any thread.
public final class StreamCounts: Sendable {
  public struct Values: Sendable {
    /// Frames that left the decoder, and packets that were left out because nobody asked for their frames.
    public var decoded: Int64 = 0
    /// Those that were asked for; each is or will be one of the three that follow.
    public var selected: Int64 = 0
    /// Committed, by what became of them.
    public var classified: Int64 = 0
    public var dropped: Int64 = 0
    public var failed: Int64 = 0
    /// A second, over the last ten; nil in the first second.
    public var receivedRate: Double?
    public var classifiedRate: Double?
    /// From the moment the decoder began on a frame to the moment its result was committed, over the last one to two minutes.
    public var age50: Duration?
    public var age99: Duration?
    /// The last classified frame's most likely class, and when the frame was decoded.
    public var last: (prediction: Prediction, at: WallTime)?

    /// Where the frames are, in words.
    var account: String {
      "\(decoded) frames decoded or passed over, of \(selected) asked for \(classified) are classified, \(dropped) dropped, "
        + "\(failed) failed"
    }
  }

  /// What frames that were classified cost, since the run began.
  public struct Distributions: Sendable {
    public var stages: [Stage: BucketHistogram] = [:]
    /// From the moment the decoder began on a frame to the moment its result was committed.
    public var age = BucketHistogram()

    mutating func add(_ latency: StageLatency, store: Duration) {
      let times: [(Stage, Duration)] = [
        (.decode, latency.decode), (.wait, latency.wait), (.preprocess, latency.preprocess),
        (.inference, latency.inference), (.store, store),
      ]
      for (stage, time) in times { stages[stage, default: BucketHistogram()].add(time) }
      age.add(times.reduce(.zero) { $0 + $1.1 })
    }
  }

  public var distributions: Distributions { state.withLock(\.distributions) }

  private struct State {
    var values = Values()
    var received: RateMeter
    var classified: RateMeter
    /// Ages of this minute and of the one before.
    var ages = (LatencyHistogram(), LatencyHistogram())
    var agesSince: Instant
    var distributions = Distributions()
    /// Of sources that are closed.
    var decodedBefore: Int64 = 0
  }

  private let state: Mutex<State>

  public init(at moment: Instant = .now) {
    state = Mutex(
      State(received: RateMeter(at: moment), classified: RateMeter(at: moment), agesSince: moment))
  }

  /// - Parameter decoded: what the stream's source has decoded since it was opened.
  public func values(decoded: Int64, at moment: Instant = .now) -> Values {
    state.withLock { state in
      var values = state.values
      values.decoded = state.decodedBefore + decoded
      values.receivedRate = state.received.rate(at: moment)
      values.classifiedRate = state.classified.rate(at: moment)
      var ages = state.ages.0
      ages.merge(state.ages.1)
      values.age50 = ages.percentile(0.5)
      values.age99 = ages.percentile(0.99)
      return values
    }
  }

  /// A frame was taken from the source.
  func take(at moment: Instant) {
    state.withLock { state in
      state.values.selected += 1
      state.received.add(at: moment)
    }
  }

  /// A source that had decoded so many was closed.
  func close(decoded: Int64) { state.withLock { $0.decodedBefore += decoded } }

  /// Records were committed. To be called by whoever stores them.
  public func commit(_ records: [FrameRecord], at moment: Instant) {
    state.withLock { state in
      if moment - state.agesSince > .seconds(60) {
        state.ages = (LatencyHistogram(), state.ages.0)
        state.agesSince = moment
      }
      for record in records {
        switch record.outcome {
        case .dropped: state.values.dropped += 1
        case .failed: state.values.failed += 1
        case .classified(let predictions):
          state.values.classified += 1
          state.classified.add(at: moment)
          let (latency, store) = (record.latency, moment - record.finished)
          state.ages.0.add(
            latency.decode + latency.wait + latency.preprocess + latency.inference + store)
          state.distributions.add(latency, store: store)
          if let first = predictions.first { state.values.last = (first, record.wallTime) }
        }
      }
    }
  }
}
