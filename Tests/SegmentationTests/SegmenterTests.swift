import Segmentation
import ShuffledCore
import Testing

@Suite struct SegmenterTests {
  /// One label's confidences at 10 frames a second.
  private func segments(
    _ confidences: [Float], _ settings: SegmentationSettings, step: Int64 = 100_000
  ) -> [SegmentEvent] {
    var segmenter = Segmenter(settings)
    var events: [SegmentEvent] = []
    for (index, confidence) in confidences.enumerated() {
      events += segmenter.add(
        [Prediction(index: 3, confidence: confidence)], time: Int64(index) * step, sequence: Int64(index))
    }
    return events + segmenter.finish()
  }

  private func plain(
    enter: Double = 0.6, exit: Double = 0.4, minimum: Duration = .zero
  ) -> SegmentationSettings {
    SegmentationSettings(
      thresholds: .init(enter: enter, exit: exit), smoothing: .zero, minimumDuration: minimum)
  }

  private func segment(
    _ start: Int64, _ end: Int64, frames: ClosedRange<Int64>, peak: Double, sum: Double,
    _ ending: Segment.Ending?
  ) -> Segment {
    Segment(
      label: 3, start: start, end: end, firstSequence: frames.lowerBound, lastSequence: frames.upperBound,
      frames: Int64(frames.count), peak: peak, confidenceSum: sum, ending: ending)
  }

  @Test func itLastsFromTheLowThresholdToTheLowThreshold() {
    #expect(
      segments([0, 0.5, 0.75, 0.5, 0.5, 0.25, 0], plain())
        == [
          .opened(segment(100_000, 200_000, frames: 1...2, peak: 0.75, sum: 1.25, nil)),
          .closed(segment(100_000, 500_000, frames: 1...4, peak: 0.75, sum: 2.25, .faded)),
        ])
  }

  @Test func whatNeverComesUpToTheHighThresholdIsNone() {
    #expect(segments([0, 0.5, 0.5, 0.5, 0, 0.5], plain()) == [])
  }

  @Test func aShortOneIsNotTold() {
    let settings = plain(minimum: .milliseconds(300))
    #expect(segments([0, 0.75, 0.75, 0, 0], settings) == [])
    #expect(
      segments([0, 0.75, 0.75, 0.75, 0, 0], settings)
        == [.closed(segment(100_000, 400_000, frames: 1...3, peak: 0.75, sum: 2.25, .faded))],
      "its end made it long enough, so it was never open")
    #expect(
      segments([0, 0.75, 0.75, 0.75, 0.75, 0], settings)
        == [
          .opened(segment(100_000, 400_000, frames: 1...4, peak: 0.75, sum: 3, nil)),
          .closed(segment(100_000, 500_000, frames: 1...4, peak: 0.75, sum: 3, .faded)),
        ])
  }

  @Test func whatGoesOnIsEnded() {
    #expect(
      segments([0.75, 0.75], plain()).last
        == .closed(segment(0, 100_000, frames: 0...1, peak: 0.75, sum: 1.5, .ended)))
  }

  @Test func aGapEndsIt() {
    var settings = plain()
    settings.longestGap = .seconds(1)
    var segmenter = Segmenter(settings)
    let seen = [Prediction(index: 3, confidence: 1)]
    #expect(segmenter.add(seen, time: 0, sequence: 0).count == 1)
    #expect(segmenter.add(seen, time: 1_000_000, sequence: 1) == [], "a second is not more than a second")
    #expect(
      segmenter.add(seen, time: 2_000_001, sequence: 2)
        == [
          .closed(segment(0, 1_000_000, frames: 0...1, peak: 1, sum: 2, .gap)),
          .opened(segment(2_000_001, 2_000_001, frames: 2...2, peak: 1, sum: 1, nil)),
        ])
  }

  /// After its time constant an average has gone 1 - 1/e of the way, however many frames there were.
  @Test(arguments: [1, 4, 100] as [Int64]) func smoothingIsByTimeNotByFrames(frames: Int64) throws {
    var settings = SegmentationSettings()
    settings.smoothing = .seconds(2)
    var segmenter = Segmenter(settings)
    _ = segmenter.add([Prediction(index: 0, confidence: 0)], time: 0, sequence: 0)
    for frame in 1...frames {
      _ = segmenter.add(
        [Prediction(index: 0, confidence: 1)], time: 2_000_000 * frame / frames, sequence: frame)
    }
    let track = try #require(segmenter.tracks.first)
    #expect(abs(track.score - 0.632_120_558_8) < 1e-9)
  }

  @Test func oneWrongFrameDoesNotEndIt() {
    var settings = SegmentationSettings()
    settings.smoothing = .milliseconds(500)
    let events = segments([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1], settings)
    #expect(events.count == 2)
    guard case .closed(let segment) = events.last else { return }
    #expect(segment.frames == 17)
    #expect(segment.ending == .ended)
  }

  @Test func labelsHaveThresholdsOfTheirOwn() {
    var settings = plain()
    settings.labels = [1: .init(enter: 0.95, exit: 0.9)]
    var segmenter = Segmenter(settings)
    let seen = [Prediction(index: 0, confidence: 0.7), Prediction(index: 1, confidence: 0.7)]
    #expect(segmenter.add(seen, time: 0, sequence: 0).count == 1)
    #expect(segmenter.open.map(\.label) == [0])
  }

  /// What a label does not have of its own is as for all.
  @Test(
    arguments: [
      (.init(), 0.6, 0.4, 1), (.init(enter: 0.8), 0.8, 0.4, 1), (.init(enter: 0.3), 0.3, 0.3, 1),
      (.init(exit: 0.5), 0.6, 0.5, 1), (.init(enter: 0.3, exit: 0.2), 0.3, 0.2, 1),
      (.init(minimumDuration: .seconds(3)), 0.6, 0.4, 3),
    ] as [(SegmentationSettings.LabelSettings, Double, Double, Int)])
  func whatALabelDoesNotHave(
    own: SegmentationSettings.LabelSettings, enter: Double, exit: Double, seconds: Int
  ) {
    let settings = SegmentationSettings(labels: [2: own])
    #expect(settings.thresholds(of: 2) == .init(enter: enter, exit: exit))
    #expect(settings.minimumDuration(of: 2) == .seconds(seconds))
    #expect(settings.thresholds(of: 1) == .init(enter: 0.6, exit: 0.4))
    #expect(settings.minimumDuration(of: 1) == .seconds(1))
  }

  /// Label 3 lasts from its own low threshold to there, and is as short as it may be.
  @Test func theOwnOnesAreTheOnesThatCount() {
    var settings = plain(minimum: .milliseconds(300))
    settings.labels = [3: .init(enter: 0.7, exit: 0.5, minimumDuration: .milliseconds(200))]
    #expect(
      segments([0, 0.45, 0.5, 0.75, 0.45, 0, 0.65, 0.65, 0.65, 0.65, 0, 0.75, 0], settings)
        == [.closed(segment(200_000, 400_000, frames: 2...3, peak: 0.75, sum: 1.25, .faded))])
    settings.labels = [2: .init(enter: 0.9, exit: 0.9, minimumDuration: .seconds(9))]
    #expect(
      segments([0, 0.625, 0.625, 0.625, 0], settings)
        == [.closed(segment(100_000, 400_000, frames: 1...3, peak: 0.625, sum: 1.875, .faded))],
      "another label's are not")
  }

  /// What is kept over a restart is enough.
  @Test(arguments: 1...29) func anotherOneGoesOn(stop: Int) {
    var generator = SeededGenerator(seed: 5)
    let frames = (0..<30).map { _ in
      (0..<3).map { Prediction(index: $0, confidence: Float.random(in: 0...1, using: &generator)) }
    }
    var settings = SegmentationSettings(thresholds: .init(enter: 0.55, exit: 0.5))
    settings.smoothing = .milliseconds(200)
    settings.minimumDuration = .milliseconds(200)
    var whole = Segmenter(settings)
    var parts = Segmenter(settings)
    var (a, b): ([SegmentEvent], [SegmentEvent]) = ([], [])
    for (index, predictions) in frames.enumerated() {
      if index == stop {
        parts = Segmenter(
          settings, tracks: parts.tracks, lastTime: parts.lastTime)
      }
      a += whole.add(predictions, time: Int64(index) * 100_000, sequence: Int64(index))
      b += parts.add(predictions, time: Int64(index) * 100_000, sequence: Int64(index))
    }
    a += whole.finish()
    b += parts.finish()
    #expect(a == b)
    #expect(a.count > 3)
  }

  @Test func aClockThatGoesBackALittleStandsStill() {
    var segmenter = Segmenter(plain())
    let seen = [Prediction(index: 3, confidence: 1)]
    _ = segmenter.add(seen, time: 5_000_000, sequence: 0)
    _ = segmenter.add(seen, time: 4_000_000, sequence: 1)
    #expect(segmenter.lastTime == 5_000_000)
    #expect(
      segmenter.finish() == [.closed(segment(5_000_000, 5_000_000, frames: 0...1, peak: 1, sum: 2, .ended))])
  }

  /// As a camera's does that was connected to anew, or a stream's after 26.5 hours of 33 bits.
  @Test(arguments: [3_999_999, 0, -95_000_000_000] as [Int64]) func aClockThatBeginsAnewIsAGap(time: Int64) {
    var segmenter = Segmenter(plain())
    let seen = [Prediction(index: 3, confidence: 1)]
    _ = segmenter.add(seen, time: 5_000_000, sequence: 0)
    #expect(
      segmenter.add(seen, time: time, sequence: 1)
        == [
          .closed(segment(5_000_000, 5_000_000, frames: 0...0, peak: 1, sum: 1, .gap)),
          .opened(segment(time, time, frames: 1...1, peak: 1, sum: 1, nil)),
        ])
    #expect(segmenter.lastTime == time)
    #expect(segmenter.add([], time: time + 40_000, sequence: 2).count == 1, "and it ends when it is over")
  }

  /// A thousand classes, of which others are seen all the time, leave no more behind than was seen lately.
  @Test func whatIsForgottenIsGone() {
    var segmenter = Segmenter(SegmentationSettings())
    for frame in 0..<10_000 {
      _ = segmenter.add(
        [Prediction(index: frame % 1000, confidence: 0.3)], time: Int64(frame) * 40_000,
        sequence: Int64(frame))
    }
    #expect(segmenter.tracks.count < 120)
  }

  static let nonsense: [(SegmentationSettings, String)] = {
    func changed(_ change: (inout SegmentationSettings) -> Void) -> SegmentationSettings {
      var settings = SegmentationSettings()
      change(&settings)
      return settings
    }
    return [
      (
        changed { $0.thresholds.enter = 1.5 },
        "the enter threshold is 1.5; more than 0 and up to 1 is possible"
      ),
      (
        changed { $0.thresholds.exit = 0.7 },
        "the exit threshold is 0.7; more than 0 and up to the enter threshold, 0.6, is possible"
      ),
      (
        changed { $0.labels[4] = .init(enter: 0.5, exit: 0) },
        "the exit threshold of label 4 is 0.0; more than 0 and up to the enter threshold, 0.5, is possible"
      ),
      (
        changed { ($0.labels[7], $0.labels[5]) = (.init(enter: 2), .init(exit: 0.75)) },
        "the exit threshold of label 5 is 0.75; more than 0 and up to the enter threshold, 0.6, is possible"
      ),
      (
        changed { $0.labels[4] = .init(minimumDuration: .seconds(90_000)) },
        "the shortest segment of label 4 is 90000.0 s; 0 to 86400 are possible"
      ),
      (changed { $0.smoothing = .seconds(-1) }, "the smoothing is -1.0 s; 0 to 86400 are possible"),
      (
        changed { $0.minimumDuration = .seconds(86_401) },
        "the shortest segment is 86401.0 s; 0 to 86400 are possible"
      ),
      (
        changed { $0.longestGap = .zero },
        "the longest gap is 0.0 s; more than 0 and up to 86400 is possible"
      ),
    ]
  }()

  @Test(arguments: nonsense) func settingsAreChecked(settings: SegmentationSettings, cause: String) {
    let failure = #expect(throws: Failure.self) { try settings.validate() }
    #expect(failure?.description == "cannot find segments: \(cause)")
    #expect(failure?.kind == .usage)
  }

  @Test func labelsAreCalledByName() {
    let settings = SegmentationSettings(labels: [1: .init(enter: 0.5, exit: 0.625)])
    let failure = #expect(throws: Failure.self) { try settings.validate { "'\(["cat", "dog"][$0])'" } }
    #expect(
      failure?.cause
        == "the exit threshold of label 'dog' is 0.625; more than 0 and up to the enter threshold, 0.5, is possible"
    )
  }
}
