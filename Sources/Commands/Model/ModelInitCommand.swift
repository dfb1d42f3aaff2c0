import ModelFiles
import ShuffleNet
import ShuffledCore

let modelInitCommand = Command(
  name: "model init", summary: "make a model with initial weights, to begin training with", operands: nil,
  options: [
    Option("output", letter: "o", argument: "FILE", "the model file to write (required)"),
    WeightOptions.architecture, ArchitectureOptions.dialect, WeightOptions.activation,
    Option("classes", argument: "N", "how many classes (default: as many as labels, or 1000)"),
    Option("seed", argument: "N", "what the weights are drawn from (default: 0)"),
  ] + WeightOptions.description + [reportFormatOption],
  details: """
    Convolutions are drawn as Kaiming normal by their outputs, the fully connected layer with a deviation of 0.01; batch \
    normalisation changes nothing. The same seed gives the same file, byte for byte.

    Exit codes: 64 the network, or the labels for it, make no sense; 74 the output cannot be written.
    """,
  examples: [
    (
      "shuffled model init -a shufflenet_v1_g3_x1_0 --classes 10 -o new.safetensors",
      "ten classes for ShuffleNet V1"
    )
  ],
  run: { arguments, context in
    let format: ReportFormat = try arguments.choice("format", otherwise: .text)
    guard let output = arguments.text("output") else {
      throw Failure(
        .usage, cannot: "make model", because: "--output does not say where",
        remedy: "see 'shuffled model init --help'")
    }
    let wanted = try WeightOptions.wanted(arguments)
    let published = wanted.published.flatMap { Architecture.named($0, dialect: wanted.dialect) }
    guard var architecture = wanted.architecture ?? published else {
      throw Failure(
        .usage, cannot: "make model", because: "--architecture does not say which network",
        remedy: "known are \(ArchitectureOptions.names)")
    }
    let classes = try arguments.integer("classes", in: 1...65_536)
    architecture.classes = classes ?? wanted.labels?.count ?? architecture.classes
    let seed = UInt64(try arguments.integer("seed", in: 0...Int.max) ?? 0)
    let library = context.modelLibrary
    let description = try wanted.description(of: architecture, path: output, labels: library.labels)
    let weights = InitialWeights(seed: seed)
    try ModelWriter.write(description, to: output) { weights.tensor($0) }
    let report = try ModelReport(try ModelFile(path: output))
    try context.output.write(format == .json ? report.json.line + "\n" : report.text)
    return 0
  })
