import ShuffledCore

/// Reads objects by tables of keys, and remembers all that is wrong instead of stopping at the first.
struct ConfigReader {
  private(set) var faults: [ConfigFault] = []
  /// Where each key stands.
  private(set) var places: [String: ConfigPlace] = [:]
  /// The keys on the way to what is being read.
  private var path: [String] = []

  mutating func report(_ place: ConfigPlace?, _ text: String, remedy: String? = nil) {
    faults.append(ConfigFault(place: place, key: path.joined(separator: "."), text: text, remedy: remedy))
  }

  /// Reads what is `name`'s, so that faults in it are told as its.
  mutating func within(_ name: String, _ body: (inout ConfigReader) -> Void) {
    path.append(name)
    body(&self)
    path.removeLast()
  }

  /// What is being read stands there.
  mutating func remember(_ place: ConfigPlace) { places[path.joined(separator: ".")] = place }

  /// The value, if it is what is wanted.
  mutating func value<Value>(_ value: ConfigValue, _ type: ConfigType<Value>) -> Value? {
    if let read = type.read(value.content) { return read }
    report(value.place, "it is \(value.shown); wanted is \(type.wanted)")
    return nil
  }

  /// The members of an object; those that are there twice are told.
  mutating func members(_ value: ConfigValue) -> [ConfigValue.Member] {
    guard case .object(let members) = value.content else {
      report(value.place, "it is \(value.shown); wanted is an object { ... }")
      return []
    }
    var first: [String: ConfigPlace] = [:]
    for member in members {
      if let before = first[member.name] {
        within(member.name) { $0.report(member.place, "it is there twice, first in line \(before.line)") }
      } else {
        first[member.name] = member.place
      }
    }
    return members
  }

  /// An object, key by key. Returns the members that it has.
  @discardableResult
  mutating func object<Settings>(
    _ value: ConfigValue, _ keys: [ConfigKey<Settings>], into settings: inout Settings
  ) -> [ConfigValue.Member] {
    let members = members(value)
    for member in members {
      within(member.name) { reader in
        reader.remember(member.place)
        if let key = keys.first(where: { $0.name == member.name }) {
          key.read(member.value, &settings, &reader)
        } else {
          let known = keys.map(\.name)
          reader.report(
            member.place, "there is no such key",
            remedy: nearestName(to: member.name, in: known).map { "did you mean '\($0)'?" }
              ?? "known are \(known.joined(separator: ", "))")
        }
      }
    }
    return members
  }
}
