import ShuffledCore

/// One key of an object: what it is called, what it may be, what it means, and where its value goes. Reading, messages and the
/// schema follow from tables of these.
struct ConfigKey<Settings> {
  var name: String
  /// For the schema: what it means, with its unit.
  var about: String
  var schema: ConfigSchema
  var read: (ConfigValue, inout Settings, inout ConfigReader) -> Void

  /// - Parameters:
  ///   - path: where the value goes.
  ///   - defaults: where the schema's default comes from; nil where there is none.
  init<Value>(
    _ name: String, _ type: ConfigType<Value>, _ path: WritableKeyPath<Settings, Value>,
    default defaults: Settings?,
    _ about: String
  ) {
    self.name = name
    self.about = about
    schema = type.schema
    schema.description = about
    schema.default = defaults.flatMap { type.show($0[keyPath: path]) }
    read = { value, settings, reader in
      if let value = reader.value(value, type) { settings[keyPath: path] = value }
    }
  }

  /// An object of keys.
  init<Inner>(
    _ name: String, _ path: WritableKeyPath<Settings, Inner>, _ about: String, _ keys: [ConfigKey<Inner>]
  ) {
    self.name = name
    self.about = about
    schema = ConfigSchema(objectOf: keys, about)
    read = { value, settings, reader in reader.object(value, keys, into: &settings[keyPath: path]) }
  }

  /// One whose value needs more than a type.
  init(
    _ name: String, _ schema: ConfigSchema, _ about: String,
    read: @escaping (ConfigValue, inout Settings, inout ConfigReader) -> Void
  ) {
    self.name = name
    self.about = about
    self.schema = schema
    self.schema.description = about
    self.read = read
  }
}
