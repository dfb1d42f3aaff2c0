import CFFmpeg
import ShuffledCore
import Synchronization

/// The frames of a camera or another source that does not wait: RTSP, HTTP and HLS, MPEG transport streams over UDP or SRT, cameras of
/// this machine. Every blocking call has a limit, and can be ended by an `Interruption`.
///
/// A live source has no end: where its sender closes the connection, that is a failure like another.
///
/// `@unchecked Sendable`: `information` never changes and `statistics` has a lock. The rest belongs to whichever thread is inside
/// `next()`, one at a time, which `isBusy` enforces.
public final class LiveSource: FrameSource, @unchecked Sendable {
  /// What the stream says of itself.
  public let information: VideoInformation

  /// What was decoded so far. Any thread.
  public var statistics: DecodingStatistics { counts.withLock { $0 } }

  private let failures: LiveFailures
  private let watch: BlockingWatch
  private let demuxer: LiveDemuxer
  private let decoder: Decoder
  private var selector: FrameSelector
  private let packet: UnsafeMutablePointer<AVPacket>
  private let frame: UnsafeMutablePointer<AVFrame>
  private let firstSequence: Int64
  private var decoded: Int64 = 0
  private var damagedFrames: Int64 = 0
  /// Since the last frame.
  private var packets = 0
  private let isBusy = Atomic<Bool>(false)
  private let counts = Mutex(DecodingStatistics())

  /// Connects; blocks for `timeouts.connect` at most. Throws `SourceFailure`. The address's password is in no message.
  /// - Parameters:
  ///   - firstSequence: the number of the first frame, for a stream that was connected to before.
  ///   - interruption: ends this call and `next`.
  public init(
    _ address: LiveAddress, selection: FrameSelection = .all, timeouts: LiveTimeouts = LiveTimeouts(),
    firstSequence: Int64 = 0, interruption: Interruption = Interruption()
  ) throws {
    let (watch, failures) = (BlockingWatch(interruption), LiveFailures(address: address, timeouts: timeouts))
    watch.setDeadline(.now + timeouts.connect)
    demuxer = try LiveDemuxer(address, failures, watch)
    do {
      // One thread: with more, frames come later by as many.
      decoder = try Decoder(for: demuxer, cannot: "decode \(address.noun)", address.shown, threads: 1)
    } catch {
      throw SourceFailure(.badData, error)
    }
    guard let packet = av_packet_alloc(), let frame = av_frame_alloc() else {
      throw failures.opening(shuffled_averror(ENOMEM), watch)
    }
    (self.packet, self.frame) = (packet, frame)
    (self.watch, self.failures, self.firstSequence) = (watch, failures, firstSequence)
    information = demuxer.information
    selector = FrameSelector(
      selection, frameRate: information.frameRate,
      timestampUnit: .microseconds(max(1, microseconds(1, demuxer.timeBase))))
  }

  deinit {
    var packet: UnsafeMutablePointer<AVPacket>? = packet
    av_packet_free(&packet)
    var frame: UnsafeMutablePointer<AVFrame>? = frame
    av_frame_free(&frame)
  }

  /// The next selected frame; never nil. Blocks while it waits for one, for `timeouts.silence` without any at most. Throws
  /// `SourceFailure` when the source cannot go on; it is then of no more use.
  public func next() throws -> Frame? {
    precondition(!isBusy.exchange(true, ordering: .acquiring), "two threads called next() at once")
    defer { isBusy.store(false, ordering: .releasing) }
    var began = Instant.now
    watch.setDeadline(began + failures.timeouts.silence)
    while true {
      let result: Decoder.ReceiveResult
      do { result = try decoder.receive(into: frame) } catch { throw SourceFailure(.other, error) }
      switch result {
      case .frame:
        watch.setDeadline(.now + failures.timeouts.silence)
        if let taken = take(began: began) { return taken }
      case .needsPacket:
        let waited = Instant.now
        let code = demuxer.read(into: packet)
        guard code >= 0 else { throw failures.reading(code, packets: packets, watch) }
        // Waiting for a camera costs nothing: decoding is what counts.
        began += .now - waited
        packets += 1
        do { try decoder.send(packet) } catch { throw SourceFailure(.other, error) }
      case .end: throw failures.reading(shuffled_error_eof, packets: packets, watch)
      }
    }
  }

  /// Counts the frame just decoded; returns it if it is selected.
  private func take(began: Instant) -> Frame? {
    defer { av_frame_unref(frame) }
    let number = firstSequence + decoded
    decoded += 1
    packets = 0
    let timestamp = frame.pointee.best_effort_timestamp
    let mediaTime =
      timestamp == shuffled_no_timestamp
      ? nil : MediaTime(microseconds: microseconds(timestamp, demuxer.timeBase))
    if frame.pointee.decode_error_flags != 0 || frame.pointee.flags & AV_FRAME_FLAG_CORRUPT != 0 {
      damagedFrames += 1
    }
    let isSelected = selector.selects(sequence: number, at: mediaTime)
    let picture = isSelected ? Picture(taking: frame, orientation: information.orientation) : nil
    counts.withLock {
      $0.decoded = decoded
      $0.damagedPackets = decoder.damagedPackets
      $0.damagedFrames = damagedFrames
      if picture != nil { $0.selected += 1 }
      if let mediaTime { $0.lastMediaTime = mediaTime }
    }
    guard let picture else { return nil }
    return Frame(
      sequence: number, mediaTime: mediaTime, wallTime: .now(), decode: .now - began, picture: picture)
  }
}
