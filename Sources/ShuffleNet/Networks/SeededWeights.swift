import ShuffledCore

/// Weights from their names alone: for benchmarks, which need a network but no answers, and for the tests, whose
/// PyTorch side (Tests/Fixtures/networks/generate.py) makes the same ones bit for bit.
public enum SeededWeights {
  /// Floats in 0..<1, 24 bits each: SplitMix64 started at the FNV-1a hash of the name.
  package static func uniform(_ name: String, _ count: Int) -> [Float] {
    var generator = SeededGenerator(seed: hash(name))
    return (0..<count).map { _ in Float(generator.next() >> 40) / 16_777_216 }
  }

  /// FNV-1a.
  static func hash(_ name: String) -> UInt64 {
    name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  package static func tensor(_ name: String, _ shape: [Int]) -> Tensor {
    let values = uniform(name, shape.reduce(1, *))
    let kind = name.split(separator: ".").last ?? ""
    if shape.count > 1 {
      let bound = Float((6 / Double(shape[1...].reduce(1, *))).squareRoot())
      return Tensor(shape: shape, values: values.map { ($0 * 2 - 1) * bound })
    }
    let shift: Float = kind == "running_var" || kind == "weight" ? 0.5 : -0.5
    return Tensor(shape: shape, values: values.map { $0 + shift })
  }

  /// Every tensor that is asked for.
  public static var weights: Weights { Weights { tensor($0, $1) } }
}
