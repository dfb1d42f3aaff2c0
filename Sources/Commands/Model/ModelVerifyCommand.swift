import Kernels
import ModelFiles
import ShuffleNet
import ShuffledCore

let modelVerifyCommand = Command(
  name: "model verify", summary: "check a model: hash, shapes, values, a forward pass", operands: "NAME|FILE",
  options: [
    Option("sha256", argument: "HEX", "what the file's SHA-256 has to begin with"), isaOption,
    reportFormatOption,
  ],
  details: """
    Every tensor is read, and the network runs once on a grey picture with noise. A model that passes gives numbers; whether \
    they are the right ones only its test set can tell.

    Exit codes: 0 all is well; 65 something is not, and the line says what; 66 there is no such model.
    """,
  examples: [("shuffled model verify signal-health", "the model that comes with the program")],
  run: { arguments, context in
    let name = try oneOperand(arguments, "model verify", what: "model")
    let format: ReportFormat = try arguments.choice("format", otherwise: .text)
    let set = try InstructionSet.named(arguments.text("isa") ?? context.environment["SHUFFLED_ISA"])
    let library = context.modelLibrary
    let file = try ModelFile(path: library.path(of: name), labels: library.labels)
    if let wanted = arguments.text("sha256") {
      let digits = wanted.lowercased()
      guard !digits.isEmpty, digits.count <= 64, digits.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
        throw Arguments.wrong("sha256", wanted, "it takes up to 64 hexadecimal digits")
      }
      guard file.sha256.hasPrefix(digits) else {
        throw Failure(
          .badData, cannot: "verify model", file.path,
          because: "its SHA-256 is \(file.sha256), not \(digits)",
          remedy: "get the file again")
      }
    }
    let report = try ModelVerification(file, set)
    try context.output.write(format == .json ? report.json.line + "\n" : report.text)
    return 0
  })

/// A model that was run once.
struct ModelVerification {
  private let file: ModelFile
  private let set: InstructionSet
  private let values: Int
  private let logits: [Float]
  private let elapsed: Duration

  /// Throws `badData` where the model is not right.
  init(_ file: ModelFile, _ set: InstructionSet) throws {
    self.file = file
    self.set = set
    values = try file.readAll()
    let pass = ForwardPass(try file.plan(kernels: set.kernels))
    var generator = SeededGenerator(seed: 1)
    let layout = pass.plan.inputLayout
    for channel in 0..<3 {
      for y in 0..<layout.size.height {
        for x in 0..<layout.size.width {
          pass.input[layout.index(channel: channel, y: y, x: x)] = Float.random(
            in: -0.5...0.5, using: &generator)
        }
      }
    }
    let began = Instant.now
    pass.run()
    elapsed = .now - began
    logits = pass.logits
    guard logits.allSatisfy(\.isFinite) else {
      throw Failure(
        .badData, cannot: "verify model", file.path,
        because: "a forward pass gives values that are not finite",
        remedy: "check the model with its source")
    }
  }

  private var range: (Float, Float) { (logits.min() ?? 0, logits.max() ?? 0) }

  var text: String {
    """
    \(printable(file.path))
      sha256   \(file.sha256)
      network  \(file.description.architecture.name)
      tensors  \(grouped(values)) values, as the network needs them, all finite
      forward  \(logits.count) logits from \(decimal(Double(range.0), 4)) to \(decimal(Double(range.1), 4)), \
    \(decimal(elapsed.milliseconds, 1)) ms, \(set.rawValue)

    """
  }

  var json: JSON {
    .object([
      ("path", .text(file.path)), ("sha256", .text(file.sha256)),
      ("network", .text(file.description.architecture.name)), ("values", .integer(Int64(values))),
      ("logits", .integer(Int64(logits.count))), ("least", .number(Double(range.0))),
      ("most", .number(Double(range.1))), ("isa", .text(set.rawValue)), ("ms", .number(elapsed.milliseconds)),
    ])
  }
}
