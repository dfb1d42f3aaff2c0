import Decoding
import Dispatch
import ShuffledCore

/// A line on the terminal that is written over ten times a second: how far, how fast, where in the media, how long
/// still. Shown to people only; a file or a pipe gets nothing.
///
/// `@unchecked Sendable`: everything is set once, and Dispatch's objects may be used from any thread.
final class ProgressBar: @unchecked Sendable {
  private let title: String
  private let source: VideoSource
  private let began: Instant
  private let diagnostics: Diagnostics
  private let isShown: Bool
  private let queue = DispatchQueue(label: "shuffled.progress")
  private let timer: any DispatchSourceTimer

  init(title: String, source: VideoSource, began: Instant, diagnostics: Diagnostics, isShown: Bool) {
    self.title = title
    self.source = source
    self.began = began
    self.diagnostics = diagnostics
    self.isShown = isShown
    timer = DispatchSource.makeTimerSource(queue: queue)
    timer.setEventHandler { [weak self] in self?.draw() }
  }

  func start() {
    if isShown { timer.schedule(deadline: .now() + .milliseconds(100), repeating: .milliseconds(100)) }
    timer.activate()
  }

  /// Clears the line. Blocks until nothing more is drawn.
  func stop() {
    timer.cancel()
    queue.sync { if isShown { diagnostics.write("\r\u{1b}[K") } }
  }

  private func draw() {
    let statistics = source.statistics
    let line = ProgressLine(
      title: title, decoded: statistics.decoded, expected: source.information.expectedFrames?.value,
      elapsed: .now - began, media: statistics.lastMediaTime)
    diagnostics.write("\r" + line.text(columns: diagnostics.columns) + "\u{1b}[K")
  }
}

/// What the bar says at one moment. Pure.
struct ProgressLine {
  var title: String
  var decoded: Int64
  /// How many frames there should be, where that is known.
  var expected: Int64?
  var elapsed: Duration
  var media: MediaTime?

  /// The line, shorter than `columns`: `gate.mp4 [=====>    ]  52% 780/1500  61 fps  at 0:31  left 0:12`.
  func text(columns: Int) -> String {
    let rate = Double(decoded) / max(elapsed.seconds, 0.001)
    var facts = ""
    var share: Double?
    if let expected, expected > 0 {
      let done = min(1, Double(decoded) / Double(expected))
      share = done
      facts += right("\(Int(done * 100))%", 4) + " \(decoded)/\(max(expected, decoded))"
    } else {
      facts += " \(counted(decoded, "frame"))"
    }
    facts += "  \(decimal(rate, 0)) fps"
    if let media { facts += "  at \(clockText(seconds: Double(media.microseconds) / 1e6))" }
    if let expected, rate > 0, decoded > 0 {
      facts += "  left \(clockText(seconds: Double(max(0, expected - decoded)) / rate))"
    }
    let room = columns - 1 - facts.count
    let name = title.count <= max(8, room / 2) ? title : String(title.prefix(max(7, room / 2 - 1))) + "…"
    let bar = share.map { Self.bar($0, width: min(30, room - name.count - 3)) } ?? ""
    return String((name + bar + facts).prefix(max(0, columns - 1)))
  }

  private static func bar(_ share: Double, width: Int) -> String {
    guard width >= 4 else { return "" }
    let filled = Int(share * Double(width))
    let head = filled < width ? ">" : ""
    return " [" + String(repeating: "=", count: filled) + head
      + String(repeating: " ", count: max(0, width - filled - head.count)) + "]"
  }
}
