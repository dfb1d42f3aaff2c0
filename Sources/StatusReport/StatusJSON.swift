import FoundationEssentials
import ShuffledCore

extension DaemonStatus {
  /// As JSON on one line, members in the order of the alphabet, without an end of line.
  public var json: String { text(of: self) }

  /// From JSON; members that are not known are passed over. Throws `badData` that names `subject`, from where it came.
  public init(json: [UInt8], of subject: String) throws(Failure) {
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(json))
    } catch {
      throw Failure(
        .badData, cannot: "understand the daemon", subject,
        because: "its answer is no status that is known here",
        remedy: "restart the daemon if it is of another version than this program")
    }
  }
}

extension StreamStatus {
  /// As JSON on one line, members in the order of the alphabet, without an end of line.
  public var json: String { text(of: self) }
}

private func text(of status: some Encodable) -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  // Texts, whole numbers and finite numbers can all be encoded.
  guard let data = try? encoder.encode(status) else {
    preconditionFailure("a status has values of JSON only")
  }
  return String(decoding: data, as: UTF8.self)
}
