import HTTP

/// What an answer is known by, so that who has it already need not get it again.
struct EntityTag {
  private let text: String

  /// - Parameter text: without quotes.
  init(_ text: String) { self.text = "\"\(text)\"" }

  /// Whether whoever asks has it.
  func isKnown(to request: HTTPRequest) -> Bool {
    // Tags have neither commas nor spaces in them.
    (request.header("If-None-Match") ?? "").split { $0 == "," || $0 == " " || $0 == "\t" }
      .contains { $0 == "*" || $0 == text || $0 == "W/" + text }
  }

  /// It may be kept, but is to be asked for each time.
  func on(_ response: HTTPResponse) -> HTTPResponse {
    var response = response
    response.headers += headers
    return response
  }

  var notModified: HTTPResponse {
    HTTPResponse(status: 304, contentType: "application/json", body: [], headers: headers)
  }

  private var headers: [HTTPRequest.Parameter] {
    [HTTPRequest.Parameter("ETag", text), HTTPRequest.Parameter("Cache-Control", "private, no-cache")]
  }
}
