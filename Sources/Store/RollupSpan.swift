/// The stretches of the wall clock, counted from 1970, that rollups are kept by. An hour's is the sum of its minutes', so that
/// months are read in a moment.
enum RollupSpan: String, CaseIterable {
  case minute, hour

  var microseconds: Int64 { self == .minute ? 60_000_000 : 3_600_000_000 }

  /// The one that a time is in.
  func of(_ wall: Int64) -> Int64 { (wall - (wall < 0 ? microseconds - 1 : 0)) / microseconds }

  /// Where it begins.
  func start(_ number: Int64) -> Int64 { number * microseconds }
}
