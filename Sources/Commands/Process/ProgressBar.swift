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
      title: title, decoded: statistics.frames, expected: source.information.expectedFrames?.value,
      elapsed: .now - began, media: statistics.lastMediaTime)
    diagnostics.write("\r" + line.text(columns: diagnostics.columns) + "\u{1b}[K")
  }
}
