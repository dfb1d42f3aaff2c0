import Segmentation
import ShuffledCore

/// What a configuration says of one stream, with the defaults for what it does not say.
public struct StreamSettings: Equatable, Sendable {
  public var name: String
  public var isEnabled = true
  public var source: SourceSettings
  public var selection = FrameSelection.rate(5)
  public var model = "signal-health"
  /// How many classes are kept of a frame.
  public var top = 5
  public var region: RegionOfInterest?
  /// Those that are looked at; empty: all of the model's.
  public var labels: [String] = []
  public var segmentation = NamedSegmentation()
  /// How long its results are kept; nil: for ever.
  public var keepFrames: Duration?
  public var keepMinutes: Duration?
  public var connectTimeout: Duration = .seconds(10)
  public var stallTimeout: Duration = .seconds(10)
  /// nil: pictures that do not change are nothing to tell.
  public var frozenTimeout: Duration? = .seconds(60)
  /// A frame that has waited longer is dropped.
  public var maximumResultAge: Duration = .seconds(2)
  /// Decoded frames that may wait.
  public var queue = 4

  public init(name: String, source: SourceSettings) {
    self.name = name
    self.source = source
  }
}
