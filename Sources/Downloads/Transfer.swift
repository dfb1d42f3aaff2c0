import CCurl
import Glibc
import ShuffledCore

/// One request and its answer, by libcurl, on the thread that calls `run`.
final class Transfer {
  enum Ending {
    case complete(resumed: Bool)
    case redirected(to: String)
    /// The server does not go on with the part that is there.
    case mustBeginAnew
    case cancelled
  }

  private let address: Address
  private let limits: Download.Limits
  private let part: PartFile
  private let resumption: PartFile.Resumption?
  private let response: Response
  private let easy: OpaquePointer
  private let multi: OpaquePointer
  private var fields: UnsafeMutablePointer<curl_slist>?
  private let errorText: UnsafeMutablePointer<CChar>

  /// - Parameters:
  ///   - address: where the request goes.
  ///   - source: what the user named; other than `address` after a redirect.
  ///   - resumption: what to go on with, if the server can; nil to begin anew.
  init(
    _ address: Address, of source: Address, into part: PartFile, resuming resumption: PartFile.Resumption?,
    limits: Download.Limits
  ) {
    _ = Transfer.library
    guard let easy = curl_easy_init(), let multi = curl_multi_init() else {
      preconditionFailure("libcurl has memory for a handle")
    }
    self.address = address
    self.limits = limits
    self.part = part
    self.resumption = resumption
    self.easy = easy
    self.multi = multi
    response = Response(into: part, from: source, resuming: resumption, largest: limits.size)
    errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
    errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    setOptions()
    curl_multi_add_handle(multi, easy)
  }

  deinit {
    curl_multi_remove_handle(multi, easy)
    curl_easy_cleanup(easy)
    curl_multi_cleanup(multi)
    curl_slist_free_all(fields)
    errorText.deallocate()
  }

  /// Blocks until the answer is there.
  func run(
    isCancelled: () -> Bool, progress: (DownloadProgress) -> Void
  ) throws(DownloadFault) -> Ending {
    var patience = Patience(limit: limits.stall, first: limits.connecting, now: .now)
    var pace = ReportPace()
    var running: Int32 = 1
    while running > 0 {
      let code = curl_multi_perform(multi, &running)
      precondition(code == CURLM_OK, "libcurl's transfers do not fail as a whole")
      if isCancelled() { return .cancelled }
      let now = Instant.now
      if patience.isOver(after: response.takeArrived(), now: now), running > 0 {
        throw DownloadFault(.unavailable, "it stalled after \(amount)", again)
      }
      if response.isWanted, pace.isDue(now) {
        progress(DownloadProgress(received: response.received, total: response.total))
      }
      // Not for long: a cancellation does not wake it.
      if running > 0 { curl_multi_poll(multi, nil, 0, 50, nil) }
    }
    let ending = try ending(result())
    if case .complete = ending {
      progress(DownloadProgress(received: response.received, total: response.total))
    }
    return ending
  }

  // MARK: The end

  private func ending(_ code: CURLcode) throws(DownloadFault) -> Ending {
    if let fault = response.fault { throw fault }
    try response.decide()
    guard response.isWanted else {
      // An answer that does not bring the file is one whatever became of its body.
      guard response.hasHeader else { throw fault(of: code) }
      if let location = response.location { return .redirected(to: location) }
      if response.refusesToResume { return .mustBeginAnew }
      throw refusal(response.status)
    }
    if code != CURLE_OK { throw fault(of: code) }
    guard response.total == nil || response.total == response.received else { throw closed }
    return .complete(resumed: response.status == 206)
  }

  private func result() -> CURLcode {
    var left: Int32 = 0
    guard let message = curl_multi_info_read(multi, &left) else {
      preconditionFailure("a transfer that no longer runs has a result")
    }
    return message.pointee.data.result
  }

  private func refusal(_ status: Int) -> DownloadFault {
    let isTemporary = status >= 500 || [408, 425, 429].contains(status)
    return DownloadFault(
      isTemporary ? .unavailable : .noInput, "the server answered \(status)",
      isTemporary ? "try again later" : "check the address")
  }

  private func fault(of code: CURLcode) -> DownloadFault {
    let remedy = "check the address and the network"
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST:
      return DownloadFault(.unavailable, "no host '\(address.host)' was found", remedy)
    case CURLE_COULDNT_RESOLVE_PROXY:
      return DownloadFault(.unavailable, "the proxy was not found", "check https_proxy and the network")
    case CURLE_COULDNT_CONNECT:
      let code = shuffled_system_error(easy)
      return DownloadFault(.unavailable, "no connection" + (code == 0 ? "" : ": \(systemText(code))"), remedy)
    case CURLE_OPERATION_TIMEDOUT: return DownloadFault(.unavailable, "no connection in time", remedy)
    case CURLE_SSL_CONNECT_ERROR:
      return DownloadFault(.unavailable, "no secure connection can be made", "check the address")
    case CURLE_PEER_FAILED_VERIFICATION:
      return DownloadFault(
        .unavailable, "the server is not trusted: \(String(cString: errorText))",
        "check the address and this computer's clock")
    case CURLE_SSL_CACERT_BADFILE:
      return DownloadFault(
        .unavailable, "this computer has no certificates to check the server with", "install ca-certificates")
    // A connection that is closed in the middle of a header is no error to libcurl.
    case CURLE_OK, CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING, CURLE_HTTP2,
      CURLE_HTTP2_STREAM:
      return closed
    default:
      return DownloadFault(.unavailable, "libcurl says '\(String(cString: curl_easy_strerror(code)))'")
    }
  }

  private var closed: DownloadFault {
    DownloadFault(.unavailable, "the connection was closed after \(amount)", again)
  }

  private var amount: String {
    response.total.map { "\(response.received) of \($0) bytes" } ?? "\(response.received) bytes"
  }

  private var again: String {
    part.canBeResumed ? "run it again: it goes on where it stopped" : "run it again"
  }

  // MARK: The beginning

  /// What libcurl needs once a process.
  private static let library: Void = {
    let code = curl_global_init(Int(CURL_GLOBAL_DEFAULT))
    precondition(code == CURLE_OK, "libcurl can be used")
  }()

  private func setOptions() {
    set(CURLOPT_URL, address.url)
    set(CURLOPT_PROTOCOLS_STR, address.scheme.rawValue)
    set(CURLOPT_USERAGENT, "shuffled")
    // Redirects are followed by `Download`, which knows where to.
    set(CURLOPT_FOLLOWLOCATION, 0)
    // What a proxy says of a connection is not an answer.
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    // Signals are the process's: it ignores SIGPIPE.
    set(CURLOPT_NOSIGNAL, 1)
    set(CURLOPT_CONNECTTIMEOUT_MS, Int(limits.connecting.microseconds / 1_000))
    if let certificates = limits.certificates { set(CURLOPT_CAINFO, certificates) }
    check(shuffled_set_memory(easy, CURLOPT_ERRORBUFFER, errorText))
    if let resumption {
      fields = curl_slist_append(fields, "Range: bytes=\(resumption.size)-")
      fields = curl_slist_append(fields, "If-Range: \(resumption.version)")
      check(shuffled_set_memory(easy, CURLOPT_HTTPHEADER, fields))
    }
    // The response lives as long as the transfer, which owns it.
    let context = Unmanaged.passUnretained(response).toOpaque()
    check(shuffled_set_memory(easy, CURLOPT_HEADERDATA, context))
    check(
      shuffled_set_receiver(easy, CURLOPT_HEADERFUNCTION) { bytes, _, count, context in
        guard let context else { return 0 }
        Unmanaged<Response>.fromOpaque(context).takeUnretainedValue()
          .take(header: UnsafeRawBufferPointer(start: bytes, count: count))
        return count
      })
    check(shuffled_set_memory(easy, CURLOPT_WRITEDATA, context))
    check(
      shuffled_set_receiver(easy, CURLOPT_WRITEFUNCTION) { bytes, _, count, context in
        guard let context else { return 0 }
        let isTaken = Unmanaged<Response>.fromOpaque(context).takeUnretainedValue()
          .take(body: UnsafeRawBufferPointer(start: bytes, count: count))
        // Anything but the count ends the transfer.
        return isTaken ? count : count &+ 1
      })
  }

  private func set(_ option: CURLoption, _ value: String) { check(shuffled_set_text(easy, option, value)) }

  private func set(_ option: CURLoption, _ value: Int) { check(shuffled_set_number(easy, option, value)) }

  private func check(_ code: CURLcode) {
    precondition(code == CURLE_OK, "libcurl knows its own options and has memory for them")
  }
}
