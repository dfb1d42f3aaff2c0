import ModelFiles
import ShuffleNet
import ShuffledCore

let modelConvertCommand = Command(
  name: "model convert", summary: "make a model file of published or trained weights", operands: "FILE",
  options: [
    Option("output", letter: "o", argument: "FILE", "the model file to write (required)"),
    WeightOptions.architecture, ArchitectureOptions.dialect, WeightOptions.activation,
  ] + WeightOptions.description + [reportFormatOption],
  details: """
    Reads PyTorch checkpoints (.pth, in both of torch.save's forms) and safetensors files, without Python, and \
    runs nothing that is in them. Architecture and dialect are recognised by the tensors' names and shapes; strides, \
    dilation and ReLU6 leave no trace in weights, so unusual ones are said by --architecture, as JSON, and by \
    --activation. The input is that of the published weights of the dialect, unless options say otherwise: \
    torchvision's and the article's RGB, 0 to 1, normalised, Megvii's BGR, 0 to 255.

    Exit codes: 65 the file is damaged, or not a ShuffleNet's; 66 there is no such file; 74 the output cannot be written.
    """,
  examples: [
    ("shuffled model convert shufflenetv2_x1-5666bf0f80.pth -o x1.safetensors", "torchvision's x1.0"),
    ("shuffled model convert my.pth -o my.safetensors --labels my.txt --crop 192", "one's own"),
  ],
  run: { arguments, context in
    let path = try oneOperand(arguments, "model convert", what: "file")
    guard let output = arguments.text("output") else {
      throw Failure(
        .usage, cannot: "convert", path, because: "--output does not say where to",
        remedy: "see 'shuffled model convert --help'")
    }
    let format: ReportFormat = try arguments.choice("format", otherwise: .text)
    let library = context.modelLibrary
    // Not kept: what is read of it would stay in memory.
    try ModelFile(path: path, wanted: try WeightOptions.wanted(arguments), labels: library.labels)
      .write(to: output)
    let report = try ModelReport(try ModelFile(path: output))
    try context.output.write(format == .json ? report.json.line + "\n" : report.text)
    return 0
  })

/// The one operand that a command takes. Throws a usage failure for none or several.
func oneOperand(_ arguments: Arguments, _ command: String, what: String) throws -> String {
  guard arguments.operands.count == 1 else {
    throw Failure(
      .usage, cannot: "run \(command)",
      because: arguments.operands.isEmpty ? "no \(what) is named" : "it takes one \(what)",
      remedy: "see 'shuffled \(command) --help'")
  }
  return arguments.operands[0]
}
