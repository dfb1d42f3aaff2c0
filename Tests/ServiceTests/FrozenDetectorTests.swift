import Service
import ShuffledCore
import Testing

@Suite struct FrozenDetectorTests {
  /// What is found in these signatures, five a second, with the number of the frame.
  private static func findings(_ signatures: [UInt64], timeout: Duration = .seconds(10)) -> [Int:
    FrozenDetector.Finding]
  {
    var detector = FrozenDetector(timeout: timeout)
    var found: [Int: FrozenDetector.Finding] = [:]
    for (number, signature) in signatures.enumerated() {
      found[number] = detector.add(signature, at: Moments.at(Double(number) / 5))
    }
    return found
  }

  @Test func picturesThatDifferAreNeverFrozen() {
    #expect(Self.findings((0..<5_000).map { UInt64($0) }).isEmpty)
  }

  @Test func onePictureIsFrozenSinceItCameFirst() {
    let still = [UInt64](repeating: 100, count: 200)
    // Frame 20 is the 100s' first; 50 frames later 10 s are over.
    #expect(Self.findings((0..<20).map { UInt64($0) } + still) == [70: .frozen(since: Moments.wall(4))])
  }

  @Test func theFirstNewPictureEndsIt() {
    let signatures = [UInt64](repeating: 1, count: 100) + [2, 3, 4]
    #expect(Self.findings(signatures) == [50: .frozen(since: Moments.wall(0)), 100: .thawed])
  }

  @Test(arguments: [2, 25, 128]) func aLoopIsFrozen(length: Int) {
    let signatures = (0..<1_000).map { UInt64($0 % length) }
    let last = length - 1
    #expect(Self.findings(signatures) == [last + 50: .frozen(since: Moments.wall(Double(last) / 5))])
  }

  @Test func aLongerLoopIsNotFound() {
    #expect(Self.findings((0..<1_000).map { UInt64($0 % 129) }).isEmpty)
  }

  @Test func aQuietSceneWhoseKeyframesDifferIsNotFrozen() {
    // The encoder repeats a picture for two seconds, then codes it anew.
    #expect(Self.findings((0..<1_000).map { UInt64($0 / 10) }).isEmpty)
  }

  @Test func itBeginsAnewWithANewSource() {
    var detector = FrozenDetector(timeout: .seconds(10))
    _ = detector.add(1, at: Moments.at(0))
    detector.reset()
    #expect(detector.add(1, at: Moments.at(100)) == nil)
    #expect(detector.add(1, at: Moments.at(109)) == nil)
    #expect(detector.add(1, at: Moments.at(110)) == .frozen(since: Moments.wall(100)))
  }
}
