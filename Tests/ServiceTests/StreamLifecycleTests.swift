import Service
import ShuffledCore
import Testing

@Suite struct StreamLifecycleTests {
  private typealias Action = StreamLifecycle.Action

  private static func camera() -> StreamLifecycle {
    StreamLifecycle(
      .init(isLive: true, stallTimeout: .seconds(10), connectTimeout: .seconds(10)), at: Moments.at(0),
      seed: 1)
  }

  /// With frames since second 1.
  private static func observed() -> StreamLifecycle {
    var lifecycle = camera()
    _ = lifecycle.handle(.opening, at: Moments.at(0))
    _ = lifecycle.handle(.frame, at: Moments.at(1))
    return lifecycle
  }

  private static let refused = SourceProblem(.unreachable, "connection refused")

  /// What is to be done, without how long to wait.
  private static func told(_ actions: [Action]) -> [Action] {
    actions.filter { if case .retry = $0 { false } else { true } }
  }

  private static func pause(_ actions: [Action]) -> Duration? {
    for case .retry(let after) in actions { return after }
    return nil
  }

  @Test func itIsObservedFromTheFirstFrameOn() {
    var lifecycle = Self.camera()
    #expect(
      lifecycle.handle(.opening, at: Moments.at(0)) == [.note(StreamChange(.connecting, at: Moments.wall(0)))]
    )
    #expect(lifecycle.state == .connecting)
    #expect(lifecycle.handle(.frame, at: Moments.at(1)) == [.log(.info, "frames are coming")])
    #expect(lifecycle.state == .observed)
    #expect(lifecycle.since == Moments.at(1))
    #expect(lifecycle.handle(.frame, at: Moments.at(1.04)).isEmpty)
    #expect(lifecycle.handle(.tick, at: Moments.at(2)).isEmpty)
    #expect(lifecycle.reconnects == 0)
  }

  @Test func silenceIsStalledFromTheLastFrameOn() {
    var lifecycle = Self.observed()
    #expect(lifecycle.handle(.tick, at: Moments.at(5.9)).isEmpty)
    #expect(
      lifecycle.handle(.tick, at: Moments.at(6)) == [
        .note(StreamChange(.stalled, at: Moments.wall(1), reason: "no frames", wasNoticedLater: true)),
        .log(.warning, "no frame for 5 s"),
      ])
    #expect(lifecycle.state == .stalled)
    #expect(lifecycle.handle(.tick, at: Moments.at(7)).isEmpty)
    // The source's own limit is 10 s; two seconds later it is believed not to keep it.
    #expect(lifecycle.handle(.tick, at: Moments.at(12.9)).isEmpty)
    #expect(lifecycle.handle(.tick, at: Moments.at(13)) == [.interrupt])
    #expect(lifecycle.handle(.tick, at: Moments.at(13.5)).isEmpty)
    let actions = lifecycle.handle(.failed(SourceProblem(.silent, "no frame for 10 s")), at: Moments.at(13.6))
    #expect(
      Self.told(actions) == [
        .log(.warning, "no frame for 10 s"),
        .note(StreamChange(.connecting, at: Moments.wall(13.6), reason: "no frame for 10 s")),
      ])
    #expect(lifecycle.state == .backingOff)
  }

  /// Where one frame a minute is asked for, the others say that the camera is well.
  @Test func framesThatNobodyAskedForAreSignsOfLife() {
    var lifecycle = Self.observed()
    for second in stride(from: 4.0, to: 60, by: 4) {
      #expect(lifecycle.handle(.passing, at: Moments.at(second)).isEmpty)
      #expect(lifecycle.handle(.tick, at: Moments.at(second + 3)).isEmpty)
    }
    #expect(
      lifecycle.handle(.tick, at: Moments.at(61)).first
        == .note(StreamChange(.stalled, at: Moments.wall(56), reason: "no frames", wasNoticedLater: true)))
    #expect(
      lifecycle.handle(.passing, at: Moments.at(62)) == [
        .note(StreamChange(.observed, at: Moments.wall(62))),
        .log(.notice, "frames are coming again after 1 s"),
      ])
    #expect(lifecycle.state == .observed)
  }

  /// Opening has a limit of its own, which may be longer than that between frames.
  @Test func connectingMayTakeAsLongAsItMay() {
    var settings = StreamLifecycle.Settings(
      isLive: true, stallTimeout: .seconds(10), connectTimeout: .seconds(30))
    settings.reminder = .seconds(600)
    var lifecycle = StreamLifecycle(settings, at: Moments.at(0), seed: 1)
    _ = lifecycle.handle(.opening, at: Moments.at(0))
    #expect(lifecycle.handle(.tick, at: Moments.at(31)).isEmpty)
    #expect(lifecycle.handle(.tick, at: Moments.at(32)) == [.interrupt])
    #expect(lifecycle.state == .connecting)
  }

  /// Frames that are fetched when they are due cannot fail to come.
  @Test func aRecordingNeverStalls() {
    var lifecycle = StreamLifecycle(
      .init(isLive: true, stallTimeout: nil, connectTimeout: .seconds(10)), at: Moments.at(0), seed: 1)
    _ = lifecycle.handle(.opening, at: Moments.at(0))
    _ = lifecycle.handle(.frame, at: Moments.at(1))
    for hour in 1...24 { #expect(lifecycle.handle(.tick, at: Moments.at(3_600 * Double(hour))).isEmpty) }
    #expect(lifecycle.state == .observed)
  }

  @Test func frameAfterAStallEndsIt() {
    var lifecycle = Self.observed()
    _ = lifecycle.handle(.tick, at: Moments.at(7))
    #expect(
      lifecycle.handle(.frame, at: Moments.at(8)) == [.log(.notice, "frames are coming again after 1 s")])
    #expect(lifecycle.state == .observed)
  }

  @Test func anOutageIsToldOnceAndItsEnd() {
    var lifecycle = Self.observed()
    let first = lifecycle.handle(.failed(Self.refused), at: Moments.at(20))
    #expect(
      Self.told(first) == [
        .log(.warning, "connection refused"),
        .note(StreamChange(.connecting, at: Moments.wall(20), reason: "connection refused")),
      ])
    for second in stride(from: 22.0, to: 80, by: 4) {
      #expect(lifecycle.handle(.opening, at: Moments.at(second)).isEmpty)
      #expect(Self.told(lifecycle.handle(.failed(Self.refused), at: Moments.at(second + 1))).isEmpty)
      #expect(lifecycle.since == Moments.at(20))
    }
    // Another reason is news; ten minutes later the old one is to the log.
    let denied = SourceProblem(.denied, "401 Unauthorized")
    #expect(
      Self.told(lifecycle.handle(.failed(denied), at: Moments.at(90))) == [
        .log(.warning, "401 Unauthorized"),
        .note(StreamChange(.connecting, at: Moments.wall(90), reason: "401 Unauthorized")),
      ])
    #expect(
      !lifecycle.handle(.failed(denied), at: Moments.at(600)).contains(.log(.warning, "401 Unauthorized")))
    #expect(
      lifecycle.handle(.failed(denied), at: Moments.at(690)).contains(.log(.warning, "401 Unauthorized")))
    _ = lifecycle.handle(.opening, at: Moments.at(700))
    #expect(
      lifecycle.handle(.frame, at: Moments.at(740)) == [.log(.notice, "frames are coming again after 12 min")]
    )
    #expect(lifecycle.reconnects == 16)
    #expect(lifecycle.lastProblem?.problem == denied)
  }

  @Test func waitsGrowUntilItIsWellForAWhile() throws {
    var lifecycle = Self.observed()
    var pauses: [Double] = []
    for attempt in 0..<6 {
      _ = lifecycle.handle(.opening, at: Moments.at(Double(100 + attempt)))
      // One frame is not yet well.
      _ = lifecycle.handle(.frame, at: Moments.at(Double(100 + attempt) + 0.1))
      let actions = lifecycle.handle(
        .failed(SourceProblem(.ended, "the camera closed the connection")),
        at: Moments.at(Double(100 + attempt) + 0.2))
      pauses.append(try #require(Self.pause(actions)).seconds)
    }
    for (pause, whole) in zip(pauses, [1.0, 2, 4, 8, 16, 30]) {
      #expect(pause >= whole / 2 && pause <= whole, "\(pauses)")
    }
    _ = lifecycle.handle(.opening, at: Moments.at(200))
    for second in stride(from: 201.0, through: 212, by: 1) {
      _ = lifecycle.handle(.frame, at: Moments.at(second))
    }
    let actions = lifecycle.handle(.failed(Self.refused), at: Moments.at(213))
    #expect(try #require(Self.pause(actions)) <= .seconds(1))
  }

  @Test func aFrozenPictureIsToldFromWhenItStood() {
    var lifecycle = Self.observed()
    _ = lifecycle.handle(.frame, at: Moments.at(61))
    #expect(
      lifecycle.handle(.frozen(since: Moments.wall(2)), at: Moments.at(62)) == [
        .note(
          StreamChange(
            .frozen, at: Moments.wall(2), reason: "the picture does not change", wasNoticedLater: true)),
        .log(.warning, "the picture has not changed since 2026-09-21T14:13:22Z"),
      ])
    #expect(lifecycle.state == .frozen)
    // Frames go on coming, which is no news.
    #expect(lifecycle.handle(.frame, at: Moments.at(63)).isEmpty)
    #expect(
      lifecycle.handle(.frozen(since: nil), at: Moments.at(64)) == [
        .note(StreamChange(.observed, at: Moments.wall(64))), .log(.notice, "the picture changes again"),
      ])
    #expect(lifecycle.state == .observed)
  }

  @Test func aFrozenPictureCanStallToo() {
    var lifecycle = Self.observed()
    _ = lifecycle.handle(.frozen(since: Moments.wall(1)), at: Moments.at(1.5))
    _ = lifecycle.handle(.tick, at: Moments.at(8))
    #expect(lifecycle.state == .stalled)
  }

  /// Its source goes on where it had stopped, and the detector has told once.
  @Test func aFrozenPictureThatStalledIsFrozenAgain() {
    var lifecycle = Self.observed()
    _ = lifecycle.handle(.frozen(since: Moments.wall(1)), at: Moments.at(1.5))
    _ = lifecycle.handle(.tick, at: Moments.at(8))
    #expect(
      lifecycle.handle(.frame, at: Moments.at(9)) == [
        .log(.notice, "frames are coming again after 1 s"),
        .note(StreamChange(.frozen, at: Moments.wall(9), reason: "the picture does not change")),
      ])
    #expect(lifecycle.state == .frozen)
    #expect(lifecycle.reason == "the picture has not changed since 2026-09-21T14:13:21Z")
    _ = lifecycle.handle(.frozen(since: nil), at: Moments.at(10))
    #expect(lifecycle.state == .observed)
  }

  @Test func whatIsFoundWhileItStallsIsTrueAfterwards() {
    var lifecycle = Self.observed()
    _ = lifecycle.handle(.tick, at: Moments.at(8))
    #expect(lifecycle.handle(.frozen(since: Moments.wall(1)), at: Moments.at(8.5)).isEmpty)
    _ = lifecycle.handle(.frame, at: Moments.at(9))
    #expect(lifecycle.state == .frozen)
  }

  @Test func aSourceThatIsOpenedAnewIsNotFrozen() {
    var lifecycle = Self.observed()
    _ = lifecycle.handle(.frozen(since: Moments.wall(1)), at: Moments.at(1.5))
    _ = lifecycle.handle(.failed(Self.refused), at: Moments.at(2))
    _ = lifecycle.handle(.opening, at: Moments.at(3))
    _ = lifecycle.handle(.frame, at: Moments.at(4))
    #expect(lifecycle.state == .observed)
  }

  @Test func aConnectionThatTakesTooLongIsEnded() {
    var lifecycle = Self.camera()
    _ = lifecycle.handle(.opening, at: Moments.at(0))
    #expect(lifecycle.handle(.tick, at: Moments.at(11.5)).isEmpty)
    #expect(lifecycle.handle(.tick, at: Moments.at(12)) == [.interrupt])
    #expect(lifecycle.state == .connecting)
  }

  @Test func waitingBetweenAttemptsIsNoSilence() {
    var lifecycle = Self.observed()
    _ = lifecycle.handle(.failed(Self.refused), at: Moments.at(2))
    #expect(lifecycle.handle(.tick, at: Moments.at(60)).isEmpty)
    #expect(lifecycle.state == .backingOff)
  }

  @Test func aRecordingEndsAndNeverStalls() {
    var lifecycle = StreamLifecycle(
      .init(isLive: false, stallTimeout: nil, connectTimeout: .seconds(10)), at: Moments.at(0), seed: 1)
    _ = lifecycle.handle(.opening, at: Moments.at(0))
    _ = lifecycle.handle(.frame, at: Moments.at(1))
    #expect(lifecycle.handle(.tick, at: Moments.at(100)).isEmpty)
    #expect(
      lifecycle.handle(.finished, at: Moments.at(101)) == [
        .note(StreamChange(.stopped, at: Moments.wall(101), reason: "it is over")), .interrupt,
      ])
    #expect(lifecycle.state == .stopped)
  }

  @Test func nothingHappensAfterTheEnd() {
    var lifecycle = Self.observed()
    #expect(
      lifecycle.handle(.stopping("SIGTERM"), at: Moments.at(5)) == [
        .note(StreamChange(.stopped, at: Moments.wall(5), reason: "SIGTERM")), .interrupt,
      ])
    for event in [StreamLifecycle.Event.frame, .tick, .failed(Self.refused), .opening, .finished] {
      #expect(lifecycle.handle(event, at: Moments.at(100)).isEmpty)
    }
    #expect(lifecycle.state == .stopped)
    #expect(lifecycle.reason == "SIGTERM")
  }

  /// Whatever happens in whatever order: a frame means observed or frozen, a failure always says when to try again, and
  /// waits keep their limits.
  @Test func anyOrderOfEventsKeepsThePromises() {
    var chance = SeededGenerator(seed: 7)
    for _ in 0..<300 {
      var (lifecycle, time) = (Self.camera(), 0.0)
      for _ in 0..<200 {
        time += Double.random(in: 0...8, using: &chance)
        let kinds = SourceProblem.Kind.allCases
        let events: [StreamLifecycle.Event] = [
          .opening, .frame, .frame, .tick, .tick, .frozen(since: Moments.wall(time)), .frozen(since: nil),
          .failed(SourceProblem(kinds[Int.random(in: 0..<kinds.count, using: &chance)], "reason")),
        ]
        let event = events[Int.random(in: 0..<events.count, using: &chance)]
        let actions = lifecycle.handle(event, at: Moments.at(time))
        switch event {
        case .frame: #expect([.observed, .frozen].contains(lifecycle.state))
        case .failed:
          let pause = Self.pause(actions) ?? .zero
          #expect(pause >= .seconds(0.5) && pause <= .seconds(90))
          #expect(lifecycle.state == .backingOff)
        case .opening: #expect(lifecycle.state == .connecting)
        default: #expect(Self.pause(actions) == nil)
        }
      }
    }
  }
}
