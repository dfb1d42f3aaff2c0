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

  /// What is different for a label; what is nil is as for all.
  public struct LabelSettings: Equatable, Sendable {
    /// As in `Thresholds`.
    public var enter: Double?
    public var exit: Double?
    public var minimumDuration: Duration?

    public init(enter: Double? = nil, exit: Double? = nil, minimumDuration: Duration? = nil) {
      self.enter = enter
      self.exit = exit
      self.minimumDuration = minimumDuration
    }
  }

  public var thresholds: Thresholds
  /// What is different for some labels, by index.
  public var labels: [Int: LabelSettings]
  /// The time constant of an exponential moving average; zero for none.
  public var smoothing: Duration
  /// Shorter segments are not told.
  public var minimumDuration: Duration
  /// Segments end where nothing was seen for longer: what was not watched is not part of what was seen.
  public var longestGap: Duration

  public init(
    thresholds: Thresholds = Thresholds(), labels: [Int: LabelSettings] = [:],
    smoothing: Duration = .milliseconds(500), minimumDuration: Duration = .seconds(1),
    longestGap: Duration = .seconds(10)
  ) {
    self.thresholds = thresholds
    self.labels = labels
    self.smoothing = smoothing
    self.minimumDuration = minimumDuration
    self.longestGap = longestGap
  }

  /// A label's own, or those of all. A label that has only an `enter` of its own, below the `exit` of all, has that as its
  /// `exit` too.
  public func thresholds(of label: Int) -> Thresholds {
    guard let own = labels[label] else { return thresholds }
    let enter = own.enter ?? thresholds.enter
    return Thresholds(enter: enter, exit: own.exit ?? min(thresholds.exit, enter))
  }

  /// A label's own, or that of all.
  public func minimumDuration(of label: Int) -> Duration {
    labels[label]?.minimumDuration ?? minimumDuration
  }

  /// Throws a usage failure that says what makes no sense.
  /// - name: what it calls a label.
  public func validate(naming name: (Int) -> String = { "\($0)" }) throws {
    func refuse(_ cause: String) -> Failure { Failure(.usage, cannot: "find segments", because: cause) }
    let ofLabels = labels.keys.sorted().map { (" of label \(name($0))", $0) }
    for (subject, thresholds) in [("", thresholds)] + ofLabels.map({ ($0.0, thresholds(of: $0.1)) }) {
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
    let minima = ofLabels.map { ("shortest segment\($0.0)", minimumDuration(of: $0.1)) }
    for (name, value) in [("smoothing", smoothing), ("shortest segment", minimumDuration)] + minima
    where value < .zero || value > day {
      throw refuse("the \(name) is \(value.seconds) s; 0 to 86400 are possible")
    }
    guard longestGap > .zero, longestGap <= day else {
      throw refuse("the longest gap is \(longestGap.seconds) s; more than 0 and up to 86400 is possible")
    }
  }
}
