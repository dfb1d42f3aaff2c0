import CCurl
import Glibc
import ShuffledCore

/// One request over a Unix-domain socket and its answer, by libcurl, on the thread that calls.
enum LocalExchange {
  /// Takes the body as it comes.
  private final class Body {
    var bytes: [UInt8] = []
    let limit: Int
    var isTooLarge = false

    init(limit: Int) { self.limit = limit }

    /// False ends the transfer.
    func take(_ piece: UnsafeRawBufferPointer) -> Bool {
      isTooLarge = piece.count > limit - bytes.count
      if !isTooLarge { bytes.append(contentsOf: piece) }
      return !isTooLarge
    }
  }

  /// What libcurl needs once a process.
  private static let library: Void = {
    let code = curl_global_init(Int(CURL_GLOBAL_DEFAULT))
    precondition(code == CURLE_OK, "libcurl can be used")
  }()

  static func get(_ path: String, at socket: String, _ limits: HTTPClient.Limits) throws(ClientFault)
    -> HTTPClient.Answer
  {
    guard LocalAddress(socket) != nil else { throw .pathTooLong }
    _ = library
    guard let easy = curl_easy_init() else { preconditionFailure("libcurl has memory for a handle") }
    defer { curl_easy_cleanup(easy) }
    let body = Body(limit: limits.size)
    func set(_ option: CURLoption, _ value: String) { check(shuffled_set_text(easy, option, value)) }
    func set(_ option: CURLoption, _ value: Int) { check(shuffled_set_number(easy, option, value)) }
    set(CURLOPT_UNIX_SOCKET_PATH, socket)
    set(CURLOPT_URL, "http://localhost" + path)
    set(CURLOPT_PROTOCOLS_STR, "http")
    // The environment's proxies are not for this.
    set(CURLOPT_PROXY, "")
    set(CURLOPT_USERAGENT, "shuffled")
    set(CURLOPT_FOLLOWLOCATION, 0)
    set(CURLOPT_NOSIGNAL, 1)
    set(CURLOPT_CONNECTTIMEOUT_MS, Int(limits.connecting.microseconds / 1_000))
    set(CURLOPT_TIMEOUT_MS, Int(limits.whole.microseconds / 1_000))
    check(shuffled_set_memory(easy, CURLOPT_WRITEDATA, Unmanaged.passUnretained(body).toOpaque()))
    check(
      shuffled_set_receiver(easy, CURLOPT_WRITEFUNCTION) { bytes, _, count, context in
        guard let context else { return 0 }
        let isTaken = Unmanaged<Body>.fromOpaque(context).takeUnretainedValue()
          .take(UnsafeRawBufferPointer(start: bytes, count: count))
        // Anything but the count ends the transfer.
        return isTaken ? count : count &+ 1
      })
    let code = withExtendedLifetime(body) { curl_easy_perform(easy) }
    guard code == CURLE_OK else { throw fault(of: code, easy, body, limits) }
    return HTTPClient.Answer(status: Int(shuffled_response_code(easy)), body: body.bytes)
  }

  private static func fault(
    of code: CURLcode, _ easy: OpaquePointer, _ body: Body, _ limits: HTTPClient.Limits
  ) -> ClientFault {
    if body.isTooLarge { return .tooLarge(limits.size) }
    switch code {
    case CURLE_COULDNT_CONNECT:
      switch shuffled_system_error(easy) {
      case ENOENT, ENOTDIR: return .missing
      case ECONNREFUSED: return .refused
      case EACCES, EPERM: return .forbidden
      case EAGAIN: return .noConnectionInTime
      case let number: return .connection(number)
      }
    case CURLE_OPERATION_TIMEDOUT: return .noAnswerInTime(limits.whole)
    case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE: return .closed
    default: return .other(String(cString: curl_easy_strerror(code)))
    }
  }

  private static func check(_ code: CURLcode) {
    precondition(code == CURLE_OK, "libcurl knows its own options and has memory for them")
  }
}
