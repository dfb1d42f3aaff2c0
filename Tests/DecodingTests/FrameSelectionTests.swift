import Decoding
import ShuffledCore
import Testing

@Suite struct FrameSelectionTests {
  /// The numbers of the frames chosen from `times`, in microseconds.
  func chosen(
    _ selection: FrameSelection, _ times: [Int64?], frameRate: Double? = 25, unit: Duration = .microseconds(1)
  ) -> [Int] {
    var selector = FrameSelector(selection, frameRate: frameRate, timestampUnit: unit)
    return times.indices.filter { index in
      selector.selects(sequence: Int64(index), at: times[index].map { MediaTime(microseconds: $0) })
    }
  }

  func times(_ count: Int, rate: Double, from start: Double = 0, unit: Double = 1e-6) -> [Int64?] {
    (0..<count).map { Int64((((start + Double($0) / rate) / unit).rounded() * unit * 1e6).rounded()) }
  }

  @Test func all() { #expect(chosen(.all, [nil, 5, 3]) == [0, 1, 2]) }

  @Test func everySoMany() {
    #expect(chosen(.every(1), times(4, rate: 25)) == [0, 1, 2, 3])
    #expect(chosen(.every(3), times(8, rate: 25)) == [0, 3, 6])
    #expect(chosen(.every(100), times(8, rate: 25)) == [0])
  }

  @Test func theFirstOfEachSlot() {
    #expect(chosen(.rate(5), times(25, rate: 25)) == [0, 5, 10, 15, 20])
    #expect(chosen(.rate(1), times(60, rate: 25)) == [0, 25, 50])
    #expect(chosen(.rate(0.5), times(101, rate: 25)) == [0, 50, 100])
    // 10 of 25 a second: slots begin at 0, 2.5, 5, 7.5 ... frames.
    #expect(chosen(.rate(10), times(11, rate: 25)) == [0, 3, 5, 8, 10])
    // More than there are.
    #expect(chosen(.rate(60), times(5, rate: 25)) == [0, 1, 2, 3, 4])
  }

  @Test func theStreamsOwnRateTakesEveryFrameDespiteRounding() {
    for rate in [24, 25, 29.97, 30, 30_000.0 / 1001, 50, 59.94, 60] {
      #expect(chosen(.rate(rate), times(300, rate: rate)).count == 300, "\(rate)")
      let milliseconds = times(300, rate: rate, unit: 1e-3)
      #expect(
        chosen(.rate(rate), milliseconds, unit: .milliseconds(1)).count == 300, "\(rate) in milliseconds")
    }
  }

  @Test func theFirstFrameBeginsTheFirstSlot() {
    #expect(chosen(.rate(1), times(60, rate: 25, from: 1.48)) == [0, 25, 50])
    #expect(chosen(.rate(1), times(60, rate: 25, from: -3.3)) == [0, 25, 50])
  }

  @Test func gapsChooseNothingTwice() {
    #expect(chosen(.rate(1), [0, 5_000_000, 5_100_000, 6_200_000]) == [0, 1, 3])
    // Out of order by a little.
    #expect(chosen(.rate(10), [0, 100_000, 80_000, 110_000, 200_000]) == [0, 1, 4])
    // A new recording joined on: it starts again.
    #expect(chosen(.rate(1), [8_000_000, 9_000_000, 0, 400_000, 1_000_000]) == [0, 1, 2, 4])
  }

  @Test func missingTimestampsFollowTheFrameRate() {
    #expect(chosen(.rate(5), [Int64?](repeating: nil, count: 11), frameRate: 25) == [0, 5, 10])
    #expect(chosen(.rate(5), [Int64?](repeating: nil, count: 11), frameRate: 10) == [0, 2, 4, 6, 8, 10])
    #expect(chosen(.rate(5), [Int64?](repeating: nil, count: 11), frameRate: nil) == [0, 5, 10])
    #expect(chosen(.rate(5), [0, nil, nil, 400_000, nil, nil], frameRate: 10) == [0, 2, 3, 5])
  }

  // MARK: Ruling out

  @Test func nothingIsRuledOutBeforeTheFirst() {
    let selector = FrameSelector(.rate(1), frameRate: 25, timestampUnit: .microseconds(1))
    #expect(!selector.rulesOut(sequence: 3, at: MediaTime(microseconds: 0), after: nil))
    for selection in [FrameSelection.all, .keyframes] {
      let selector = FrameSelector(selection, frameRate: 25, timestampUnit: .microseconds(1))
      #expect(!selector.rulesOut(sequence: 3, at: MediaTime(microseconds: 0), after: nil))
    }
    let third = FrameSelector(.every(3), frameRate: 25, timestampUnit: .microseconds(1))
    #expect(third.rulesOut(sequence: 4, at: MediaTime(microseconds: 0), after: nil))
    #expect(!third.rulesOut(sequence: 6, at: MediaTime(microseconds: 0), after: nil))
    #expect(!third.rulesOut(sequence: nil, at: MediaTime(microseconds: 0), after: nil))
  }

  /// Groups of frames in random orders of decoding, at random times: the choice is that of a selector that sees every frame.
  @Test func whatIsRuledOutIsNeverSelected() {
    var random = SeededGenerator(seed: 7)
    var ruledOut = 0
    for round in 0..<400 {
      let rate = Double.random(in: 0.5...40, using: &random)
      var time: Int64 = Int64.random(in: -1_000_000...1_000_000, using: &random)
      let times = (0..<60).map { _ in
        time += Int64.random(in: 1...100_000, using: &random)
        return time
      }
      var reference = FrameSelector(.rate(rate), frameRate: 25, timestampUnit: .microseconds(1))
      let expected = times.indices.filter {
        reference.selects(sequence: Int64($0), at: MediaTime(microseconds: times[$0]))
      }
      // Groups of up to 8, each in any order.
      var order: [Int] = []
      while order.count < times.count {
        let count = min(Int.random(in: 1...8, using: &random), times.count - order.count)
        order += (order.count..<order.count + count).shuffled(using: &random)
      }
      var selector = FrameSelector(.rate(rate), frameRate: 25, timestampUnit: .microseconds(1))
      var (read, skipped): (Set<Int>, Set<Int>) = ([], [])
      var left = 0
      var given: [Int] = []
      func leave() {
        let moment = MediaTime(microseconds: times[left])
        if skipped.contains(left) {
          selector.pass(moment)
        } else if selector.selects(sequence: Int64(left), at: moment) {
          given.append(left)
        }
        left += 1
      }
      for (position, index) in order.enumerated() {
        let predecessor = read.filter { $0 >= left && $0 < index }.max()
        if selector.rulesOut(
          sequence: nil, at: MediaTime(microseconds: times[index]),
          after: predecessor.map { MediaTime(microseconds: times[$0]) })
        {
          skipped.insert(index)
        }
        read.insert(index)
        // Nothing before a group's end is certain to be in order; some of what is leaves the decoder.
        while left < position - 7, Bool.random(using: &random) { leave() }
      }
      while left < times.count { leave() }
      ruledOut += skipped.count
      #expect(given == expected, "round \(round)")
    }
    #expect(ruledOut > 4000)
  }
}
