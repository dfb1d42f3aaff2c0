import ShuffledCore
import Store

extension SegmentRow: ResultRow {
  package static let fields = [
    "run", "stream", "label", "clock", "start", "end", "seconds", "frames", "mean_confidence", "peak",
    "ending",
  ]

  package var json: JSON { .object(members) }

  fileprivate var members: [(String, JSON)] {
    [
      ("run", .integer(run)), ("stream", .text(stream)), ("label", .text(label)),
      ("clock", .text(clock.rawValue)),
      ("start", json(start)), ("end", json(end)), ("seconds", .number(seconds)), ("frames", .integer(frames)),
      ("mean_confidence", .number(meanConfidence, places: 5)), ("peak", .number(peak, places: 5)),
      ("ending", .optional(ending)),
    ]
  }

  fileprivate func json(_ time: Int64) -> JSON {
    clock == .media ? .number(Double(time) / 1e6) : .text(WallTime(microseconds: time).rfc3339)
  }
}

extension SegmentChange {
  package var json: JSON {
    .object(
      [("change", .text(kind.rawValue))] + ((replayed ?? recorded)?.members ?? [])
        + [
          ("was_start", recorded.map { $0.json($0.start) } ?? .null),
          ("was_end", recorded.map { $0.json($0.end) } ?? .null),
        ])
  }
}
