import ShuffledCore

/// Weights from their names alone: for benchmarks, which need a network but no answers, and for the tests, whose
/// PyTorch side (Tests/Fixtures/networks/generate.py) makes the same ones bit for bit.
public enum SeededWeights {
  /// Floats in 0..<1, 24 bits each: SplitMix64 started at the FNV-1a hash of the name.
  package static func uniform(_ name: String, _ count: Int) -> [Float] {
    var state: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
    var generator = SeededGenerator(seed: state)
    return (0..<count).map { _ in Float(generator.next() >> 40) / 16_777_216 }
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

  /// All of a network's weights.
  public static func weights(_ architecture: Architecture) -> Weights { Weights(shuffleNetV2(architecture)) }

  /// Every tensor of a ShuffleNet V2, by torchvision's names.
  package static func shuffleNetV2(_ architecture: Architecture) -> [String: Tensor] {
    var all: [String: Tensor] = [:]
    func add(_ name: String, _ shape: [Int]) { all[name] = tensor(name, shape) }
    func normalization(_ name: String, _ channels: Int) {
      for kind in ["weight", "bias", "running_mean", "running_var"] { add("\(name).\(kind)", [channels]) }
    }
    func convolution(_ prefix: String, _ index: Int, _ shape: [Int]) {
      add("\(prefix).\(index).weight", shape)
      normalization("\(prefix).\(index + 1)", shape[0])
    }
    let channels = architecture.channels
    convolution("conv1", 0, [channels[0], 3, 3, 3])
    for (stage, units) in architecture.stageRepeats.enumerated() {
      let half = channels[stage + 1] / 2
      for unit in 0..<units {
        let inputs = unit == 0 ? channels[stage] : half
        let name = "stage\(stage + 2).\(unit)"
        if unit == 0 {
          convolution(name + ".branch1", 0, [inputs, 1, 3, 3])
          convolution(name + ".branch1", 2, [half, inputs, 1, 1])
        }
        convolution(name + ".branch2", 0, [half, inputs, 1, 1])
        convolution(name + ".branch2", 3, [half, 1, 3, 3])
        convolution(name + ".branch2", 5, [half, half, 1, 1])
      }
    }
    let last = channels[channels.count - 1]
    convolution("conv5", 0, [last, channels[channels.count - 2], 1, 1])
    add("fc.weight", [architecture.classes, last])
    add("fc.bias", [architecture.classes])
    return all
  }
}
