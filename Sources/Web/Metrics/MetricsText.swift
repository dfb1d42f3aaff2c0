import ShuffledCore

/// Prometheus' text format, version 0.0.4.
struct MetricsText {
  enum Kind: String { case counter, gauge, histogram }

  typealias Labels = [(String, String)]

  static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  private(set) var text = ""

  /// A family of samples, one for each set of labels.
  mutating func add(
    _ name: String, _ kind: Kind, _ help: String, _ samples: [(labels: Labels, value: Double)]
  ) {
    begin(name, kind, help)
    for sample in samples { line(name, sample.labels, sample.value) }
  }

  /// A family of one sample without labels.
  mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
    add(name, kind, help, [([], value)])
  }

  /// Distributions, in seconds.
  mutating func add(_ name: String, _ help: String, _ histograms: [(labels: Labels, value: BucketHistogram)])
  {
    begin(name, .histogram, help)
    for (labels, histogram) in histograms {
      for (bound, count) in histogram.cumulative {
        line(name + "_bucket", labels + [("le", Self.number(bound))], Double(count))
      }
      line(name + "_bucket", labels + [("le", "+Inf")], Double(histogram.count))
      line(name + "_sum", labels, histogram.sum.seconds)
      line(name + "_count", labels, Double(histogram.count))
    }
  }

  private mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
  }

  private mutating func line(_ name: String, _ labels: Labels, _ value: Double) {
    text += name
    if !labels.isEmpty {
      text += "{"
      for (index, (label, value)) in labels.enumerated() {
        text += "\(index > 0 ? "," : "")\(label)=\"\(Self.escaped(value))\""
      }
      text += "}"
    }
    text += " \(Self.number(value))\n"
  }

  /// Counts without a point; no digit that a Double does not have.
  private static func number(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf" }
    return value == value.rounded() && value.magnitude < 1e15 ? "\(Int64(value))" : "\(value)"
  }

  private static func escaped(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "\"") || $0 < 0x20 })
    else { return text }
    return text.unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar {
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      case "\n": result += "\\n"
      default: result.unicodeScalars.append(scalar)
      }
    }
  }
}
