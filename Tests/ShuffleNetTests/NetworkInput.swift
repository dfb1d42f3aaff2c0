import ShuffleNet

extension ForwardPass {
  /// Puts planes (channels x height x width) into the network's input.
  func fill(_ planes: [Float]) {
    let layout = plan.inputLayout
    for c in 0..<3 {
      for y in 0..<layout.size.height {
        for x in 0..<layout.size.width {
          input[layout.index(channel: c, y: y, x: x)] =
            planes[c * layout.size.pixels + y * layout.size.width + x]
        }
      }
    }
  }
}

/// The largest absolute difference as a share of the golden values' range.
func difference(_ found: [Float], _ golden: [Float]) -> Double {
  guard found.count == golden.count else { return .infinity }
  let range = Double((golden.max() ?? 0) - (golden.min() ?? 0))
  return zip(found, golden).reduce(0) { max($0, abs(Double($1.0) - Double($1.1))) } / range
}
