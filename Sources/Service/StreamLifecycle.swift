import ShuffledCore

/// What a stream is doing and what follows from what happens to it. Pure: no clock, no threads, no I/O; events carry their moment,
/// and what is to be done is returned.
public struct StreamLifecycle: Sendable {
  public struct Settings: Equatable, Sendable {
    /// A camera: its end is a failure. Otherwise a recording, whose end is the end.
    public var isLive: Bool
    /// Without a frame for so long the source is left and tried again; for half of it, the stream is stalled. nil: frames come when we
    /// fetch them, as a recording's do, and cannot fail to come.
    public var stallTimeout: Duration?
    /// How long opening the source may take.
    public var connectTimeout: Duration
    public var backoff = Backoff.Settings()
    /// How long frames must have come before an outage counts as over and waiting begins anew with the shortest time.
    public var settled: Duration = .seconds(10)
    /// An outage that lasts is told again after so long.
    public var reminder: Duration = .seconds(600)

    public init(isLive: Bool, stallTimeout: Duration?, connectTimeout: Duration) {
      self.isLive = isLive
      self.stallTimeout = stallTimeout
      self.connectTimeout = connectTimeout
    }
  }

  public enum Event: Equatable, Sendable {
    /// The source is about to be opened.
    case opening
    case frame
    /// Frames come, though none of those that were asked for.
    case passing
    case failed(SourceProblem)
    /// A recording is over.
    case finished
    /// The frames have shown nothing new since then; nil: they do again.
    case frozen(since: WallTime?)
    /// Time has passed.
    case tick
    case stopping(String)
  }

  public enum Action: Equatable, Sendable {
    /// To be written into the database.
    case note(StreamChange)
    case log(LogPriority, String)
    /// The source does not give what it should and does not say so either: end the call that waits for it.
    case interrupt
    /// Open the source again after so long, or sooner when it is known to be back.
    case retry(after: Duration)
  }

  public private(set) var state = StreamState.connecting
  /// Since when; of an outage, since it began, however often it was tried to end it.
  public private(set) var since: Moment
  /// Why, where there is a reason.
  public private(set) var reason: String?
  /// How often it was opened again, by why it had to be.
  public private(set) var reconnectsByKind: [SourceProblem.Kind: Int] = [:]
  /// All of these.
  public var reconnects: Int { reconnectsByKind.values.reduce(0, +) }
  /// The last failure, and when.
  public private(set) var lastProblem: (problem: SourceProblem, at: WallTime)?
  public private(set) var lastFrame: Moment?

  private let settings: Settings
  private var backoff: Backoff
  private var chance: SeededGenerator
  private var wasOpened = false
  /// When the call that is under way began, or the last frame came, asked for or not.
  private var lastSign: Moment
  /// Since when frames have come without a failure.
  private var healthySince: Instant?
  /// Of an outage, why it was noted to go on last: trying again for the same reason is no news.
  private var notedReason: String?
  /// Since when the source has shown nothing new, also where that is not its state now.
  private var standsStill: WallTime?
  /// When the outage that goes on began and was told last, and what was told.
  private var outage: (began: Instant, told: Instant, text: String)?

  /// - Parameter seed: of chance in waiting.
  public init(_ settings: Settings, at moment: Moment, seed: UInt64) {
    self.settings = settings
    backoff = Backoff(settings.backoff)
    chance = SeededGenerator(seed: seed)
    since = moment
    lastSign = moment
  }

  public mutating func handle(_ event: Event, at moment: Moment) -> [Action] {
    if state == .stopped { return [] }
    switch event {
    case .opening: return opening(moment)
    case .frame: return frame(moment)
    case .passing: return passing(moment)
    case .failed(let problem): return failed(problem, moment)
    case .finished: return stop("it is over", moment)
    case .frozen(let since): return frozen(since: since, moment)
    case .tick: return tick(moment)
    case .stopping(let reason): return stop(reason, moment)
    }
  }

  private mutating func enter(_ state: StreamState, _ reason: String?, _ moment: Moment) {
    let isOutage = { (state: StreamState) in state == .connecting || state == .backingOff }
    if !(isOutage(self.state) && isOutage(state)) { since = moment }
    self.state = state
    self.reason = reason
  }

  private mutating func opening(_ moment: Moment) -> [Action] {
    lastSign = moment
    // What it showed before says nothing of what it will show.
    standsStill = nil
    if wasOpened { reconnectsByKind[lastProblem?.problem.kind ?? .other, default: 0] += 1 }
    // Between attempts it was told already that it is being connected to.
    let isFirst = !wasOpened
    wasOpened = true
    enter(.connecting, reason, moment)
    return isFirst ? [.note(StreamChange(.connecting, at: moment.wall))] : []
  }

  private mutating func frame(_ moment: Moment) -> [Action] {
    lastFrame = moment
    lastSign = moment
    let healthySince = healthySince ?? moment.instant
    self.healthySince = healthySince
    if backoff.failures > 0, moment.instant - healthySince >= settings.settled { backoff.reset() }
    return state == .observed || state == .frozen ? [] : resume(moment)
  }

  private mutating func resume(_ moment: Moment) -> [Action] {
    enter(.observed, nil, moment)
    notedReason = nil
    let began = outage?.began
    outage = nil
    let text = began.map { "frames are coming again after \(Self.seconds(moment.instant - $0))" }
    let told = Action.log(text == nil ? .info : .notice, text ?? "frames are coming")
    guard let standsStill else { return [told] }
    // It came back as it had been left.
    enter(.frozen, Self.frozen(since: standsStill), moment)
    return [told, .note(StreamChange(.frozen, at: moment.wall, reason: "the picture does not change"))]
  }

  private static func frozen(since: WallTime) -> String {
    "the picture has not changed since \(since.rfc3339.prefix(19))Z"
  }

  private mutating func passing(_ moment: Moment) -> [Action] {
    lastSign = moment
    guard state == .stalled else { return [] }
    return [.note(StreamChange(.observed, at: moment.wall))] + resume(moment)
  }

  private mutating func failed(_ problem: SourceProblem, _ moment: Moment) -> [Action] {
    lastProblem = (problem, moment.wall)
    healthySince = nil
    let delay = backoff.next(after: problem.kind, using: &chance)
    enter(.backingOff, problem.text, moment)
    let note = Action.note(StreamChange(.connecting, at: moment.wall, reason: problem.text))
    let isNews = notedReason != problem.text
    notedReason = problem.text
    return tell(problem.text, moment) + (isNews ? [note] : []) + [.retry(after: delay)]
  }

  /// An outage is told when it begins, when its reason changes, and now and then.
  private mutating func tell(_ text: String, _ moment: Moment) -> [Action] {
    let began = outage?.began ?? moment.instant
    if let outage, outage.text == text, moment.instant - outage.told < settings.reminder { return [] }
    outage = (began, moment.instant, text)
    return [.log(.warning, text)]
  }

  private mutating func frozen(since: WallTime?, _ moment: Moment) -> [Action] {
    standsStill = since
    switch (state, since) {
    case (.observed, let since?):
      let reason = Self.frozen(since: since)
      enter(.frozen, reason, moment)
      return [
        .note(StreamChange(.frozen, at: since, reason: "the picture does not change", wasNoticedLater: true)),
        .log(.warning, reason),
      ]
    case (.frozen, nil):
      enter(.observed, nil, moment)
      return [.note(StreamChange(.observed, at: moment.wall)), .log(.notice, "the picture changes again")]
    default: return []
    }
  }

  private mutating func tick(_ moment: Moment) -> [Action] {
    guard let stallTimeout = settings.stallTimeout, state != .backingOff else { return [] }
    let silence = moment.instant - lastSign.instant
    if state == .observed || state == .frozen, silence >= stallTimeout / 2 {
      let reason = "no frame for \(Self.seconds(silence))"
      enter(.stalled, reason, moment)
      healthySince = nil
      return [.note(StreamChange(.stalled, at: lastSign.wall, reason: "no frames", wasNoticedLater: true))]
        + tell(reason, moment)
    }
    // The source has a limit of its own; this is for one that does not keep it.
    let limit = state == .connecting ? max(stallTimeout, settings.connectTimeout) : stallTimeout
    guard silence >= limit + .seconds(2) else { return [] }
    lastSign = moment
    return [.interrupt]
  }

  private mutating func stop(_ reason: String, _ moment: Moment) -> [Action] {
    enter(.stopped, reason, moment)
    return [.note(StreamChange(.stopped, at: moment.wall, reason: reason)), .interrupt]
  }

  private static func seconds(_ duration: Duration) -> String {
    duration < .seconds(120)
      ? "\(Int(duration.seconds.rounded())) s" : "\(Int((duration.seconds / 60).rounded())) min"
  }
}
