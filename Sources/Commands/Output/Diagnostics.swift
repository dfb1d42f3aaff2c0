import Glibc
import ShuffledCore

/// What is told to a person on standard error: failures, progress, notices. Never results.
struct Diagnostics: Sendable {
  private let descriptor: Int32

  init(descriptor: Int32 = STDERR_FILENO) { self.descriptor = descriptor }

  /// One line: `shuffled: cannot open video 'gate.mp4': no such file (check the path)`.
  func report(_ failure: Failure) { note(failure.description) }

  func note(_ line: String) { write("shuffled: \(printable(line))\n") }

  /// There is nobody to tell when this fails.
  func write(_ text: String) { _ = writeAll(Array(text.utf8), to: descriptor) }

  /// Whether a person watches: a terminal that can move its cursor.
  func isTerminal(_ environment: [String: String]) -> Bool {
    Terminal(descriptor: descriptor).canRedraw(environment)
  }

  /// Columns of the terminal; 80 where it does not say.
  var columns: Int { Terminal(descriptor: descriptor).columns }
}
