import Service
import ShuffledCore
import Synchronization

/// Moments so many seconds after a beginning, on both clocks.
struct Moments {
  static let began = Moment(wall: WallTime(microseconds: 1_790_000_000_000_000), instant: .now)

  static func at(_ seconds: Double) -> Moment {
    Moment(wall: wall(seconds), instant: began.instant + .microseconds(Int64(seconds * 1e6)))
  }

  static func wall(_ seconds: Double) -> WallTime {
    WallTime(microseconds: began.wall.microseconds + Int64(seconds * 1e6))
  }
}
