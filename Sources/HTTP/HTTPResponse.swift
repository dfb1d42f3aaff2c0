import FoundationEssentials

/// What a request is answered. Values only; any thread.
public struct HTTPResponse: Equatable, Sendable {
  public var status: Int
  /// `application/json`; a header of its own is not needed.
  public var contentType: String
  public var body: [UInt8]
  /// Instead of a body, one that goes on.
  public var stream: ResponseStream?
  /// Beside those that the server adds: type, length, date, `Connection: close`, `X-Content-Type-Options: nosniff`,
  /// and `Cache-Control: no-store` where none is given. One whose name or value HTTP does not allow is left out.
  public var headers: [HTTPRequest.Parameter]

  public init(
    status: Int = 200, contentType: String, body: [UInt8], headers: [HTTPRequest.Parameter] = []
  ) {
    self.status = status
    self.contentType = contentType
    self.body = body
    self.headers = headers
  }

  /// A body that goes on for as long as `stream` does.
  public init(contentType: String, stream: ResponseStream) {
    self.init(contentType: contentType, body: [])
    self.stream = stream
  }

  /// JSON on one line, with an end of line.
  public init(status: Int = 200, json: String) {
    self.init(status: status, contentType: "application/json", body: Array((json + "\n").utf8))
  }

  /// An error as JSON, `{"error":"..."}`: one line that says what is wrong.
  public static func error(_ status: Int, _ text: String) -> HTTPResponse {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes]
    guard let data = try? encoder.encode(["error": text]) else {
      preconditionFailure("every text can be written as JSON")
    }
    return HTTPResponse(status: status, json: String(decoding: data, as: UTF8.self))
  }

  /// What other methods are answered.
  public static var methodNotAllowed: HTTPResponse {
    var refusal = HTTPResponse.error(405, "only GET and HEAD are answered")
    refusal.headers = [HTTPRequest.Parameter("Allow", "GET, HEAD")]
    return refusal
  }
}

extension ResponseStream: Equatable {
  /// The same one.
  public static func == (a: ResponseStream, b: ResponseStream) -> Bool { a === b }
}
