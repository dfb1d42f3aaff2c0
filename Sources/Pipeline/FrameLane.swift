import Dispatch
import ShuffledCore
import Synchronization

/// One stream's way through a `WorkerPool`: a bounded queue of frames before the workers, and the order of the records after them.
///
/// `submit` and `finish` are called by one thread at a time. Every frame that was submitted reaches the sink exactly once, in
/// the order of submission: classified, failed, or dropped where the lane may drop.
public final class FrameLane: Sendable {
  public struct Settings: Sendable {
    /// What happens to a frame that finds the queue full.
    public enum Overflow: Sendable {
      /// It waits, and the decoder with it: for files.
      case wait
      /// The oldest frame that waits gives up its place and is recorded as dropped: for live streams.
      case dropOldest
    }

    /// How many decoded frames may wait; each is a whole picture in memory.
    public var capacity: Int
    public var overflow: Overflow
    /// A frame that has waited longer when its turn comes is recorded as dropped: its answer would be old news. nil: never.
    public var maximumWait: Duration?
    /// Whether the last frame that was classified is kept, a picture more in memory.
    public var keepsLastFrame: Bool

    public init(
      capacity: Int, overflow: Overflow, maximumWait: Duration? = nil, keepsLastFrame: Bool = false
    ) {
      precondition(capacity > 0, "a queue of \(capacity) places")
      self.capacity = capacity
      self.overflow = overflow
      self.maximumWait = maximumWait
      self.keepsLastFrame = keepsLastFrame
    }
  }

  /// What tells workers whether a classifier that they have is the right one.
  let classifierKey: String
  let makeClassifier: @Sendable () throws -> any FrameClassifier
  let settings: Settings
  let number: Int

  private let pool: WorkerPool
  private let sequencer: Sequencer
  /// Counts the free places of a lane that waits. Closing adds one, which every thread that is woken by it passes on.
  private let places = DispatchSemaphore(value: 0)
  private let state = Mutex(State())

  /// Records of dropped frames that may wait for a frame before them, so that a live stream's decoder goes on meanwhile.
  private static let droppedRecords = 4_096

  private struct State {
    var nextTicket = 0
    /// Of the frames that were classified, the last in the stream's order; kept where somebody may want to see it.
    var lastFrame: Frame?
    var failure: Failure?
    var onFailure: (@Sendable (Failure) -> Void)?
  }

  init(
    pool: WorkerPool, number: Int, settings: Settings, sink: any FrameSink, classifierKey: String,
    makeClassifier: @escaping @Sendable () throws -> any FrameClassifier
  ) {
    self.pool = pool
    self.number = number
    self.settings = settings
    self.classifierKey = classifierKey
    self.makeClassifier = makeClassifier
    // Beyond the frames that wait or are worked on, as many records again may wait for a slow one; of dropped frames, which
    // are records without pictures, many.
    let underWay = settings.capacity + pool.workers
    sequencer = Sequencer(
      sink: sink, window: settings.overflow == .wait ? 2 * underWay : underWay + Self.droppedRecords)
    for _ in 0..<settings.capacity { places.signal() }
  }

  /// Takes a frame. Blocks while too many are under way (a slow sink, or a lane that waits and is full). Throws the `Failure` of the
  /// sink or of making a classifier; the frame is then not taken, nor is any later one.
  public func submit(_ frame: Frame) throws {
    // From here the frame waits, be it for a ticket, for a place in the queue or for a worker.
    let queued = Instant.now
    sequencer.enter()
    if settings.overflow == .wait { places.wait() }
    let ticket = try state.withLock { state in
      if let failure = state.failure {
        sequencer.leave()
        if settings.overflow == .wait { places.signal() }
        throw failure
      }
      defer { state.nextTicket += 1 }
      return state.nextTicket
    }
    let evicted = pool.push(QueuedFrame(frame: frame, ticket: ticket, queued: queued, lane: self))
    if let evicted { drop(evicted) }
  }

  /// Who is told of the failure that `submit` and `finish` throw, when it happens, on a worker's thread.
  public func onFailure(_ action: @escaping @Sendable (Failure) -> Void) {
    state.withLock { $0.onFailure = action }
  }

  /// Takes no more frames; blocks until all that were submitted are in the sink, and leaves the pool. Throws what `submit` would throw.
  public func finish() throws {
    pool.waitUntilIdle(lane: number)
    pool.remove(lane: number)
    if let failure = state.withLock({ $0.failure }) { throw failure }
  }

  /// Leaves the pool without waiting: what waits in the queue is recorded as dropped; a worker that is stuck on a frame stays so.
  public func abandon() {
    for queued in pool.takeAll(lane: number) { drop(queued) }
    pool.remove(lane: number)
  }

  /// Frames that wait for a worker. Any thread.
  public var depth: Int { pool.depth(lane: number) }

  /// The last frame that was classified, where the lane keeps it. Any thread.
  public var lastFrame: Frame? { state.withLock(\.lastFrame) }

  // MARK: Called by the pool

  /// A frame was classified; of several workers' not always in order.
  func keep(_ frame: Frame) {
    guard settings.keepsLastFrame else { return }
    // Let go of after the lock: giving a picture back may free it.
    let before = state.withLock { state -> Frame? in
      if let last = state.lastFrame, last.sequence > frame.sequence { return nil }
      return exchange(&state.lastFrame, with: frame)
    }
    withExtendedLifetime(before) {}
  }

  /// A frame has left the queue.
  func frameWasTaken() { if settings.overflow == .wait { places.signal() } }

  func isTooOld(_ queued: QueuedFrame, at moment: Instant) -> Bool {
    settings.maximumWait.map { moment - queued.queued > $0 } ?? false
  }

  func drop(_ queued: QueuedFrame) {
    let frame = queued.frame
    deliver(
      FrameRecord(
        sequence: frame.sequence, mediaTime: frame.mediaTime, wallTime: frame.wallTime, outcome: .dropped,
        latency: StageLatency(decode: frame.decode, wait: .now - queued.queued), finished: .now),
      ticket: queued.ticket)
  }

  /// Hands a record to the sequencer, and remembers what the sink throws.
  func deliver(_ record: FrameRecord, ticket: Int) {
    do { try sequencer.finish(record, ticket: ticket) } catch { fail(error) }
  }

  /// A frame of this lane will have no record.
  func fail(_ error: any Error) {
    let failure = error as? Failure ?? Failure(.failed, cannot: "classify frame", because: "\(error)")
    let tell = state.withLock { state in
      defer { state.failure = state.failure ?? failure }
      return state.failure == nil ? state.onFailure : nil
    }
    // Whoever waits for room finds the failure.
    places.signal()
    sequencer.leave()
    tell?(failure)
  }
}

/// A frame, its place in its stream's order, and when it began to wait.
struct QueuedFrame: Sendable {
  var frame: Frame
  var ticket: Int
  var queued: Instant
  var lane: FrameLane
}
