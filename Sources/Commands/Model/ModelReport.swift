import KernelInterface
import ModelFiles
import ShuffleNet
import ShuffledCore

/// What there is to say of a model, for people and for programs.
struct ModelReport {
  let file: ModelFile
  let layers: [Layer]

  var description: ModelDescription { file.description }

  /// Throws `Failure` where the architecture makes no sense.
  init(_ file: ModelFile) throws {
    self.file = file
    layers = try file.description.architecture.layers(input: file.description.input.size)
  }

  private var parameters: Int { layers.reduce(0) { $0 + $1.parameters } }
  private var multiplyAdds: Int { layers.reduce(0) { $0 + $1.multiplyAdds } }

  /// A line for each thing, at most 80 columns where names are short.
  var text: String {
    let architecture = description.architecture
    var lines: [(String, String)] = [
      ("file", "\(printable(file.path)), \(size)"),
      ("sha256", file.sha256),
      ("architecture", architecture.name + (architecture.activation == .relu6 ? ", ReLU6" : "")),
      ("stages", stages),
      ("channels", architecture.channels.map(String.init).joined(separator: ", ")),
      ("parameters", "\(grouped(parameters))"),
      ("multiply-adds", "\(grouped(multiplyAdds)) at \(description.input.size)"),
      (
        "input",
        "\(description.input.size) out of \(description.input.resizeShorter), "
          + description.input.channelOrder.rawValue
      ),
      ("normalised", normalization),
      ("labels", labels),
    ]
    if architecture.family == .shuffleNetV1 {
      lines.insert(("groups", "\(architecture.groups)"), at: 3)
    }
    if !file.isDescribed {
      lines.append(
        ("recognised", "by its tensors; what these do not say is as usual"))
    }
    return printable(description.name) + "\n"
      + lines.map { "  " + pad($0.0, 14) + $0.1 + "\n" }.joined()
  }

  private var size: String {
    file.bytes < 1_000_000
      ? "\(decimal(Double(file.bytes) / 1e3, 1)) kB" : "\(decimal(Double(file.bytes) / 1e6, 1)) MB"
  }

  /// Units a stage, with what is unusual about them.
  private var stages: String {
    description.architecture.stages.map { units in
      let strides = units.map { unit in
        "\(unit.stride)" + (unit.dilation > 1 ? " dilated \(unit.dilation)" : "")
      }
      let isUsual = units.enumerated().allSatisfy { $1 == Architecture.Unit(stride: $0 == 0 ? 2 : 1) }
      return counted(Int64(units.count), "unit")
        + (isUsual ? "" : " (strides \(strides.joined(separator: ", ")))")
    }.joined(separator: ", ")
  }

  private var normalization: String {
    let input = description.input
    func list(_ numbers: [Double]) -> String { numbers.map { decimal($0) }.joined(separator: ", ") }
    return "x \(decimal(input.scale)), - (\(list(input.mean))), / (\(list(input.std)))"
  }

  private var labels: String {
    let some = description.labels.prefix(3).map { printable($0) }.joined(separator: ", ")
    return "\(description.labels.count): \(some)" + (description.labels.count > 3 ? ", ..." : "")
  }

  /// Writes the layers as a table.
  func writeLayers(to output: StandardOutput) throws {
    var writer = RowWriter(
      .table,
      table: [
        Column("layer"), Column("kind"), Column("size", .right), Column("channels", .right),
        Column("params", .right), Column("M MAC", .right),
      ], csv: [], to: output)
    for layer in layers {
      var kind = layer.kind.rawValue
      if layer.groups > 1 { kind += " g\(layer.groups)" }
      if layer.stride > 1 { kind += " /\(layer.stride)" }
      if layer.dilation > 1 { kind += " d\(layer.dilation)" }
      try writer.write(
        cells: {
          [
            layer.name, kind, "\(layer.size)", "\(layer.inputs)-\(layer.outputs)", "\(layer.parameters)",
            decimal(Double(layer.multiplyAdds) / 1e6, 2),
          ]
        }, json: { .null })
    }
    try writer.finish()
  }

  /// A number of every unit, stage by stage.
  private func units(_ path: KeyPath<Architecture.Unit, Int>) -> JSON {
    .array(
      description.architecture.stages.map { units in
        .array(units.map { .integer(Int64($0[keyPath: path])) })
      })
  }

  var json: JSON {
    let input = description.input
    return .object([
      ("name", .text(description.name)), ("path", .text(file.path)), ("bytes", .integer(Int64(file.bytes))),
      ("sha256", .text(file.sha256)), ("described", .boolean(file.isDescribed)),
      ("network", .text(description.architecture.name)),
      ("family", .text(description.architecture.family.rawValue)),
      ("dialect", .text(description.architecture.dialect.rawValue)),
      ("groups", .integer(Int64(description.architecture.groups))),
      ("channels", .array(description.architecture.channels.map { .integer(Int64($0)) })),
      ("strides", units(\.stride)), ("dilations", units(\.dilation)),
      ("activation", .text(description.architecture.activation == .relu6 ? "relu6" : "relu")),
      ("classes", .integer(Int64(description.architecture.classes))),
      ("parameters", .integer(Int64(parameters))), ("multiply_adds", .integer(Int64(multiplyAdds))),
      (
        "input",
        .object([
          ("size", .text("\(input.size)")), ("resize_shorter", .integer(Int64(input.resizeShorter))),
          ("channel_order", .text(input.channelOrder.rawValue)), ("scale", .number(input.scale, places: 17)),
          ("mean", .array(input.mean.map { .number($0) })), ("std", .array(input.std.map { .number($0) })),
        ])
      ),
      ("labels", .array(description.labels.map { .text($0) })),
      (
        "layers",
        .array(
          layers.map { layer in
            .object([
              ("name", .text(layer.name)), ("kind", .text(layer.kind.rawValue)),
              ("size", .text("\(layer.size)")),
              ("inputs", .integer(Int64(layer.inputs))), ("outputs", .integer(Int64(layer.outputs))),
              ("groups", .integer(Int64(layer.groups))), ("stride", .integer(Int64(layer.stride))),
              ("dilation", .integer(Int64(layer.dilation))),
              ("parameters", .integer(Int64(layer.parameters))),
              ("multiply_adds", .integer(Int64(layer.multiplyAdds))),
            ])
          })
      ),
    ])
  }
}

/// `1,234,567`.
func grouped(_ number: Int) -> String {
  var text = ""
  for (place, digit) in String(number.magnitude).reversed().enumerated() {
    if place > 0, place % 3 == 0 { text.insert(",", at: text.startIndex) }
    text.insert(digit, at: text.startIndex)
  }
  return number < 0 ? "-" + text : text
}
