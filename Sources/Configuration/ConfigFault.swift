import ShuffledCore

/// Something in a configuration that cannot be followed.
public struct ConfigFault: Error, Equatable, Sendable {
  /// Where; nil: it is missing, or is not a matter of a line.
  var place: ConfigPlace?
  /// `streams.gate.fps`; empty: the whole.
  var key: String
  /// What is wrong with it. No passwords.
  var text: String
  /// What a person can do.
  var remedy: String?

  /// As every command tells what is wrong.
  /// - Parameter path: the file's.
  public func failure(in path: String) -> Failure {
    Failure(
      .badConfiguration, cannot: "use configuration", path,
      because: (place.map { "line \($0.line): " } ?? "") + (key.isEmpty ? "" : "\(key): ") + text,
      remedy: remedy)
  }
}

/// A configuration that cannot be followed: all that is wrong with it, in the order of its text; at least one.
public struct ConfigFaults: Error, Sendable {
  public let path: String
  public let faults: [ConfigFault]

  public init(path: String, _ faults: [ConfigFault]) {
    self.path = path
    self.faults = faults.sorted { a, b in
      switch (a.place, b.place) {
      case (let a?, let b?): a < b
      case (nil, _?): false
      case (_?, nil): true
      case (nil, nil): a.key < b.key
      }
    }
  }

  /// A line each.
  public var failures: [Failure] { faults.map { $0.failure(in: path) } }
}
