import ShuffledCore
import Synchronization

/// Recordings played as if they were one stream: a video file, or the files of a folder in the order of their names, once or again and
/// again, as fast as they were made or as fast as they can be decoded. Numbers and times of the frames go on from file to file.
///
/// `@unchecked Sendable`: what other threads see is behind `shared`. The rest belongs to whichever thread is inside `next()`, one at a
/// time, which `isBusy` enforces.
public final class Playback: FrameSource, @unchecked Sendable {
  public enum Pace: Sendable {
    /// A frame comes when as much time has passed as its timestamp says. After more than a second's delay it goes on from there.
    case mediaTime
    case asFastAsPossible
  }

  /// What the current file says of itself. Any thread.
  public var information: VideoInformation { shared.withLock { $0.source.information } }

  /// What was decoded so far, of all files. Times are those of `next`'s frames. Any thread.
  public var statistics: DecodingStatistics { shared.withLock { $0.statistics } }

  private struct Shared {
    var selection: FrameSelection
    var source: VideoSource
    /// Microseconds from the file's own times to those of its frames.
    var offset: Int64 = 0
    /// Of the files before.
    var before = DecodingStatistics()
    var hasEnded = false

    var statistics: DecodingStatistics {
      var sum = before
      if !hasEnded { sum.add(source.statistics, offset: offset) }
      sum.ended = hasEnded
      return sum
    }
  }

  private let path: String
  private let loops: Bool
  private let pace: Pace
  private let region: RegionOfInterest
  private let threads: Int
  private let firstSequence: Int64
  private let interruption: Interruption
  private let clock: PlaybackClock
  private let report: @Sendable (Failure) -> Void
  private let shared: Mutex<Shared>
  private var pacer = Pacer()
  /// Files of this pass that are still to come, the next one last.
  private var files: [String]
  /// The pass has given a frame.
  private var hasGiven = false
  /// Why a file of this pass gave none, the first of them.
  private var firstProblem: Failure?
  /// What was told of each file last.
  private var told: [String: Failure]
  /// The time at which the next file begins; nil before the first frame with a time.
  private var end: Int64?
  private var isOffsetKnown = true
  private let isBusy = Atomic<Bool>(false)

  /// Opens the first file that can be opened. Blocks while it reads the beginning of it. Throws `Failure` where there is none.
  /// - Parameters:
  ///   - path: a file, or a folder. Hidden files are left out, folders in it not entered.
  ///   - loops: begins again at the end; a folder is looked through anew.
  ///   - region: the part of the pictures that is given.
  ///   - firstSequence: the number of the first frame.
  ///   - threads: how many FFmpeg may decode with; 0: one a core.
  ///   - interruption: ends `next`.
  ///   - report: is told why a file of a folder could not be played, once as long as that stays the same. By the thread that opens, in
  ///     `init` and `next`.
  public convenience init(
    path: String, loops: Bool = false, pace: Pace = .asFastAsPossible, selection: FrameSelection = .all,
    region: RegionOfInterest = .whole, firstSequence: Int64 = 0, threads: Int = 0,
    interruption: Interruption = Interruption(), report: @escaping @Sendable (Failure) -> Void = { _ in }
  ) throws(Failure) {
    try self.init(
      path: path, loops: loops, pace: pace, selection: selection, region: region,
      firstSequence: firstSequence, threads: threads, interruption: interruption, report: report,
      clock: .system)
  }

  package init(
    path: String, loops: Bool, pace: Pace, selection: FrameSelection, region: RegionOfInterest,
    firstSequence: Int64, threads: Int, interruption: Interruption,
    report: @escaping @Sendable (Failure) -> Void, clock: PlaybackClock
  ) throws(Failure) {
    var files = try PlaybackFiles.list(path)
    let isFolder = PlaybackFiles.isFolder(path)
    var problems: [(path: String, failure: Failure)] = []
    var first: VideoSource?
    while first == nil, let file = files.popLast() {
      do {
        first = try VideoSource(
          path: file, media: .video, selection: selection, region: region, threads: threads,
          firstSequence: firstSequence, interruption: interruption)
      } catch {
        if isFolder { report(error) }
        problems.append((file, error))
      }
    }
    guard let first else { throw PlaybackFiles.nothing(path, problems.first?.failure) }
    (self.path, self.loops, self.pace, self.region, self.threads) = (path, loops, pace, region, threads)
    (self.firstSequence, self.interruption, self.clock) = (firstSequence, interruption, clock)
    (self.report, self.files) = (report, files)
    firstProblem = problems.first?.failure
    told = Dictionary(problems.map { ($0.path, $0.failure) }) { $1 }
    shared = Mutex(Shared(selection: selection, source: first))
  }

  /// What is wanted from the next frame on, but for those that the decoder has already. Any thread; never blocks. After `.keyframes`,
  /// frames come from the next keyframe on: those before it cannot be decoded.
  public func select(_ selection: FrameSelection) {
    shared.withLock {
      $0.selection = selection
      $0.source.select(selection)
    }
  }

  /// The next selected frame, or nil at the end. Blocks while it reads and decodes and, at the pace of media time, until it is due.
  ///
  /// Throws `Failure`: at an interruption, where a pass through all files gave no frame, and where a single file cannot be played.
  public func next() throws -> Frame? {
    precondition(!isBusy.exchange(true, ordering: .acquiring), "two threads called next() at once")
    defer { isBusy.store(false, ordering: .releasing) }
    while true {
      let (source, hasEnded) = shared.withLock { ($0.source, $0.hasEnded) }
      if hasEnded { return nil }
      if interruption.isInterrupted { throw interrupted }
      do {
        if let frame = try source.next() { return try give(frame, of: source) }
      } catch let failure as Failure {
        if interruption.isInterrupted { throw interrupted }
        try pass(over: source.path, failure)
      }
      try advance(from: source)
    }
  }

  private func give(_ frame: Frame, of source: VideoSource) throws -> Frame {
    var frame = frame
    hasGiven = true
    told[source.path] = nil
    if let time = frame.mediaTime?.microseconds {
      if !isOffsetKnown { setOffset(begin: min(source.information.startTime?.microseconds ?? time, time)) }
      let shifted = time &+ shared.withLock { $0.offset }
      frame.mediaTime = MediaTime(microseconds: shifted)
    }
    guard pace == .mediaTime else { return frame }
    let due = pacer.due(
      frame.mediaTime, sequence: frame.sequence, frameRate: source.information.frameRate, now: clock.now())
    if due > clock.now() { clock.wait(due, interruption) }
    if interruption.isInterrupted { throw interrupted }
    // What it would be if a camera had sent it now.
    frame.wallTime = .now()
    return frame
  }

  private func setOffset(begin: Int64) {
    isOffsetKnown = true
    if let end { shared.withLock { $0.offset = end &- begin } }
  }

  // MARK: From file to file

  /// Opens the file after `source`, or notes that there is none.
  private func advance(from source: VideoSource) throws(Failure) {
    let statistics = source.statistics
    let selection = shared.withLock { shared in
      end = Self.end(of: source.information, statistics).map { $0 &+ shared.offset } ?? end
      shared.before.add(statistics, offset: shared.offset)
      shared.hasEnded = true
      return shared.selection
    }
    while true {
      while let file = files.popLast() {
        if interruption.isInterrupted { throw interrupted }
        do {
          return go(on: try open(file, selection))
        } catch {
          try pass(over: file, error)
        }
      }
      guard hasGiven else { throw PlaybackFiles.nothing(path, firstProblem) }
      guard loops else { return }
      (hasGiven, firstProblem) = (false, nil)
      files = try PlaybackFiles.list(path)
    }
  }

  private func open(_ file: String, _ selection: FrameSelection) throws(Failure) -> VideoSource {
    let before = shared.withLock { $0.before.frames }
    return try VideoSource(
      path: file, media: .video, selection: selection, region: region, threads: threads,
      firstSequence: firstSequence + before, interruption: interruption)
  }

  private func go(on source: VideoSource) {
    isOffsetKnown = false
    shared.withLock {
      $0.source = source
      $0.hasEnded = false
      // It may have changed while the file was opened.
      source.select($0.selection)
    }
  }

  /// A file of a folder that cannot be played is left out; a single one is a failure.
  private func pass(over file: String, _ failure: Failure) throws(Failure) {
    guard PlaybackFiles.isFolder(path) else { throw failure }
    firstProblem = firstProblem ?? failure
    if told[file] != failure { report(failure) }
    told[file] = failure
  }

  /// Where a file ends, by its own times.
  private static func end(of information: VideoInformation, _ statistics: DecodingStatistics) -> Int64? {
    guard let last = statistics.lastMediaTime?.microseconds else { return nil }
    let rate = information.frameRate.flatMap { $0 >= 0.001 ? $0 : nil } ?? 25
    // Times that a file claims may be any.
    let decoded = last &+ Int64(1e6 / rate)
    // What is skipped at the end counts as well. A file that was cut off does not have what it declares.
    guard !statistics.endedEarly, let duration = information.duration else { return decoded }
    return max(decoded, (information.startTime?.microseconds ?? 0) &+ duration.microseconds)
  }

  private var interrupted: Failure {
    Failure(.failed, cannot: "play video", path, because: "interrupted")
  }
}

extension DecodingStatistics {
  /// Goes on with what was decoded of the next file.
  fileprivate mutating func add(_ other: DecodingStatistics, offset: Int64) {
    packets += other.packets
    decoded += other.decoded
    skipped += other.skipped
    selected += other.selected
    damagedPackets += other.damagedPackets
    damagedFrames += other.damagedFrames
    endedEarly = endedEarly || other.endedEarly
    if let time = other.lastMediaTime {
      lastMediaTime = MediaTime(microseconds: time.microseconds &+ offset)
    }
  }
}
