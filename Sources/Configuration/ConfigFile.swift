import Glibc
import ShuffledCore

extension ServiceConfiguration {
  /// What an editor needs to know of all keys: a JSON schema.
  public static var schema: String { wholeSchema.json(title: "configuration of shuffled") }

  /// Of all keys, with points between: `streams.*.fps`.
  package static var keys: [String] { wholeSchema.paths }

  private static var wholeSchema: ConfigSchema {
    var schema = ConfigSchema(objectOf: ServiceKeys.all, "what 'shuffled run' is to do")
    schema.properties.append(contentsOf: StreamReader.schemas)
    return schema
  }

  private static let largestFile = 4 << 20

  /// Reads a configuration. Blocks. Throws all that is wrong with it, which is found without models, cameras and the database.
  /// - Parameters:
  ///   - environment: `CREDENTIALS_DIRECTORY` is where systemd puts credentials.
  ///   - isOnlyChecked: systemd's credentials need not be there.
  public init(
    path: String, environment: [String: String], isOnlyChecked: Bool = false
  ) throws(ConfigFaults) {
    func fault(_ text: String, _ remedy: String?) -> ConfigFaults {
      ConfigFaults(path: path, [ConfigFault(place: nil, key: "", text: text, remedy: remedy)])
    }
    let file: SmallFile
    do {
      file = try SmallFile(path, largest: Self.largestFile)
    } catch {
      switch error {
      case .system(let code):
        throw fault(systemText(code), code == ENOENT ? "name another with --config" : "check who may read it")
      case .noFile: throw fault("it is no file", "name a file with --config")
      case .tooLarge: throw fault("it is larger than 4 MB", nil)
      case .noText: throw fault("it is not UTF-8", nil)
      }
    }
    var surroundings = ConfigSurroundings(
      path: path, isReadableByAll: file.isReadableByAll,
      credentialsFolder: environment["CREDENTIALS_DIRECTORY"])
    surroundings.isOnlyChecked = isOnlyChecked
    try self.init(text: file.text, surroundings)
  }

  package init(text: String, _ surroundings: ConfigSurroundings) throws(ConfigFaults) {
    self.init()
    let value: ConfigValue
    do {
      value = try JSON5Parser.parse(text)
    } catch {
      throw ConfigFaults(
        path: surroundings.path, [ConfigFault(place: error.place, key: "", text: error.text, remedy: nil)])
    }
    var reader = ConfigReader()
    var parts: [String: ConfigValue] = [:]
    // Streams come last: what they inherit may stand after them.
    let later = StreamReader.schemas.map(\.name)
    let keys =
      ServiceKeys.all
      + later.map { name in
        ConfigKey(name, ConfigSchema(type: ["object"]), "") { value, _, _ in
          parts[name] = parts[name] ?? value
        }
      }
    reader.object(value, keys, into: &self)
    database.path = database.path.map(surroundings.absolute)
    var streamReader = StreamReader(
      surroundings, keepFrames: database.keepFrames, keepMinutes: database.keepMinutes)
    if let defaults = parts["defaults"] { streamReader.readDefaults(defaults, &reader) }
    if let value = parts["streams"] { streamReader.readStreams(value, &reader) }
    streams = streamReader.streams
    unreadCredentials = streamReader.unreadCredentials
    places = reader.places
    let faults = reader.faults + readToken(surroundings, reader.places)
    guard faults.isEmpty else { throw ConfigFaults(path: surroundings.path, faults) }
  }

  /// Shorter ones are guessed.
  private static let shortestToken = 16

  /// Gets the token, and says what is wrong with it.
  private mutating func readToken(
    _ surroundings: ConfigSurroundings, _ places: [String: ConfigPlace]
  ) -> [ConfigFault] {
    func fault(_ text: String, _ remedy: String?) -> [ConfigFault] {
      let key = http.tokenName != nil ? "http.token" : http.isLoopback ? "http.hosts" : "http.address"
      return [ConfigFault(place: places[key], key: key, text: text, remedy: remedy)]
    }
    guard let name = http.tokenName else {
      guard http.isEnabled else { return [] }
      if !http.isLoopback {
        return fault(
          "whoever reaches '\(http.address)' could ask without a token",
          "set http.token, or listen on 127.0.0.1")
      }
      guard let host = http.hosts.first else { return [] }
      return fault("whoever reaches '\(host)' could ask without a token", "set http.token")
    }
    switch surroundings.credential(name) {
    case .failure(let problem): return fault(problem.text, problem.remedy)
    case .success(nil): unreadCredentials.append(name)
    case .success(let token?):
      guard token.utf8.count >= Self.shortestToken, !token.contains(" ") else {
        return fault(
          "the token in '\(name)' is shorter than \(Self.shortestToken) characters, or has spaces",
          "make one with 'openssl rand -hex 24'")
      }
      http.token = Secret(token)
    }
    return []
  }
}
