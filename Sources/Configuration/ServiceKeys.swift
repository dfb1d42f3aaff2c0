import ShuffledCore

/// What a configuration may say beside its streams.
enum ServiceKeys {
  private static let defaults = ServiceConfiguration()
  /// From a minute, so that nothing is deleted that was just written, to what a duration can say.
  static let ages = Duration.seconds(60)...Duration.seconds(100_000 * 86_400)

  static var all: [ConfigKey<ServiceConfiguration>] {
    [
      ConfigKey("$schema", ConfigSchema(type: ["string"]), "for editors; means nothing here") {
        value, _, reader in
        _ = reader.value(value, ConfigType.text)
      },
      ConfigKey("database", \.database, "where results go", database),
      ConfigKey("http", \.http, "who may ask over the network", http),
      ConfigKey(
        "workers", ConfigType.integer(WorkerCount.allowed).optional, \.workers, default: defaults,
        "frames classified at a time; null: one a core"),
      ConfigKey(
        "socket", ConfigType.text.optional, \.socket, default: defaults,
        "path of the Unix-domain socket for 'shuffled status'; null: in the service's runtime folder"),
    ]
  }

  private static var database: [ConfigKey<ServiceConfiguration.Database>] {
    let defaults = defaults.database
    return [
      ConfigKey(
        "path", ConfigType.text.optional, \.path, default: defaults,
        "the database's file; null: shuffled.db in the service's state folder"),
      ConfigKey(
        "durability", ConfigType<ServiceConfiguration.Database.Durability>.choice(), \.durability,
        default: defaults,
        "what a power cut may cost: the newest rows (normal), or none (full)"),
      ConfigKey(
        "keep_frames", ConfigType.duration(ages).optional, \.keepFrames, default: defaults,
        "how long single frames are kept; null: for ever"),
      ConfigKey(
        "keep_minutes", ConfigType.duration(ages).optional, \.keepMinutes, default: defaults,
        "how long minutes' sums, segments and coverage are kept; null: for ever"),
      ConfigKey(
        "max_size", ConfigType.size.optional, \.maximumSize, default: defaults,
        "the most that the database may have in use; the oldest goes first; null: no limit"),
    ]
  }

  private static var http: [ConfigKey<ServiceConfiguration.HTTP>] {
    let defaults = defaults.http
    return [
      ConfigKey(
        "enabled", ConfigType.boolean, \.isEnabled, default: defaults, "whether it is answered at all"),
      ConfigKey(
        "address", ConfigType.address, \.address, default: defaults,
        "127.0.0.1 or ::1: this machine answers itself only; any other needs a token"),
      ConfigKey(
        "port", ConfigType.integer(0...65_535), \.port, default: defaults, "TCP port; 0: any that is free"),
      ConfigKey(
        "token", ConfigType.text.optional, \.tokenName, default: defaults,
        "where the token is that who asks has to send: the name of a systemd credential, or a file's path with a slash"
      ),
      ConfigKey(
        "hosts", ConfigType.texts, \.hosts, default: defaults,
        "names that it is asked by beside this machine's own, such as a proxy's"),
      ConfigKey(
        "allow_origins", ConfigType.origins, \.allowOrigins, default: defaults,
        "other sites whose pages may ask, such as 'https://grafana.example' (CORS)"),
    ]
  }
}
