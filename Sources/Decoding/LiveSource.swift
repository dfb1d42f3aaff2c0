import CFFmpeg
import ShuffledCore
import Synchronization

/// The frames of a camera or another source that does not wait: RTSP, HTTP and HLS, MPEG transport streams over UDP or SRT, cameras of
/// this machine. Calls that block have a limit, and can be ended by an `Interruption`.
///
/// A live source has no end: where its sender closes the connection, that is a failure like another. Only the system's lookup of a
/// host's name cannot be ended; it has a limit of its own.
///
/// `@unchecked Sendable`: `information` never changes and `statistics` has a lock. The rest belongs to whichever thread is inside
/// `next()`, one at a time, which `isBusy` enforces.
public final class LiveSource: FrameSource, @unchecked Sendable {
  /// What the stream says of itself.
  public let information: VideoInformation

  /// What was decoded so far. Any thread.
  public var statistics: DecodingStatistics { frames.statistics }

  private let failures: LiveFailures
  private let watch: BlockingWatch
  private let demuxer: LiveDemuxer
  private let decoder: Decoder
  private let frames: FrameAssembly
  /// Since the last frame.
  private var packets = 0
  /// Why nothing more comes; what the decoder still holds is given first.
  private var ended: SourceFailure?
  private let isBusy = Atomic<Bool>(false)

  /// Connects; blocks for `timeouts.connect` at most. Throws `SourceFailure`. The address's password is in no message.
  /// - Parameters:
  ///   - region: the part of the pictures that is given.
  ///   - firstSequence: the number of the first frame, for a stream that was connected to before.
  ///   - interruption: ends this call and `next`.
  public init(
    _ address: LiveAddress, selection: FrameSelection = .all, region: RegionOfInterest = .whole,
    timeouts: LiveTimeouts = LiveTimeouts(), firstSequence: Int64 = 0,
    interruption: Interruption = Interruption()
  ) throws {
    let (watch, failures) = (BlockingWatch(interruption), LiveFailures(address: address, timeouts: timeouts))
    watch.setDeadline(.now + timeouts.connect)
    demuxer = try LiveDemuxer(address, failures, watch)
    do {
      // One thread: with more, frames come later by as many.
      decoder = try Decoder(for: demuxer.stream, cannot: "decode \(address.noun)", address.shown, threads: 1)
    } catch {
      throw SourceFailure(.badData, error)
    }
    guard
      let frames = FrameAssembly(
        demuxer.stream, demuxer.information, selection, region, firstSequence: firstSequence)
    else { throw failures.opening(shuffled_averror(ENOMEM), watch) }
    (self.watch, self.failures, self.frames) = (watch, failures, frames)
    information = demuxer.information
  }

  /// What is wanted from the next frame on. Any thread; never blocks. After `.keyframes`, frames come from the next keyframe on: those before
  /// it cannot be decoded.
  public func select(_ selection: FrameSelection) { frames.select(selection) }

  /// The next selected frame; never nil. Blocks while it waits for one: for `timeouts.silence` at most without any that is asked for or
  /// skipped, and for `timeouts.keyframe` without a keyframe where only those are given. Throws
  /// `SourceFailure` when the source cannot go on; it is then of no more use.
  public func next() throws -> Frame? {
    precondition(!isBusy.exchange(true, ordering: .acquiring), "two threads called next() at once")
    defer { isBusy.store(false, ordering: .releasing) }
    var began = Instant.now
    var sent = began
    watch.setDeadline(began + failures.timeouts.silence)
    while true {
      switch try decoding({ () throws(Failure) in try decoder.receive(into: frames.frame) }) {
      case .frame:
        watch.setDeadline(.now + failures.timeouts.silence)
        packets = 0
        if let frame = try take(began: began) { return frame }
      case .needsPacket:
        let waited = Instant.now
        let code = demuxer.read(into: frames.packet)
        // Waiting for a camera costs nothing: decoding is what counts.
        began += .now - waited
        // Where a wait was ended, a parser may still hand out what it had kept: the sender sent nothing.
        if code < 0 || watch.isOverdue { ended = failures.reading(code, packets: packets, watch) }
        if let ended, ended.kind == .interrupted { throw ended }
        guard ended == nil else {
          try decoding { () throws(Failure) in try decoder.send(nil) }
          continue
        }
        let (treatment, number) = frames.judgePacket()
        if treatment == .skip || treatment == .passOver {
          // The sender is there.
          watch.setDeadline(.now + failures.timeouts.silence)
          if treatment == .passOver, .now - sent > failures.timeouts.keyframe { throw noKeyframe }
          continue
        }
        sent = .now
        packets += 1
        let damaged = decoder.damagedPackets
        try decoding { () throws(Failure) in
          try decoder.send(
            frames.packet, number: number, ifReferenced: treatment == .decodeIfReferenced,
            isAlone: treatment == .decodeAlone)
        }
        if decoder.damagedPackets > damaged, frames.packet.pointee.flags & AV_PKT_FLAG_CORRUPT == 0 {
          frames.refuse(number)
        }
      case .end:
        frames.countRest()
        throw ended ?? failures.reading(shuffled_error_eof, packets: packets, watch)
      }
    }
  }

  private var noKeyframe: SourceFailure {
    failures.read(.silent, .unavailable, "no keyframe for \(LiveFailures.text(failures.timeouts.keyframe))")
  }

  /// Counts the frame just decoded; returns it if it is selected.
  private func take(began: Instant) throws -> Frame? {
    do {
      return try frames.take(began: began, damagedPackets: decoder.damagedPackets)
    } catch {
      throw failures.read(.badData, error.kind, error.cause(frames.statistics.frames))
    }
  }

  /// What ends decoding has nothing to do with the connection.
  private func decoding<Result>(_ body: () throws(Failure) -> Result) throws -> Result {
    do { return try body() } catch { throw SourceFailure(.other, error) }
  }
}
