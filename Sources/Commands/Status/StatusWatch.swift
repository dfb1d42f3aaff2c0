import Dispatch
import ShuffledCore

/// The status each second, until SIGINT or SIGTERM. To be used on the main thread.
struct StatusWatch {
  let source: StatusSource
  let output: StandardOutput
  let terminal: Terminal

  /// A line of JSON each. Throws when the daemon does not answer any more.
  func writeLines() throws {
    try eachSecond {
      try output.write(source.read().json + "\n")
      try output.flush()
    }
  }

  /// Over the last one on the terminal. Throws when the daemon does not answer in the beginning; a daemon that ends later
  /// may begin again, and is waited for.
  func redraw(_ environment: [String: String]) throws {
    guard terminal.canRedraw(environment) else {
      throw Failure(
        .usage, cannot: "use --watch", because: "standard output is not a terminal",
        remedy: "leave it out, or use --format json")
    }
    var isFirst = true
    try eachSecond {
      let text: String
      do {
        text = StatusText(try source.read(), now: .now(), columns: terminal.columns).text
      } catch let failure as Failure where !isFirst {
        text = Help.wrap(printable("\(failure)"), width: terminal.columns) + "\n"
      }
      try output.write((isFirst ? "\u{1b}[H\u{1b}[2J" : "") + frame(text))
      try output.flush()
      isFirst = false
    }
  }

  /// From the upper left corner, what is left of the last one cleared, and no more lines than there are.
  private func frame(_ text: String) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    let room = max(2, terminal.rows - 1)
    if lines.count > room {
      let hidden = lines.count - room + 1
      lines = lines.prefix(room - 1) + ["… \(hidden) more lines"]
    }
    return "\u{1b}[H" + lines.map { $0 + "\u{1b}[K\n" }.joined() + "\u{1b}[J"
  }

  private func eachSecond(_ body: () throws -> Void) throws {
    let interrupt = Interrupt()
    let ended = DispatchSemaphore(value: 0)
    interrupt.onSignal { ended.signal() }
    repeat { try body() } while ended.wait(timeout: .now() + .seconds(1)) == .timedOut
  }
}
