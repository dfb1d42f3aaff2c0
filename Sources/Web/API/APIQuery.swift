import HTTP
import ShuffledCore
import Store

/// The parameters of a request, by the names that `shuffled query` has options for.
struct APIQuery {
  /// What kinds of answers take.
  static let ofFrames: Set = ["run", "stream", "label", "min_confidence", "since", "until"]
  static let ofRuns: Set = ["run", "stream", "since", "until"]

  private let values: [String: String]

  /// Throws `Failure` of kind `usage` for a parameter that means nothing here, or comes twice.
  init(_ request: HTTPRequest, taking names: Set<String>) throws(Failure) {
    var values: [String: String] = [:]
    for parameter in request.query {
      guard names.contains(parameter.name) else {
        let nearest = nearestName(to: parameter.name, in: Array(names).sorted())
        throw Failure(
          .usage, cannot: "take parameter", parameter.name, because: "there is none of this name here",
          remedy: nearest.map { "did you mean '\($0)'?" } ?? "see /api/v1/openapi.json")
      }
      guard values.updateValue(parameter.value, forKey: parameter.name) == nil else {
        throw Failure(
          .usage, cannot: "take parameter", parameter.name, because: "it is there twice",
          remedy: "give it once")
      }
    }
    self.values = values
  }

  func filter(now: WallTime = .now()) throws(Failure) -> QueryFilter {
    QueryFilter(
      run: try integer("run", in: 1...Int.max).map(Int64.init), stream: values["stream"],
      label: values["label"], minConfidence: try share("min_confidence"), since: try moment("since", now),
      until: try moment("until", now))
  }

  /// Where the last page ended: the numbers of the parameter `after`, which points part; nil without it.
  func position(of count: Int) throws(Failure) -> [Int64]? {
    guard let text = values["after"] else { return nil }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Int64($0) }
    guard numbers.count == count, parts.count == count else {
      throw Self.wrong("after", text, "the 'next' of an answer")
    }
    return numbers
  }

  func integer(_ name: String, in range: ClosedRange<Int>) throws(Failure) -> Int? {
    guard let text = values[name] else { return nil }
    guard let value = Int(text), range.contains(value) else {
      let wanted =
        range.upperBound == .max
        ? "a whole number from \(range.lowerBound) on"
        : "a whole number from \(range.lowerBound) to \(range.upperBound)"
      throw Self.wrong(name, text, wanted)
    }
    return value
  }

  func choice<Choice: RawRepresentable & CaseIterable>(_ name: String) throws(Failure) -> Choice?
  where Choice.RawValue == String {
    guard let text = values[name] else { return nil }
    guard let choice = Choice(rawValue: text) else {
      throw Self.wrong(name, text, "one of " + Choice.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return choice
  }

  private func share(_ name: String) throws(Failure) -> Double? {
    guard let text = values[name] else { return nil }
    guard let value = Double(text), (0...1).contains(value) else {
      throw Self.wrong(name, text, "a number from 0 to 1")
    }
    return value
  }

  private func moment(_ name: String, _ now: WallTime) throws(Failure) -> WallTime? {
    guard let text = values[name] else { return nil }
    guard let moment = WallTime(text, now: now) else {
      throw Self.wrong(
        name, text,
        "a time such as 2026-01-31T12:00:00Z, 2026-01-31, today, yesterday, or 90s, 15m, 2h, 3d ago")
    }
    return moment
  }

  private static func wrong(_ name: String, _ text: String, _ wanted: String) -> Failure {
    Failure(.usage, cannot: "take \(name)", text, because: "it takes \(wanted)")
  }
}
