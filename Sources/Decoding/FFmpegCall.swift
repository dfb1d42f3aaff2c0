import CFFmpeg
import ShuffledCore

/// Passes a libav result on, or throws it as a `Failure` whose cause is FFmpeg's own text for the code.
@discardableResult
func check(
  _ code: Int32, _ kind: Failure.Kind = .badData, cannot operation: String, _ subject: String? = nil,
  remedy: String? = nil
) throws(Failure) -> Int32 {
  guard code < 0 else { return code }
  throw Failure(kind, cannot: operation, subject, because: errorText(code), remedy: remedy)
}

/// FFmpeg's text for an error code, as it goes on after a colon: `invalid data found when processing input`.
func errorText(_ code: Int32) -> String {
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(AV_ERROR_MAX_STRING_SIZE)) { text in
    guard let address = text.baseAddress, av_strerror(code, address, text.count) >= 0 else {
      return "FFmpeg error \(code)"
    }
    let words = String(cString: address)
    return words.prefix(1).lowercased() + words.dropFirst()
  }
}

/// FFmpeg writes to standard error whenever a file is a little odd, and puts URLs with their passwords there.
/// What matters of it reaches the user as a `Failure` or a count, so its own log is turned off, once a process.
enum FFmpegLog {
  static func silence() { _ = silenced }

  private static let silenced: Void = {
    av_log_set_level(AV_LOG_QUIET)
    av_log_set_callback { _, _, _, _ in }
  }()
}
