import FoundationEssentials
import Segmentation
import ShuffledCore

/// Options that say how scores of frames become segments.
enum SegmentationOptions {
  static let all = [
    Option("enter", argument: "P", "a segment's smoothed confidence comes up to P (default: 0.6)"),
    Option("exit", argument: "P", "and lasts while it is at least P (default: 0.4)"),
    Option("smooth", argument: "D", "smoothed over D, such as 500ms, 2s, 1m (default: 500ms)"),
    Option("min-duration", argument: "D", "shorter segments are left out (default: 1s)"),
  ]

  static func areGiven(_ arguments: Arguments) -> Bool { all.contains { arguments.has($0.name) } }

  /// - base: what is not said is as there.
  /// Throws a usage failure where they make no sense.
  static func settings(
    _ arguments: Arguments, base: SegmentationSettings = SegmentationSettings()
  ) throws -> SegmentationSettings {
    var settings = base
    if let enter = try arguments.number("enter", in: 0...1) { settings.thresholds.enter = enter }
    if let exit = try arguments.number("exit", in: 0...1) {
      settings.thresholds.exit = exit
    } else if arguments.has("enter") {
      settings.thresholds.exit = min(settings.thresholds.exit, settings.thresholds.enter)
    }
    if let smoothing = try arguments.duration("smooth") { settings.smoothing = smoothing }
    if let minimum = try arguments.duration("min-duration") { settings.minimumDuration = minimum }
    try settings.validate()
    return settings
  }

  /// As a run's row keeps them.
  static func json(_ settings: SegmentationSettings) -> JSON {
    .object([
      ("enter", .number(settings.thresholds.enter)), ("exit", .number(settings.thresholds.exit)),
      ("smooth_seconds", .number(settings.smoothing.seconds)),
      ("min_seconds", .number(settings.minimumDuration.seconds)),
      ("longest_gap_seconds", .number(settings.longestGap.seconds)),
    ])
  }

  private struct Kept: Decodable {
    struct Segments: Decodable {
      var enter: Double
      var exit: Double
      var smoothing: Double
      var minimumDuration: Double
      var longestGap: Double

      enum CodingKeys: String, CodingKey {
        case enter, exit
        case smoothing = "smooth_seconds"
        case minimumDuration = "min_seconds"
        case longestGap = "longest_gap_seconds"
      }
    }
    var segments: Segments?
  }

  /// What a run's row keeps; the usual ones where it keeps none.
  static func settings(ofRun json: String) -> SegmentationSettings {
    guard let kept = try? JSONDecoder().decode(Kept.self, from: Data(json.utf8)).segments else {
      return SegmentationSettings()
    }
    return SegmentationSettings(
      thresholds: .init(enter: kept.enter, exit: kept.exit), smoothing: .seconds(kept.smoothing),
      minimumDuration: .seconds(kept.minimumDuration), longestGap: .seconds(kept.longestGap))
  }
}

extension Arguments {
  /// `500ms`, `2s`, `1.5s`, `1m`, `1h`. Throws a usage failure for anything else.
  func duration(_ name: String) throws -> Duration? {
    guard let text = text(name) else { return nil }
    let units: [(String, Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600)]
    for (unit, seconds) in units where text.hasSuffix(unit) {
      if let count = Double(text.dropLast(unit.count)), count.isFinite, count >= 0, count * seconds <= 86_400
      {
        return .microseconds(Int64((count * seconds * 1e6).rounded()))
      }
    }
    throw Self.wrong(name, text, "it takes a duration such as 500ms, 2s, 1m or 1h")
  }
}
