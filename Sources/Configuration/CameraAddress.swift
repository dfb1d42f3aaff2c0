import ShuffledCore

/// A live source's address, taken apart as far as needed to keep its secrets to itself.
public struct CameraAddress: Equatable, Sendable {
  public enum Scheme: String, CaseIterable, Sendable {
    case rtsp, rtsps, http, https, udp, srt
  }

  public enum Transport: String, CaseIterable, Sendable { case tcp, udp }

  /// nil: a device of this machine.
  public var scheme: Scheme?
  /// The whole address, with what is secret in it.
  public var url: Secret
  /// Without secrets: for people, and for the database.
  public var shown: String
  /// What is secret in it.
  public var secrets: [Secret]
  /// For RTSP only.
  public var transport = Transport.tcp

  /// Names in a query whose values nobody should see.
  private static let secretNames: Set<String> = [
    "access_token", "apikey", "api_key", "auth", "key", "pass", "passphrase", "passwd", "password", "pwd",
    "secret",
    "sig", "signature", "token",
  ]

  /// A camera of this machine.
  public init(device path: String) {
    url = Secret(path)
    shown = path
    secrets = []
  }

  /// Why a text is no address, without the text: it may have a password in it.
  public struct Fault: Error, Equatable, Sendable {
    public var cause: String
    public var remedy: String

    static let scheme = Fault(
      cause: "it is no address of a live source",
      remedy: "they begin with " + Scheme.allCases.map { "\($0.rawValue)://" }.joined(separator: ", "))
    /// Where a password ends would be a guess, and what is taken for the rest of the address is shown to people.
    static let unescaped = Fault(
      cause: "it has an '@' behind what would be its host",
      remedy:
        "write / ? # @ of a password as %2F %3F %23 %40, or better, use 'credential'; an '@' of a path is %40"
    )
    static let port = Fault(
      cause: "what follows its host is no port", remedy: "a port is a number from 1 to 65535")
  }

  public init(url text: String) throws(Fault) {
    guard let colon = text.firstRange(of: "://"),
      let scheme = Scheme(rawValue: text[..<colon.lowerBound].lowercased()),
      !text.unicodeScalars.contains(where: { $0.properties.isWhitespace || $0.value < 0x20 })
    else { throw .scheme }
    let rest = text[colon.upperBound...]
    let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
    let authority = rest[..<end]
    let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
    // Where to listen needs no host.
    guard !host.isEmpty, scheme == .udp || scheme == .srt || !host.hasPrefix(":") else { throw .scheme }
    if let at = rest[end...].lastIndex(of: "@"), rest[..<at].contains(where: { ":@".contains($0) }) {
      throw .unescaped
    }
    guard Self.hasPortOrNone(host) else { throw .port }
    self.scheme = scheme
    url = Secret(text)
    secrets = []
    shown = "\(scheme.rawValue)://\(host)"
    if let at = authority.lastIndex(of: "@") {
      let user = authority[..<at]
      if let colon = user.firstIndex(of: ":") { hide(user[user.index(after: colon)...]) }
    }
    let tail = rest[end...]
    guard let mark = tail.firstIndex(of: "?") else {
      shown += tail
      return
    }
    shown += tail[...mark]
    let parameters = tail[tail.index(after: mark)...].split(separator: "&", omittingEmptySubsequences: false)
    shown += parameters.map { parameter in
      guard let equals = parameter.firstIndex(of: "="),
        Self.secretNames.contains(parameter[..<equals].lowercased())
      else { return String(parameter) }
      hide(parameter[parameter.index(after: equals)...])
      return "\(parameter[...equals])\(SecretMask.shown)"
    }.joined(separator: "&")
  }

  private static func hasPortOrNone(_ host: Substring) -> Bool {
    let name = host.lastIndex(of: "]").map { host[$0...] } ?? host
    guard let colon = name.lastIndex(of: ":") else { return true }
    let port = name[name.index(after: colon)...]
    return port.allSatisfy(\.isNumber) && UInt16(port).map { $0 > 0 } ?? false
  }

  private mutating func hide(_ text: Substring) {
    if !text.isEmpty { secrets.append(Secret(String(text))) }
  }

  /// Whether it names a user.
  var namesUser: Bool { userInformation != nil }

  private var userInformation: Substring? {
    let text = url.revealed
    guard scheme != nil, let colon = text.firstRange(of: "://") else { return nil }
    let authority = text[colon.upperBound...].prefix { !"/?#".contains($0) }
    return authority.lastIndex(of: "@").map { authority[..<$0] }
  }

  /// With a credential: the password of the user that it names, `USER:PASSWORD` where it names none, for SRT the passphrase.
  /// nil where it does not fit.
  func with(credential: String) -> CameraAddress? {
    guard let scheme, let mark = url.revealed.firstRange(of: "://") else { return nil }
    var result = self
    let (head, rest) = (url.revealed[..<mark.upperBound], url.revealed[mark.upperBound...])
    switch scheme {
    case .udp: return nil
    case .srt:
      result.secrets.append(Secret(credential))
      let separator = rest.contains("?") ? "&" : "?"
      result.url = Secret(head + rest + "\(separator)passphrase=\(PercentEncoding.encode(credential))")
    case .rtsp, .rtsps, .http, .https:
      let user: Substring
      let password: Substring
      let host: Substring
      if let information = userInformation {
        (user, password) = (information.prefix { $0 != ":" }, credential[...])
        host = rest.dropFirst(information.count + 1)
      } else {
        guard let colon = credential.firstIndex(of: ":"), colon != credential.startIndex else { return nil }
        (user, password) = (
          PercentEncoding.encode(String(credential[..<colon]))[...],
          credential[credential.index(after: colon)...]
        )
        host = rest
      }
      result.secrets.append(Secret(String(password)))
      result.url = Secret("\(head)\(user):\(PercentEncoding.encode(String(password)))@\(host)")
    }
    return result
  }
}
