import Glibc
import ShuffledCore

/// What a value may be.
struct ConfigType<Value> {
  /// For messages: `a number from 0.01 to 1000`.
  var wanted: String
  var schema: ConfigSchema
  /// nil where it is something else.
  var read: (ConfigValue.Content) -> Value?
  /// As a configuration would say it; nil for what nobody would say.
  var show: (Value) -> ConfigSchema.Scalar?

  /// One that may also be null, for "no such thing".
  var optional: ConfigType<Value?> {
    var schema = schema
    schema.type.append("null")
    return ConfigType<Value?>(
      wanted: wanted + ", or null", schema: schema,
      read: { content in content == .null ? .some(nil) : read(content).map { .some($0) } },
      show: { $0.map(show) ?? .null })
  }
}

extension ConfigType<String> {
  static var text: Self {
    Self(
      wanted: "a text", schema: ConfigSchema(type: ["string"]),
      read: { if case .text(let text) = $0, !text.isEmpty { text } else { nil } },
      show: { $0.isEmpty ? nil : .text($0) })
  }
}

extension ConfigType<String> {
  /// As a literal.
  static var address: Self {
    Self(
      wanted: "an IP address of this machine, such as '127.0.0.1', '::1', '0.0.0.0' or '::'",
      schema: ConfigSchema(
        type: ["string"], pattern: "^([0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)$"),
      read: { content in
        guard case .text(let text) = content else { return nil }
        var buffer = in6_addr()
        return inet_pton(AF_INET, text, &buffer) == 1 || inet_pton(AF_INET6, text, &buffer) == 1 ? text : nil
      }, show: { .text($0) })
  }
}

extension ConfigType<Bool> {
  static var boolean: Self {
    Self(
      wanted: "true or false", schema: ConfigSchema(type: ["boolean"]),
      read: { if case .boolean(let value) = $0 { value } else { nil } }, show: { .boolean($0) })
  }
}

extension ConfigType<Int> {
  static func integer(_ range: ClosedRange<Int>) -> Self {
    Self(
      wanted: "a whole number from \(range.lowerBound) to \(range.upperBound)",
      schema: ConfigSchema(
        type: ["integer"], minimum: Double(range.lowerBound), maximum: Double(range.upperBound)),
      read: {
        if case .number(let value) = $0, let whole = Int(exactly: value), range.contains(whole) {
          whole
        } else {
          nil
        }
      },
      show: { .number(Double($0)) })
  }
}

extension ConfigType<Double> {
  static func number(_ range: ClosedRange<Double>) -> Self {
    func text(_ value: Double) -> String { value == value.rounded() ? "\(Int(value))" : "\(value)" }
    return Self(
      wanted: "a number from \(text(range.lowerBound)) to \(text(range.upperBound))",
      schema: ConfigSchema(type: ["number"], minimum: range.lowerBound, maximum: range.upperBound),
      read: { if case .number(let value) = $0, range.contains(value) { value } else { nil } },
      show: { .number($0) })
  }
}

extension ConfigType<Duration> {
  static func duration(_ range: ClosedRange<Duration>) -> Self {
    Self(
      wanted:
        "a duration from \(range.lowerBound.text) to \(range.upperBound.text), such as '500ms', '10s', '5m', '2h' or '7d'",
      schema: ConfigSchema(type: ["string"], pattern: "^[0-9]+(\\.[0-9]+)?(ms|s|m|h|d)$"),
      read: { content in
        guard case .text(let text) = content, let duration = Duration(text: text) else { return nil }
        return range.contains(duration) ? duration : nil
      }, show: { .text($0.text) })
  }
}

extension ConfigType<Int64> {
  /// Of a file.
  static var size: Self {
    Self(
      wanted: "a size such as '500M', '20G' or '1T'",
      schema: ConfigSchema(type: ["string"], pattern: "^[0-9]+[kMGT]?$"),
      read: { content in
        guard case .text(let text) = content, let bytes = ByteCountText.bytes(text), bytes > 0 else {
          return nil
        }
        return bytes
      }, show: { .text(ByteCountText.text($0)) })
  }
}

extension ConfigType where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  static func choice(_: Value.Type = Value.self) -> Self {
    let words = Value.allCases.map(\.rawValue)
    return Self(
      wanted: words.map { "'\($0)'" }.joined(separator: " or "),
      schema: ConfigSchema(type: ["string"], enumeration: words),
      read: { if case .text(let text) = $0 { Value(rawValue: text) } else { nil } },
      show: { .text($0.rawValue) })
  }
}

extension ConfigType<[String]> {
  static var texts: Self {
    Self(
      wanted: "a list of texts",
      schema: ConfigSchema(type: ["array"], items: ConfigSchema(type: ["string"])),
      read: { content in
        guard case .list(let items) = content else { return nil }
        let texts = items.compactMap { if case .text(let text) = $0.content { text } else { nil } }
        return texts.count == items.count ? texts : nil
      }, show: { _ in nil })
  }
}

extension ConfigType<[String]> {
  /// Of pages: scheme and host, as browsers send them.
  static var origins: Self {
    let pattern = "^https?://[^/ ]+$"
    return Self(
      wanted: "a list of origins such as 'https://grafana.example', without a path",
      schema: ConfigSchema(type: ["array"], items: ConfigSchema(type: ["string"], pattern: pattern)),
      read: { content in
        ConfigType<[String]>.texts.read(content).flatMap { origins in
          origins.allSatisfy { origin in
            let rest = ["http://", "https://"].first(where: origin.hasPrefix).map {
              origin.dropFirst($0.count)
            }
            return rest.map { !$0.isEmpty && !$0.contains("/") && !$0.contains(" ") } ?? false
          } ? origins : nil
        }
      }, show: { _ in nil })
  }
}

extension ConfigType<RegionOfInterest> {
  static var region: Self {
    Self(
      wanted: "a list of four fractions within the picture: left, top, width, height",
      schema: ConfigSchema(
        type: ["array"], items: ConfigSchema(type: ["number"], minimum: 0, maximum: 1), length: 4),
      read: { content in
        guard case .list(let items) = content, items.count == 4 else { return nil }
        let numbers = items.compactMap { if case .number(let number) = $0.content { number } else { nil } }
        guard numbers.count == 4 else { return nil }
        return RegionOfInterest(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3])
      }, show: { _ in nil })
  }
}
