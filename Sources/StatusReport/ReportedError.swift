import ShuffledCore

/// An error that happened, as one line, and when. No passwords.
public struct ReportedError: Equatable, Sendable {
  public var text: String
  public var time: WallTime

  public init(_ text: String, at time: WallTime) {
    self.text = text
    self.time = time
  }
}

extension ReportedError: Codable {
  private enum CodingKeys: String, CodingKey {
    case text, time
    case timeMicroseconds = "time_us"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    text = try container.decode(String.self, forKey: .text)
    time = try container.time(.timeMicroseconds)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(text, forKey: .text)
    try container.encode(time, .time, .timeMicroseconds)
  }
}
