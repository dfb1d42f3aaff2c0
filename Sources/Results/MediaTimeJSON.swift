import ShuffledCore

extension JSON {
  /// Seconds of media time; null where there is none.
  static func seconds(_ time: MediaTime?) -> JSON {
    time.map { .number(Double($0.microseconds) / 1e6) } ?? .null
  }
}
