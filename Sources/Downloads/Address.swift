import CCurl
import ShuffledCore

/// A URL that can be downloaded from.
struct Address: Sendable {
  enum Scheme: String {
    case https, http, file
  }

  let url: String
  let scheme: Scheme
  /// For people: without user, password and query, any of which may be a secret.
  let shown: String
  let host: String
  /// The path of a `file` URL as the file system has it.
  let path: String

  init(_ text: String) throws(Failure) {
    guard let url = ParsedURL(text) else {
      throw Failure(
        .usage, cannot: "download", Address.withoutSecrets(text), because: "it is not a URL",
        remedy: Address.remedy)
    }
    guard let scheme = Scheme(rawValue: url.scheme) else {
      throw Failure(
        .usage, cannot: "download", url.shown, because: "'\(url.scheme)' URLs are not taken",
        remedy: Address.remedy)
    }
    self.init(url, scheme)
  }

  private init(_ url: ParsedURL, _ scheme: Scheme) {
    self.url = url.text
    self.scheme = scheme
    shown = url.shown
    host = url.host
    path = url.path
  }

  private static let remedy = "give one that begins with https://, http:// or file://"

  /// Where a server sends on to. A secure connection stays one, and no server names this computer's files.
  func redirected(to location: String) throws(DownloadFault) -> Address {
    guard let url = ParsedURL(location, relativeTo: self.url) else {
      throw DownloadFault(.unavailable, "the server redirects to something that is not a URL")
    }
    switch (scheme, Scheme(rawValue: url.scheme)) {
    case (_, .https?): return Address(url, .https)
    case (.http, .http?): return Address(url, .http)
    case (.https, .http?):
      throw DownloadFault(
        .unavailable, "the server redirects to '\(url.shown)', away from a secure connection")
    default:
      throw DownloadFault(
        .unavailable, "the server redirects to '\(url.shown)', which is neither https nor http")
    }
  }

  /// Of a text that is not a URL: what is left when all that may be a secret is gone.
  private static func withoutSecrets(_ text: String) -> String {
    let plain = text.prefix { $0 != "?" && $0 != "#" }
    guard let at = plain.lastIndex(of: "@") else { return String(plain) }
    return "..." + plain[at...]
  }
}

/// A URL's parts, as libcurl, which will connect to it, understands them.
private struct ParsedURL {
  let text: String
  let scheme: String
  let shown: String
  let host: String
  let path: String

  /// Nil for what is not a URL.
  /// - Parameter base: what a URL without a scheme or host is completed by.
  init?(_ text: String, relativeTo base: String? = nil) {
    guard !text.utf8.contains(0), let handle = curl_url() else { return nil }
    defer { curl_url_cleanup(handle) }
    func set(_ part: CURLUPart, _ value: String?, _ flags: Int32) -> Bool {
      curl_url_set(handle, part, value, UInt32(flags)) == CURLUE_OK
    }
    func get(_ part: CURLUPart, _ flags: Int32 = 0) -> String? {
      var value: UnsafeMutablePointer<CChar>?
      guard curl_url_get(handle, part, &value, UInt32(flags)) == CURLUE_OK, let value else { return nil }
      defer { curl_free(value) }
      return String(cString: value)
    }
    if let base {
      guard set(CURLUPART_URL, base, 0), set(CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME | CURLU_URLENCODE)
      else { return nil }
    } else {
      guard set(CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME) else { return nil }
    }
    guard let whole = get(CURLUPART_URL), let scheme = get(CURLUPART_SCHEME) else { return nil }
    self.text = whole
    self.scheme = scheme
    host = get(CURLUPART_HOST) ?? ""
    path = get(CURLUPART_PATH, CURLU_URLDECODE) ?? ""
    let hasQuery = get(CURLUPART_QUERY) != nil
    for part in [CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_OPTIONS, CURLUPART_QUERY, CURLUPART_FRAGMENT] {
      guard set(part, nil, 0) else { return nil }
    }
    guard let bare = get(CURLUPART_URL) else { return nil }
    shown = hasQuery ? bare + "?..." : bare
  }
}
