import ShuffledCore

/// What each of the 256 values of a sample becomes, a table a channel: `(sample * scale - mean) / std`, computed in
/// double precision and rounded once.
struct Normalization {
  /// Three tables of 256, in the specification's channel order.
  let tables: [Float]

  init(_ specification: InputSpecification) {
    tables = (0..<3).flatMap { channel in
      (0..<256).map { sample in
        Float(
          (Double(sample) * specification.scale - specification.mean[channel]) / specification.std[channel])
      }
    }
  }
}
