import Commands
import ShuffledCore
import Testing

@Suite struct LevelSelectionTests {
  @Test(arguments: [
    (FrameSelection.all, [FrameSelection.all, .every(2), .every(4), .keyframes]),
    (.every(3), [.every(3), .every(6), .every(12), .keyframes]),
    (.rate(5), [.rate(5), .rate(2.5), .rate(1.25), .keyframes]),
    (.keyframes, [.keyframes, .keyframes, .keyframes, .keyframes]),
  ])
  func lessAndLess(asked: FrameSelection, levels: [FrameSelection]) {
    #expect(RateLevel.allCases.map(LevelSelection(asked).selection) == levels)
  }

  @Test func keyframesAreTheLeast() {
    #expect(LevelSelection(.rate(5)).lowest == .keyframes)
    #expect(LevelSelection(.keyframes).lowest == .asAsked)
  }

  /// Of a camera that sends nothing else, keyframes come no faster than a quarter of what was asked for.
  @Test(arguments: [
    (FrameSelection.rate(5), 0.8), (.every(5), 0.4), (.all, 0.08), (.keyframes, 0),
  ])
  func keyframesAreNoMoreThanAQuarter(asked: FrameSelection, seconds: Double) {
    let levels = LevelSelection(asked)
    #expect(levels.leastDistance(at: .keyframes, frameRate: 50) == .seconds(seconds))
    #expect(levels.leastDistance(at: .quarter, frameRate: 50) == .zero)
  }

  @Test func withoutARateItIs25() {
    #expect(LevelSelection(.every(5)).leastDistance(at: .keyframes, frameRate: nil) == .milliseconds(800))
  }
}
