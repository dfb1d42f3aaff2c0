import FoundationEssentials

/// A part of a JSON schema (draft 2020-12), for editors.
struct ConfigSchema: Equatable {
  enum Scalar: Equatable {
    case null
    case boolean(Bool)
    case number(Double)
    case text(String)
  }

  struct Property: Equatable {
    var name: String
    var schema: ConfigSchema
  }

  var type: [String] = []
  var description: String?
  var `default`: Scalar?
  var minimum: Double?
  var maximum: Double?
  var pattern: String?
  var enumeration: [String]?
  /// One or none: a type cannot hold itself.
  private var itemSchema: [ConfigSchema] = []
  var length: Int?
  /// In the order of their table.
  var properties: [Property] = []
  /// What names that are not in `properties` may hold; none: no others are allowed.
  private var otherSchema: [ConfigSchema] = []
  var otherNames: String?

  init(
    type: [String], minimum: Double? = nil, maximum: Double? = nil, pattern: String? = nil,
    enumeration: [String]? = nil, items: ConfigSchema? = nil, length: Int? = nil
  ) {
    self.type = type
    self.minimum = minimum
    self.maximum = maximum
    self.pattern = pattern
    self.enumeration = enumeration
    itemSchema = items.map { [$0] } ?? []
    self.length = length
  }

  init<Settings>(objectOf keys: [ConfigKey<Settings>], _ about: String) {
    type = ["object"]
    description = about
    properties = keys.map { Property(name: $0.name, schema: $0.schema) }
  }

  /// An object whose names people choose.
  init(namesMatching pattern: String, of schema: ConfigSchema, _ about: String) {
    type = ["object"]
    description = about
    otherNames = pattern
    otherSchema = [schema]
  }

  /// The keys of objects, with points between: `streams.*.fps`.
  var paths: [String] {
    properties.flatMap { property in [property.name] + property.schema.paths.map { "\(property.name).\($0)" }
    }
      + otherSchema.flatMap { schema in ["*"] + schema.paths.map { "*.\($0)" } }
  }

  /// As a whole schema, for people too: indented.
  func json(title: String) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(Whole(title: title, schema: self)) else {
      preconditionFailure("a schema has values of JSON only")
    }
    return String(decoding: data, as: UTF8.self) + "\n"
  }
}

// MARK: As JSON

private struct Whole: Encodable {
  var title: String
  var schema: ConfigSchema

  func encode(to encoder: any Encoder) throws {
    try schema.encode(to: encoder)
    var container = encoder.container(keyedBy: AnyName.self)
    try container.encode("https://json-schema.org/draft/2020-12/schema", forKey: AnyName("$schema"))
    try container.encode(title, forKey: AnyName("title"))
  }
}

private struct AnyName: CodingKey {
  var stringValue: String
  var intValue: Int? { nil }
  init(_ name: String) { stringValue = name }
  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

extension ConfigSchema: Encodable {
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: AnyName.self)
    func name(_ text: String) -> AnyName { AnyName(text) }
    if type.count == 1 { try container.encode(type[0], forKey: name("type")) }
    if type.count > 1 { try container.encode(type, forKey: name("type")) }
    try container.encodeIfPresent(description, forKey: name("description"))
    switch `default` {
    case nil: break
    case .null?: try container.encodeNil(forKey: name("default"))
    case .boolean(let value)?: try container.encode(value, forKey: name("default"))
    case .number(let value)?: try container.encode(value, forKey: name("default"))
    case .text(let value)?: try container.encode(value, forKey: name("default"))
    }
    try container.encodeIfPresent(minimum, forKey: name("minimum"))
    try container.encodeIfPresent(maximum, forKey: name("maximum"))
    try container.encodeIfPresent(pattern, forKey: name("pattern"))
    if let enumeration { try container.encode(enumeration, forKey: name("enum")) }
    try container.encodeIfPresent(itemSchema.first, forKey: name("items"))
    try container.encodeIfPresent(length, forKey: name("minItems"))
    try container.encodeIfPresent(length, forKey: name("maxItems"))
    guard type == ["object"] else { return }
    if !properties.isEmpty {
      var inner = container.nestedContainer(keyedBy: AnyName.self, forKey: name("properties"))
      for property in properties { try inner.encode(property.schema, forKey: name(property.name)) }
    }
    if let other = otherSchema.first {
      var inner = container.nestedContainer(keyedBy: AnyName.self, forKey: name("patternProperties"))
      try inner.encode(other, forKey: name(otherNames ?? ""))
    }
    try container.encode(false, forKey: name("additionalProperties"))
  }
}
