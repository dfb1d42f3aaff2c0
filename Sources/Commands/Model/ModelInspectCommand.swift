import ModelFiles
import ShuffledCore

let modelInspectCommand = Command(
  name: "model inspect", summary: "what a model is: network, input, labels, layers", operands: "NAME|FILE",
  options: [Option("layers", letter: "l", "list the layers too"), reportFormatOption],
  details: """
    Multiply-adds (MAC) are those of the convolutions and of the fully connected layer; the size is that of a layer's \
    output. Of a checkpoint that does not describe itself, what was recognised is shown.

    Exit codes: 65 the file is damaged, or not a ShuffleNet's; 66 there is no such model.
    """,
  examples: [
    ("shuffled model inspect signal-health --layers", "a model that is installed"),
    ("shuffled model inspect mine.pth --format json", "a checkpoint, for a program"),
  ],
  run: { arguments, context in
    let name = try oneOperand(arguments, "model inspect", what: "model")
    let format: ReportFormat = try arguments.choice("format", otherwise: .text)
    let library = context.modelLibrary
    let report = try ModelReport(ModelFile(path: library.path(of: name), labels: library.labels))
    if format == .json {
      try context.output.write(report.json.line + "\n")
    } else {
      try context.output.write(report.text)
      if arguments.has("layers") {
        try context.output.write("\n")
        try report.writeLayers(to: context.output)
      }
    }
    return 0
  })
