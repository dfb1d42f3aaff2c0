import FoundationEssentials

/// A model file in the making: valid as it is, to be spoiled in one place by each test.
struct ModelFileBytes {
  var metadata: [String: String] = [
    "format": "shuffled.model.v1", "name": "tiny",
    "architecture":
      #"{"family":"shufflenet_v2","dialect":"torchvision","stage_repeats":[1],"channels":[2,4,3],"activation":"relu","classes":2}"#,
    "input":
      #"{"height":32,"width":32,"resize_shorter":36,"channel_order":"rgb","scale":0.00392156862745098,"mean":[0.5,0.5,0.5],"std":[0.2,0.2,0.2]}"#,
    "labels": #"["no","yes"]"#,
  ]
  var tensors: [(name: String, shape: [Int], values: [Float])] = []

  init() {
    func add(_ name: String, _ shape: [Int]) {
      let count = shape.reduce(1, *)
      tensors.append(
        (name, shape, (0..<count).map { Float($0 % 5) * 0.25 - 0.5 + (shape.count == 1 ? 1 : 0) }))
    }
    func convolution(_ prefix: String, _ index: Int, _ shape: [Int]) {
      add("\(prefix).\(index).weight", shape)
      for kind in ["weight", "bias", "running_mean", "running_var"] {
        add("\(prefix).\(index + 1).\(kind)", [shape[0]])
      }
    }
    convolution("conv1", 0, [2, 3, 3, 3])
    convolution("stage2.0.branch1", 0, [2, 1, 3, 3])
    convolution("stage2.0.branch1", 2, [2, 2, 1, 1])
    convolution("stage2.0.branch2", 0, [2, 2, 1, 1])
    convolution("stage2.0.branch2", 3, [2, 1, 3, 3])
    convolution("stage2.0.branch2", 5, [2, 2, 1, 1])
    convolution("conv5", 0, [3, 4, 1, 1])
    add("fc.weight", [2, 3])
    add("fc.bias", [2])
  }

  /// The header's JSON; `entry` may change a tensor's own.
  func header(entry: (String, String) -> String = { $1 }) throws -> String {
    var offset = 0
    var members = ["\"__metadata__\":" + String(decoding: try JSONEncoder().encode(metadata), as: UTF8.self)]
    for tensor in tensors {
      let end = offset + 4 * tensor.values.count
      let text = "{\"dtype\":\"F32\",\"shape\":\(tensor.shape),\"data_offsets\":[\(offset),\(end)]}"
      members.append("\"\(tensor.name)\":" + entry(tensor.name, text))
      offset = end
    }
    return "{" + members.joined(separator: ",") + "}"
  }

  func bytes(header: String? = nil, length: UInt64? = nil) throws -> [UInt8] {
    let text = Array(try (header ?? self.header()).utf8)
    let length = length ?? UInt64(text.count)
    let size = (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * UInt64($0))) }
    let data = tensors.flatMap(\.values).flatMap { value in
      (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * UInt32($0))) }
    }
    return size + text + data
  }
}
