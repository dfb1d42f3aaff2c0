import Glibc

/// What is known of a terminal that a person may watch.
struct Terminal: Sendable {
  let descriptor: Int32

  /// Whether it is one, and can move its cursor.
  func canRedraw(_ environment: [String: String]) -> Bool {
    isatty(descriptor) == 1 && environment["TERM"] != "dumb"
  }

  /// 80 where it does not say.
  var columns: Int { size.map { Int($0.ws_col) }.flatMap { $0 > 0 ? $0 : nil } ?? 80 }

  /// 24 where it does not say.
  var rows: Int { size.map { Int($0.ws_row) }.flatMap { $0 > 0 ? $0 : nil } ?? 24 }

  private var size: winsize? {
    var size = winsize()
    return ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 ? size : nil
  }
}
