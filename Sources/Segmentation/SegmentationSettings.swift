import ShuffledCore

/// How scores of frames become segments.
public struct SegmentationSettings: Equatable, Sendable {
  /// Where a label's segment begins and ends, as smoothed confidences.
  public struct Thresholds: Equatable, Sendable {
    /// A segment is one only if its score comes up to this.
    public var enter: Double
    /// It lasts as long as its score stays at or above this.
    public var exit: Double

    public init(enter: Double = 0.6, exit: Double = 0.4) {
      self.enter = enter
      self.exit = exit
    }
  }

  public var thresholds: Thresholds
  /// Other thresholds for some labels, by index.
  public var labelThresholds: [Int: Thresholds]
  /// The time constant of an exponential moving average; zero for none.
  public var smoothing: Duration
  /// Shorter segments are not told.
  public var minimumDuration: Duration
  /// Segments end where nothing was seen for longer: what was not watched is not part of what was seen.
  public var longestGap: Duration

  public init(
    thresholds: Thresholds = Thresholds(), labelThresholds: [Int: Thresholds] = [:],
    smoothing: Duration = .milliseconds(500), minimumDuration: Duration = .seconds(1),
    longestGap: Duration = .seconds(10)
  ) {
    self.thresholds = thresholds
    self.labelThresholds = labelThresholds
    self.smoothing = smoothing
    self.minimumDuration = minimumDuration
    self.longestGap = longestGap
  }

  func thresholds(of label: Int) -> Thresholds { labelThresholds[label] ?? thresholds }

  /// Throws a usage failure that says what makes no sense.
  public func validate() throws {
    func refuse(_ cause: String) -> Failure { Failure(.usage, cannot: "find segments", because: cause) }
    for (label, thresholds) in [(nil, thresholds)] + labelThresholds.map({ (Optional($0.key), $0.value) }) {
      let subject = label.map { " of label \($0)" } ?? ""
      guard thresholds.enter > 0, thresholds.enter <= 1 else {
        throw refuse(
          "the enter threshold\(subject) is \(thresholds.enter); more than 0 and up to 1 is possible")
      }
      guard thresholds.exit > 0, thresholds.exit <= thresholds.enter else {
        throw refuse(
          "the exit threshold\(subject) is \(thresholds.exit); more than 0 and up to the enter threshold, "
            + "\(thresholds.enter), is possible")
      }
    }
    let day = Duration.seconds(86_400)
    for (name, value) in [("smoothing", smoothing), ("shortest segment", minimumDuration)]
    where value < .zero || value > day {
      throw refuse("the \(name) is \(value.seconds) s; 0 to 86400 are possible")
    }
    guard longestGap > .zero, longestGap <= day else {
      throw refuse("the longest gap is \(longestGap.seconds) s; more than 0 and up to 86400 is possible")
    }
  }
}
