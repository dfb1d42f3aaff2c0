import CMicrohttpd
import ShuffledCore

/// One listener of a server, with libmicrohttpd's thread for it.
///
/// `@unchecked Sendable`: everything is set once before the thread begins, libmicrohttpd's servers may be stopped from any
/// thread, and `HTTPServer` stops each once, under its lock.
final class ServedListener: @unchecked Sendable {
  let port: UInt16?
  private let context: ListenerContext
  private var socket: ListeningSocket?
  private var server: OpaquePointer?

  init(_ listener: Listener, _ limits: HTTPLimits, _ handler: @escaping HTTPServer.Handler) throws(Failure) {
    let socket = try ListeningSocket.open(listener)
    port = socket.port
    if case .local = listener {
      context = ListenerContext(isLocalSocket: true, limits, handler)
    } else {
      context = ListenerContext(isLocalSocket: false, limits, handler)
    }
    let descriptor = try socket.duplicate()
    // The context lives as long as this, which ends the thread before it goes.
    let server = shuffled_start_server(
      descriptor, UInt32(clamping: limits.connections), UInt32(clamping: Int(limits.request.seconds) + 1),
      limits.connectionMemory, Unmanaged.passUnretained(context).toOpaque(), answer, target, completed,
      connection)
    guard let server else {
      // Whether the descriptor was closed is not known then; it is not closed here, where its number may be another's.
      throw Failure(
        .unavailable, cannot: "start the HTTP server", because: "the system has no thread or memory for it")
    }
    self.socket = consume socket
    self.server = server
  }

  /// Blocks until the thread has ended.
  func stop() {
    guard let server else { return }
    // The name goes first, so that nobody finds it and is cut off.
    socket = nil
    // No connection may be suspended while its server ends.
    context.stop()
    MHD_stop_daemon(server)
    self.server = nil
  }

  deinit { stop() }
}

// What libmicrohttpd calls, on the listener's thread. `context` is the listener's `ListenerContext`.

/// A request's first line is there; what is returned belongs to the request until it is `completed`.
private let target: shuffled_target_callback = { context, target, _ in
  guard let context, let target else { return nil }
  let limits = Unmanaged<ListenerContext>.fromOpaque(context).takeUnretainedValue().limits
  let request = RequestProgress(target: String(cString: target), longest: limits.target)
  return Unmanaged.passRetained(request).toOpaque()
}

/// Called when the headers are there, for each piece of a body, and when all is there.
private let answer: MHD_AccessHandlerCallback = {
  context, connection, _, method, _, _, uploadedBytes, request in
  guard let context, let connection, let method, let uploadedBytes,
    let progress = request?.pointee.map({
      Unmanaged<RequestProgress>.fromOpaque($0).takeUnretainedValue()
    })
  else { return .NO }
  let listener = Unmanaged<ListenerContext>.fromOpaque(context).takeUnretainedValue()
  let wanted = HTTPRequest.Method(rawValue: String(cString: method))
  if uploadedBytes.pointee > 0 {
    // Bodies mean nothing here.
    uploadedBytes.pointee = 0
    return .YES
  }
  // Other methods are answered at once, whatever their bodies, which are not read.
  if wanted != nil, progress.isFirstCall() { return .YES }
  // The request is whole: from here on it is the answer that takes its time.
  open(of: connection)?.extend(to: listener.limits.answer)
  let response = progress.response(to: wanted, on: connection, listener) { headers(of: connection) }
  guard let response else { return .YES }
  open(of: connection)?.extend(to: response.stream == nil ? listener.limits.answer : nil)
  return response.queue(on: connection, listener)
}

private let completed: MHD_RequestCompletedCallback = { context, _, request, _ in
  guard let context, let pointer = request?.pointee else { return }
  let progress = Unmanaged<RequestProgress>.fromOpaque(pointer).takeRetainedValue()
  progress.end(Unmanaged<ListenerContext>.fromOpaque(context).takeUnretainedValue())
  request?.pointee = nil
}

/// A connection began or ended.
private let connection: MHD_NotifyConnectionCallback = { context, connection, own, event in
  guard let context, let connection, let own else { return }
  if event == .CONNECTION_NOTIFY_STARTED {
    let limits = Unmanaged<ListenerContext>.fromOpaque(context).takeUnretainedValue().limits
    let open = OpenConnection(shuffled_connection_descriptor(connection), lifetime: limits.request)
    own.pointee = Unmanaged.passRetained(open).toOpaque()
  } else if let open = own.pointee {
    Unmanaged<OpenConnection>.fromOpaque(open).takeRetainedValue().close()
    own.pointee = nil
  }
}

private func open(of connection: OpaquePointer) -> OpenConnection? {
  shuffled_connection_context(connection).map {
    Unmanaged<OpenConnection>.fromOpaque($0).takeUnretainedValue()
  }
}

private func headers(of connection: OpaquePointer) -> [HTTPRequest.Parameter] {
  var headers: [HTTPRequest.Parameter] = []
  withUnsafeMutablePointer(to: &headers) { list in
    _ = MHD_get_connection_values(
      connection, .HEADER_KIND,
      { list, _, name, value in
        guard let list, let name else { return .NO }
        list.assumingMemoryBound(to: [HTTPRequest.Parameter].self).pointee.append(
          HTTPRequest.Parameter(String(cString: name), value.map { String(cString: $0) } ?? ""))
        return .YES
      }, list)
  }
  return headers
}

extension HTTPResponse {
  /// Hands it over to libmicrohttpd, which copies it.
  fileprivate func queue(on connection: OpaquePointer, _ listener: ListenerContext) -> MHD_Result {
    guard let response = stream.map({ StreamedBody($0, connection, listener).response }) ?? copy() else {
      return .NO
    }
    defer { MHD_destroy_response(response) }
    MHD_add_response_header(response, "Content-Type", contentType)
    // A connection's life is short: none is kept for a next request.
    MHD_add_response_header(response, "Connection", "close")
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff")
    if !headers.contains(where: { $0.name.lowercased() == "cache-control" }) {
      MHD_add_response_header(response, "Cache-Control", "no-store")
    }
    for header in headers { MHD_add_response_header(response, header.name, header.value) }
    return MHD_queue_response(connection, UInt32(clamping: status), response)
  }

  private func copy() -> OpaquePointer? {
    var bytes = body
    return MHD_create_response_from_buffer(bytes.count, &bytes, .RESPMEM_MUST_COPY)
  }
}
