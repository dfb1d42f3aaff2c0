import ShuffledCore

/// Why a daemon gave no answer, before it is said of which socket.
enum ClientFault: Error, Equatable {
  case missing
  case refused
  case forbidden
  case pathTooLong
  /// Another error of the connection, by its number.
  case connection(Int32)
  case noConnectionInTime
  case noAnswerInTime(Duration)
  case tooLarge(Int)
  case closed
  case other(String)

  /// Whether another socket may be tried: nobody was asked yet.
  var isOfConnection: Bool {
    switch self {
    case .missing, .refused, .forbidden, .pathTooLong, .connection: true
    default: false
    }
  }

  /// Of several sockets, the failure is told of the one with the most.
  var weight: Int {
    switch self {
    case .missing: 0
    case .refused: 1
    default: 2
    }
  }

  func failure(of socket: String) -> Failure {
    let start = "start it, or name its --socket"
    switch self {
    case .missing: return Self.failure(socket, "no daemon is running", start)
    case .refused: return Self.failure(socket, "the daemon that made this socket has ended", start)
    case .forbidden:
      return Self.failure(socket, "permission denied", "join the group 'shuffled', or use sudo")
    case .pathTooLong: return LocalAddress.failureOfLength(Self.operation, socket)
    case .connection(let code): return Self.failure(socket, systemText(code), "name its --socket")
    case .noConnectionInTime:
      return Self.failure(
        socket, "it takes no connection", "see 'journalctl -u shuffled' for what holds it up")
    case .noAnswerInTime(let limit):
      return Self.failure(
        socket, "no answer within \(seconds(limit))", "see 'journalctl -u shuffled' for what holds it up")
    case .tooLarge(let size):
      return Self.failure(
        socket, "its answer has more than \(size) bytes, the most that are taken",
        "check that it is shuffled's socket")
    case .closed:
      return Self.failure(socket, "it closed the connection without an answer", "try again")
    case .other(let text):
      return Self.failure(socket, "libcurl says '\(text)'", "check that it is shuffled's socket")
    }
  }

  static let operation = "ask the daemon"

  private static func failure(_ socket: String, _ cause: String, _ remedy: String) -> Failure {
    Failure(.unavailable, cannot: operation, socket, because: cause, remedy: remedy)
  }

  private func seconds(_ duration: Duration) -> String {
    let whole = duration.microseconds % 1_000_000 == 0
    return whole ? "\(duration.microseconds / 1_000_000) s" : "\(duration.microseconds / 1_000) ms"
  }
}
