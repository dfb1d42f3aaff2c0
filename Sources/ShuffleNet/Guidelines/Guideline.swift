/// The guidelines for efficient networks of the ShuffleNet V2 article (https://arxiv.org/abs/1807.11164, section 2), each with
/// the experiment that it rests on.
package enum Guideline: String, CaseIterable, Sendable {
  case channelRatio = "G1"
  case groups = "G2"
  case fragmentation = "G3"
  case elementwise = "G4"

  /// What the article says.
  package var claim: String {
    switch self {
    case .channelRatio: "equal channel width minimizes memory access cost"
    case .groups: "excessive group convolution increases memory access cost"
    case .fragmentation: "network fragmentation reduces the degree of parallelism"
    case .elementwise: "element-wise operations are non-negligible"
    }
  }

  /// Blocks that are compared with the first one of their list. The article's channels (tables 1 to 4, where it scales
  /// them, for x1), which hold the multiply-adds within about a percent; but for G1's last, 36 and 432, which are five short.
  package var experiments: [[GuidelineBlock]] {
    switch self {
    case .channelRatio:
      [
        [(128, 128), (90, 180), (52, 312), (37, 444)].map { .ratio(channels: $0, between: $1) }
      ]
    case .groups:
      [[(128, 1), (180, 2), (256, 4), (360, 8)].map { .grouped(channels: $0, groups: $1) }]
    case .fragmentation:
      [
        [
          .fragments(channels: 128, count: 1, .series), .fragments(channels: 90, count: 2, .series),
          .fragments(channels: 64, count: 4, .series), .fragments(channels: 90, count: 2, .parallel),
          .fragments(channels: 64, count: 4, .parallel),
        ]
      ]
    case .elementwise:
      [32, 64, 128].map { channels in
        [(true, true), (false, true), (true, false), (false, false)].map {
          .bottleneck(channels: channels, hasReLU: $0, hasShortcut: $1)
        }
      }
    }
  }
}
