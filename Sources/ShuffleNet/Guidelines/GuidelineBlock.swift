/// A block of the experiments behind the guidelines of the ShuffleNet V2 article.
package enum GuidelineBlock: Hashable, Sendable {
  package enum Arrangement: Hashable, Sendable {
    /// One after the other.
    case series
    /// All of the same input; their results are added up.
    case parallel
  }

  /// Two pointwise convolutions, of so many channels to so many others and back.
  case ratio(channels: Int, between: Int)
  /// Two pointwise convolutions in groups that do not see each other's channels.
  case grouped(channels: Int, groups: Int)
  /// Pointwise convolutions.
  case fragments(channels: Int, count: Int, Arrangement)
  /// Pointwise, 3x3 depthwise, pointwise; the block's input is added to the result. The article's 3x3 convolution sees all
  /// channels: ours does not, as in the units that the guidelines led to.
  case bottleneck(channels: Int, hasReLU: Bool, hasShortcut: Bool)

  /// Of its input, and of what lies between where that is another number.
  package var channels: [Int] {
    switch self {
    case .ratio(let channels, let between): [channels, between]
    case .grouped(let channels, _), .fragments(let channels, _, _), .bottleneck(let channels, _, _):
      [channels]
    }
  }

  /// What it differs in from the others of its experiment.
  package var variant: String {
    switch self {
    case .ratio(let channels, let between): "1:\(between / channels)"
    case .grouped(_, let groups): groups == 1 ? "1 group" : "\(groups) groups"
    case .fragments(_, 1, _): "1 fragment"
    case .fragments(_, let count, .series): "\(count) in series"
    case .fragments(_, let count, .parallel): "\(count) in parallel"
    case .bottleneck(_, true, true): "ReLU and shortcut"
    case .bottleneck(_, true, false): "ReLU"
    case .bottleneck(_, false, true): "shortcut"
    case .bottleneck(_, false, false): "neither"
    }
  }
}
