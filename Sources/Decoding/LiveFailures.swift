import CFFmpeg
import Glibc
import ShuffledCore

/// The failures of one address.
struct LiveFailures {
  let address: LiveAddress
  let timeouts: LiveTimeouts

  /// What opening ended with.
  func opening(_ code: Int32, _ watch: BlockingWatch) -> SourceFailure {
    if watch.interruption.isInterrupted { return interrupted("open") }
    if watch.isOverdue || code == shuffled_error_exit { return noAnswer }
    switch code {
    case shuffled_error_unauthorized:
      return open(
        .unauthorized, .unavailable, "the password is wrong or missing (401 Unauthorized)",
        "check 'credential'")
    case shuffled_error_forbidden:
      return open(.unauthorized, .unavailable, "access is forbidden (403 Forbidden)", "check 'credential'")
    case shuffled_error_not_found:
      return open(.notFound, .noInput, "no such path (404 Not Found)", "check the address")
    case shuffled_error_bad_request:
      return open(.other, .unavailable, "the \(address.sender) does not understand (400 Bad Request)")
    case shuffled_error_client:
      return open(.other, .unavailable, "the \(address.sender) refuses (a 4xx answer)")
    case shuffled_error_server:
      return open(.other, .unavailable, "the \(address.sender) has a fault of its own (a 5xx answer)")
    case shuffled_error_eof:
      return open(.ended, .unavailable, "the \(address.sender) closed the connection")
    case shuffled_error_invalid_data:
      return open(.badData, .badData, "not a stream that FFmpeg can read")
    case shuffled_error_protocol_not_found:
      return open(.other, .unavailable, "FFmpeg may not use the protocol it asks for")
    default: return openingSystemCall(-code) ?? open(.other, .unavailable, errorText(code))
    }
  }

  private func openingSystemCall(_ code: Int32) -> SourceFailure? {
    switch code {
    case ECONNREFUSED:
      return open(.refused, .unavailable, "connection refused", "is the \(address.sender) on?")
    case ENETUNREACH, EHOSTUNREACH, ENETDOWN, EHOSTDOWN:
      return open(.unreachable, .unavailable, systemText(code), "check the address and the network")
    case ETIMEDOUT: return noAnswer
    case ECONNRESET, EPIPE, ECONNABORTED:
      return open(.reset, .unavailable, "the \(address.sender) reset the connection")
    case EIO:
      guard let cause = HostLookup.failure(ofHostIn: address.url) else { return nil }
      return open(.unreachable, .unavailable, cause, "check the address")
    case ENOENT, ENXIO,
      ENODEV where address.kind == .v4l2:
      return open(.notFound, .noInput, "no such device", "is it plugged in?")
    case EACCES where address.kind == .v4l2:
      return open(.other, .noInput, "permission denied", "add the user to the group 'video'")
    case EBUSY: return open(.other, .unavailable, "another program uses it")
    case ENOTTY,
      EINVAL where address.kind == .v4l2:
      return open(.badData, .noInput, "it is not a camera")
    case EADDRINUSE: return open(.other, .unavailable, "the address is in use", "choose another port")
    case EADDRNOTAVAIL:
      return open(.unreachable, .unavailable, "this machine does not have that address", "check the address")
    case ENOMEM: return open(.other, .unavailable, "out of memory")
    default: return nil
    }
  }

  /// What reading ended with.
  /// - Parameter packets: came since the last frame.
  func reading(_ code: Int32, packets: Int, _ watch: BlockingWatch) -> SourceFailure {
    if watch.interruption.isInterrupted { return interrupted("read") }
    if watch.isOverdue || [shuffled_error_exit, shuffled_averror(ETIMEDOUT)].contains(code) {
      let time = Self.text(timeouts.silence)
      // As many as a decoder may hold back by itself say nothing.
      return packets <= 16
        ? read(.silent, .unavailable, "no frame for \(time)")
        : read(.badData, .badData, "none of \(packets) packets could be decoded for \(time)")
    }
    switch -code {
    case -shuffled_error_eof: return read(.ended, .unavailable, "the \(address.sender) closed the connection")
    case ECONNRESET, EPIPE, ECONNABORTED, ENOTCONN, EIO:
      return read(.reset, .unavailable, "the connection broke")
    case ENODEV, ENXIO: return read(.ended, .unavailable, "the camera is gone", "was it unplugged?")
    case ENOMEM: return read(.other, .unavailable, "out of memory")
    case -shuffled_error_invalid_data: return read(.badData, .badData, errorText(code))
    default: return read(.other, .unavailable, errorText(code))
    }
  }

  func open(
    _ kind: SourceFailure.Kind, _ exit: Failure.Kind, _ cause: String, _ remedy: String? = nil
  ) -> SourceFailure {
    SourceFailure(
      kind, Failure(exit, cannot: "open \(address.noun)", address.shown, because: cause, remedy: remedy))
  }

  func read(
    _ kind: SourceFailure.Kind, _ exit: Failure.Kind, _ cause: String, _ remedy: String? = nil
  ) -> SourceFailure {
    SourceFailure(
      kind, Failure(exit, cannot: "read \(address.noun)", address.shown, because: cause, remedy: remedy))
  }

  private var noAnswer: SourceFailure {
    open(.timedOut, .unavailable, "no answer for \(Self.text(timeouts.connect))")
  }

  private func interrupted(_ verb: String) -> SourceFailure {
    SourceFailure(
      .interrupted,
      Failure(.failed, cannot: "\(verb) \(address.noun)", address.shown, because: "interrupted"))
  }

  /// `10 s`, `2.5 s`.
  static func text(_ duration: Duration) -> String {
    let tenths = (duration.seconds * 10).rounded()
    let whole = Int64(tenths / 10)
    let rest = Int64(tenths) - whole * 10
    return rest == 0 ? "\(whole) s" : "\(whole).\(rest) s"
  }
}
