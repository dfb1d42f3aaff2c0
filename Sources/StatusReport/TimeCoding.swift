import ShuffledCore

// A moment has two members: RFC 3339 for people, and microseconds since 1970, which are what is read back.

extension KeyedEncodingContainer {
  /// Null in both where there is none.
  mutating func encode(_ time: WallTime?, _ text: Key, _ microseconds: Key) throws {
    try encode(time?.rfc3339, forKey: text)
    try encode(time?.microseconds, forKey: microseconds)
  }

  /// Null for what JSON has no number for.
  mutating func encode(finite value: Double?, _ key: Key) throws {
    try encode(value.flatMap { $0.isFinite ? $0 : nil }, forKey: key)
  }
}

extension KeyedDecodingContainer {
  func time(_ microseconds: Key) throws -> WallTime {
    WallTime(microseconds: try decode(Int64.self, forKey: microseconds))
  }

  func optionalTime(_ microseconds: Key) throws -> WallTime? {
    try decodeIfPresent(Int64.self, forKey: microseconds).map { WallTime(microseconds: $0) }
  }
}
