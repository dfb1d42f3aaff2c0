import ShuffledCore

/// How a run's segments are found, with labels by name: as options and configurations say it and as the run's row keeps it. A name
/// that several labels of a model have means all of them.
public struct NamedSegmentation: Equatable, Sendable {
  /// What holds for all labels. Its own `labels`, which have numbers, are empty.
  public var common = SegmentationSettings()
  /// What is different for some.
  public var labels: [String: SegmentationSettings.LabelSettings] = [:]

  public init() {}

  /// For a model.
  /// - names: of its labels, by index. Others than those mean nothing to it.
  public func settings(labels names: [Int: String]) -> SegmentationSettings {
    var settings = common
    settings.labels = names.compactMapValues { labels[$0] }
    return settings
  }

  /// Throws a usage failure that says what makes no sense.
  public func validate() throws {
    let names = labels.keys.sorted()
    try settings(labels: Dictionary(uniqueKeysWithValues: zip(0..., names))).validate { "'\(names[$0])'" }
  }
}
