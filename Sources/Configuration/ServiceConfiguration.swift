import ShuffledCore

/// What a daemon is to do.
public struct ServiceConfiguration: Equatable, Sendable {
  public struct Database: Equatable, Sendable {
    public enum Durability: String, CaseIterable, Sendable { case normal, full }

    /// nil: `shuffled.db` in the service's state folder, else in the working folder.
    public var path: String?
    public var durability = Durability.normal
    /// How long results are kept; nil: for ever. Streams may say otherwise.
    public var keepFrames: Duration? = .seconds(30 * 86_400)
    public var keepMinutes: Duration? = .seconds(400 * 86_400)
    /// nil: as much as there is.
    public var maximumSize: Int64? = 20_000_000_000

    public init() {}
  }

  public struct HTTP: Equatable, Sendable {
    public var isEnabled = true
    public var address = "127.0.0.1"
    public var port = 9470
    /// What who asks over the network has to know; nil: nothing, which is for loopback addresses only.
    public var token: Secret?
    /// Names that it is asked by, beside this machine's own: a proxy's.
    public var hosts: [String] = []
    /// Other sites whose pages may ask.
    public var allowOrigins: [String] = []
    /// Where the token is: a credential's name or a file's path.
    var tokenName: String?

    public init() {}

    /// Whether only this machine can ask.
    var isLoopback: Bool { address == "::1" || address.hasPrefix("127.") }
  }

  public var database = Database()
  public var http = HTTP()
  /// Frames classified at a time; nil: one a core.
  public var workers: Int?
  /// nil: in the service's runtime folder.
  public var socket: String?
  /// In the order of the text.
  public var streams: [StreamSettings] = []

  /// Names of systemd's credentials that could not be read by whoever only checks.
  public internal(set) var unreadCredentials: [String] = []

  /// Where keys stand: `streams.gate.model`.
  var places: [String: ConfigPlace] = [:]

  public init() {}

  /// Something that was found to be wrong with a stream's key later, when files were opened.
  public func fault(stream: String, _ key: String, _ text: String, remedy: String? = nil) -> ConfigFault {
    let names = ["streams.\(stream).\(key)", "defaults.\(key)", "streams.\(stream)"]
    return ConfigFault(
      place: names.lazy.compactMap { places[$0] }.first, key: "streams.\(stream).\(key)", text: text,
      remedy: remedy)
  }

  /// The same of a key that is no stream's.
  public func fault(_ key: String, _ text: String, remedy: String? = nil) -> ConfigFault {
    ConfigFault(place: places[key], key: key, text: text, remedy: remedy)
  }

  /// What the database knows a stream by, which is its source; where several streams look at one, with their names.
  public func identity(of stream: StreamSettings) -> String {
    let source = stream.source.shown
    let isShared = streams.contains { $0.name != stream.name && $0.source.shown == source }
    return isShared ? "\(source)#\(stream.name)" : source
  }

  /// All that nobody may see.
  public var secrets: [Secret] { streams.flatMap(\.source.secrets) + (http.token.map { [$0] } ?? []) }
}
