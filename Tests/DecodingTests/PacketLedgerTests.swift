import Decoding
import ShuffledCore
import Testing

@Suite struct PacketLedgerTests {
  /// Packets with these timestamps, in decoding order, all with the same fate unless told.
  private func ledger(
    _ timestamps: [Int64?], decoding: [Int64?]? = nil, _ fates: [PacketLedger.Fate]? = nil
  ) -> PacketLedger {
    var ledger = PacketLedger()
    for (index, timestamp) in timestamps.enumerated() {
      ledger.note(timestamp: timestamp, decodingTime: decoding?[index])
      ledger.enter(
        PacketLedger.Entry(
          id: Int64(index), timestamp: timestamp, time: timestamp.map { MediaTime(microseconds: $0) },
          isKeyframe: index == 0, fate: fates?[index] ?? .sent))
    }
    return ledger
  }

  @Test func packetsStandInTheOrderOfTheirFrames() {
    let ledger = ledger([0, 40, 20, 10, 30])
    #expect(ledger.isOrdered)
    #expect(ledger.entries.map(\.id) == [0, 3, 2, 4, 1])
    #expect(ledger.count(before: 0) == 0)
    #expect(ledger.count(before: 25) == 3)
    #expect(ledger.count(before: 100) == 5)
    #expect(ledger.predecessor(of: 25)?.id == 2)
    #expect(ledger.predecessor(of: 0) == nil)
  }

  @Test func whatWasSkippedBeforeAFrameCounts() {
    var ledger = ledger([0, 40, 20, 10, 30], [.sent, .sent, .ruledOut, .passed, .unseen])
    #expect(ledger.leave(0).skipped == [])
    let (entry, skipped) = ledger.leave(1)
    #expect(entry?.timestamp == 40)
    #expect(skipped.map(\.id) == [3, 2])
    #expect(ledger.entries == [])
    #expect(ledger.leave(1).entry == nil)
  }

  /// A packet that gave no frame is none, and one that was skipped at the end is one.
  @Test func whatGaveNoFrame() {
    var ledger = ledger([0, 10, 20, 30, 40], [.sent, .sent, .ruledOut, .sent, .ruledOut])
    ledger.strike(1)
    let (entry, skipped) = ledger.leave(3)
    #expect(entry?.id == 3 && skipped.map(\.id) == [2])
    #expect(ledger.end().map(\.id) == [4])
    #expect(ledger.entries == [])
  }

  @Test func predecessorsAreThoseThatCouldBeSelected() {
    let ledger = ledger([0, 10, 20, 30], [.ruledOut, .passed, .unseen, .sent])
    #expect(ledger.predecessor(of: 30)?.id == 0)
    #expect(ledger.predecessor(of: 31)?.id == 3)
  }

  @Test func withoutOrderThatOfPacketsHolds() {
    for (timestamps, decoding) in [
      ([0, 40, nil, 10], [nil, nil, nil, nil]), ([0, 40, 0, 10], [nil, nil, nil, nil]),
      ([100, 140, 0, 10], [100, 110, 0, 1]),
    ] as [([Int64?], [Int64?])] {
      var ledger = ledger(timestamps, decoding: decoding, [.sent, .ruledOut, .sent, .ruledOut])
      #expect(!ledger.isOrdered)
      #expect(ledger.entries.map(\.id) == [0, 1, 2, 3])
      #expect(ledger.leave(0).skipped == [])
      #expect(ledger.leave(2).skipped.map(\.id) == [1])
      #expect(ledger.end().map(\.id) == [3])
    }
  }

  @Test func theOldestAreGivenUp() {
    let count = PacketLedger.capacity + 10
    let ledger = ledger((0..<count).map { Int64($0) })
    #expect(ledger.entries.count == PacketLedger.capacity)
    #expect(ledger.entries.first?.id == 10)
  }
}
