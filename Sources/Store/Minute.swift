/// Minutes of the wall clock, counted from 1970: what rollups are kept by.
enum Minute {
  static let microseconds: Int64 = 60_000_000

  /// The one that a time is in.
  static func of(_ wall: Int64) -> Int64 { (wall - (wall < 0 ? microseconds - 1 : 0)) / microseconds }
}
