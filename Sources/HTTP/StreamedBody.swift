import CMicrohttpd

/// A stream as libmicrohttpd reads it, on its listener's thread.
final class StreamedBody {
  private let stream: ResponseStream
  private let connection: OpaquePointer
  private let listener: ListenerContext

  init(_ stream: ResponseStream, _ connection: OpaquePointer, _ listener: ListenerContext) {
    self.stream = stream
    self.connection = connection
    self.listener = listener
  }

  /// libmicrohttpd holds this for as long as it has the response. Nil where it has no memory.
  var response: OpaquePointer? {
    let context = Unmanaged.passRetained(self).toOpaque()
    let response = shuffled_stream_response(readBody, context, releaseBody)
    if response == nil { releaseBody(context) }
    return response
  }

  fileprivate func close() {
    stream.close()
    listener.forget(stream)
  }

  fileprivate func read(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
    stream.read(into: buffer, connection)
  }
}

private let readBody: MHD_ContentReaderCallback = { context, _, buffer, size in
  guard let context, let buffer else { return shuffled_end_of_stream() }
  let body = Unmanaged<StreamedBody>.fromOpaque(context).takeUnretainedValue()
  return body.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: size))
    ?? shuffled_end_of_stream()
}

private let releaseBody: @convention(c) (UnsafeMutableRawPointer?) -> Void = { context in
  guard let context else { return }
  Unmanaged<StreamedBody>.fromOpaque(context).takeRetainedValue().close()
}
