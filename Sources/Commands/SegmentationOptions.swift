import Segmentation
import ShuffledCore

/// Options that say how scores of frames become segments, as they were given.
struct SegmentationOptions: Sendable {
  static let all = [
    Option(
      "enter", argument: "P", isList: true, "a segment's smoothed confidence comes up to P (default: 0.6)"),
    Option("exit", argument: "P", isList: true, "and lasts while it is at least P (default: 0.4)"),
    Option("smooth", argument: "D", "smoothed over D, such as 500ms, 2s, 1m (default: 500ms)"),
    Option("min-duration", argument: "D", isList: true, "shorter segments are left out (default: 1s)"),
  ]

  static let details = """
    --enter, --exit and --min-duration take a value for all labels, values for single ones, or both, with commas \
    between or one option each: --enter 0.6,blocky=0.8,blurred=0.7.
    """

  private let enter: [Labelled<Double>]
  private let exit: [Labelled<Double>]
  private let minimumDuration: [Labelled<Duration>]
  private let smoothing: Duration?

  static func areGiven(_ arguments: Arguments) -> Bool { all.contains { arguments.has($0.name) } }

  /// Throws a usage failure for values that cannot be read. Whether they go together is seen in `settings`.
  init(_ arguments: Arguments) throws {
    let shares = "it takes numbers from 0 to 1, for all labels or as LABEL=0.8"
    func share(_ text: String) -> Double? { Double(text).flatMap { (0...1).contains($0) ? $0 : nil } }
    enter = try arguments.labelled("enter", shares, share)
    exit = try arguments.labelled("exit", shares, share)
    smoothing = try arguments.duration("smooth")
    minimumDuration = try arguments.labelled(
      "min-duration", "it takes durations such as 500ms, 2s, 1m or 1h, for all labels or as LABEL=2s",
      Duration.init(text:))
  }

  /// Names of the labels that have values of their own.
  var labels: [String] { (enter + exit).compactMap(\.label) + minimumDuration.compactMap(\.label) }

  /// - base: what is not said is as there.
  /// Throws a usage failure where they make no sense.
  func settings(base: NamedSegmentation = NamedSegmentation()) throws -> NamedSegmentation {
    var settings = base
    for given in enter { settings.set(\.thresholds.enter, \.enter, given) }
    for given in exit { settings.set(\.thresholds.exit, \.exit, given) }
    for given in minimumDuration { settings.set(\.minimumDuration, \.minimumDuration, given) }
    if let smoothing { settings.common.smoothing = smoothing }
    let isForAll = { (given: Labelled<Double>) in given.label == nil }
    if enter.contains(where: isForAll), !exit.contains(where: isForAll) {
      let thresholds = settings.common.thresholds
      settings.common.thresholds.exit = min(thresholds.exit, thresholds.enter)
    }
    try settings.validate()
    return settings
  }
}

/// A value that an option gives for all labels, or for one.
struct Labelled<Value: Sendable>: Sendable {
  /// nil: all.
  var label: String?
  var value: Value
}

extension NamedSegmentation {
  fileprivate mutating func set<Value>(
    _ common: WritableKeyPath<SegmentationSettings, Value>,
    _ own: WritableKeyPath<SegmentationSettings.LabelSettings, Value?>, _ given: Labelled<Value>
  ) {
    guard let label = given.label else {
      self.common[keyPath: common] = given.value
      return
    }
    labels[label, default: .init()][keyPath: own] = given.value
  }
}

extension Arguments {
  /// The values of a list such as `0.6,blocky=0.8`. Labels may have commas and equals signs in them. Throws a usage failure,
  /// with the cause `wanted`, for what is none.
  fileprivate func labelled<Value>(
    _ name: String, _ wanted: String, _ value: (String) -> Value?
  ) throws -> [Labelled<Value>] {
    guard let text = text(name) else { return [] }
    var found: [Labelled<Value>] = []
    // What may be a label up to one of its commas.
    var begun: String?
    for piece in text.split(separator: ",", omittingEmptySubsequences: false) {
      let item = begun.map { "\($0),\(piece)" } ?? String(piece)
      let equals = item.lastIndex(of: "=")
      if let equals, let value = value(String(item[item.index(after: equals)...])) {
        found.append(Labelled(label: String(item[..<equals]), value: value))
        begun = nil
      } else if begun == nil, let value = value(item) {
        found.append(Labelled(label: nil, value: value))
      } else {
        begun = item
      }
    }
    if let begun { throw Self.wrong(name, begun, wanted) }
    return found
  }

  /// `500ms`, `2s`, `1.5s`, `1m`, `1h`. Throws a usage failure for anything else.
  fileprivate func duration(_ name: String) throws -> Duration? {
    guard let text = text(name) else { return nil }
    guard let duration = Duration(text: text) else {
      throw Self.wrong(name, text, "it takes a duration such as 500ms, 2s, 1m or 1h")
    }
    return duration
  }
}
