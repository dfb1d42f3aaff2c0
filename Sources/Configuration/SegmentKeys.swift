import Segmentation
import ShuffledCore

/// What a configuration may say of how segments are found.
enum SegmentKeys {
  private static let defaults = NamedSegmentation()
  private static let share = 0.0...1.0
  private static let lengths = Duration.zero...Duration.seconds(86_400)

  static var all: [ConfigKey<NamedSegmentation>] {
    [
      ConfigKey(
        "enter", ConfigType.number(share), \.common.thresholds.enter, default: defaults,
        "a segment's smoothed confidence comes up to this"),
      ConfigKey(
        "exit", ConfigType.number(share), \.common.thresholds.exit, default: defaults,
        "and it lasts while that is at least this"),
      ConfigKey(
        "smooth", ConfigType.duration(lengths), \.common.smoothing, default: defaults,
        "time constant of the smoothing; '0s': none"),
      ConfigKey(
        "min_duration", ConfigType.duration(lengths), \.common.minimumDuration, default: defaults,
        "shorter segments are left out"),
      ConfigKey(
        "longest_gap", ConfigType.duration(.milliseconds(1)...lengths.upperBound), \.common.longestGap,
        default: defaults,
        "segments end where nothing was seen for longer"),
      ConfigKey(
        "labels", ConfigSchema(namesMatching: ".*", of: ConfigSchema(objectOf: label, "of one label"), ""),
        "what is different for some labels"
      ) { value, segmentation, reader in
        for member in reader.members(value) {
          reader.within(member.name) {
            $0.object(member.value, label, into: &segmentation.labels[member.name, default: .init()])
          }
        }
      },
    ]
  }

  private static var label: [ConfigKey<SegmentationSettings.LabelSettings>] {
    [
      ConfigKey("enter", ConfigType.number(share).optional, \.enter, default: nil, "as of all"),
      ConfigKey("exit", ConfigType.number(share).optional, \.exit, default: nil, "as of all"),
      ConfigKey(
        "min_duration", ConfigType.duration(lengths).optional, \.minimumDuration, default: nil, "as of all"),
    ]
  }
}
