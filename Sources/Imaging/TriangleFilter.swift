/// What each sample of a resized axis is made of: antialiased bilinear as Pillow defines it, a triangle as wide as
/// the reduction, at least as wide as between two neighbours. https://pillow.readthedocs.io/en/stable/handbook/concepts.html#filters
struct TriangleFilter {
  /// By sample of the result: the first source sample.
  private(set) var first: [Int]
  /// weights[sample of the result][tap], each sample's adding up to 1.
  private(set) var weights: [Float]
  private(set) var taps: Int

  /// - Parameters:
  ///   - length: source samples.
  ///   - scale: source samples a sample of the result.
  ///   - shift: what is added to a center's place in the source, in source samples.
  ///   - needed: the samples of the result that are wanted.
  init(length: Int, scale: Double, shift: Double = 0, needed: Range<Int>) {
    let support = max(scale, 1)
    var rows: [(first: Int, weights: [Double])] = []
    for position in needed {
      let center = (Double(position) + 0.5) * scale + shift
      let start = min(max(0, Int((center - support - 0.5).rounded(.down))), length - 1)
      let end = max(start + 1, min(length, Int((center + support + 0.5).rounded(.up))))
      var row = (start..<end).map { max(0, 1 - abs(Double($0) + 0.5 - center) / support) }
      let leading = row.prefix { $0 == 0 }.count
      row.removeFirst(min(leading, row.count - 1))
      while row.count > 1, row.last == 0 { row.removeLast() }
      rows.append((first: start + min(leading, end - start - 1), weights: row))
    }
    taps = rows.map(\.weights.count).max() ?? 1
    first = []
    weights = []
    for row in rows {
      // All have as many taps, and none reaches past the end.
      let start = min(row.first, length - taps)
      let sum = row.weights.reduce(0, +)
      let leading = row.first - start
      first.append(start)
      weights += (0..<taps).map { tap in
        row.weights.indices.contains(tap - leading) ? Float(row.weights[tap - leading] / sum) : 0
      }
    }
  }

  /// The source samples that any of the result's is made of.
  var source: Range<Int> { (first.min() ?? 0)..<(first.max() ?? 0) + taps }

  /// Appends taps of weight zero, and samples of nothing, until there are multiples of `multiple` of each.
  mutating func pad(toMultiplesOf multiple: Int) {
    func padded(_ count: Int) -> Int { (count + multiple - 1) / multiple * multiple }
    let wide = padded(taps)
    var result = [Float](repeating: 0, count: padded(first.count) * wide)
    for sample in first.indices {
      for tap in 0..<taps { result[sample * wide + tap] = weights[sample * taps + tap] }
    }
    first += repeatElement(first.first ?? 0, count: padded(first.count) - first.count)
    weights = result
    taps = wide
  }
}
