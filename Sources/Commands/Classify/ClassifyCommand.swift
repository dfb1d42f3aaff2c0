import Decoding
import ShuffledCore

let classifyCommand = Command(
  name: "classify", summary: "classify images and print the answer", operands: "IMAGE...",
  options: [
    ReadyModel.option,
    Option("top", letter: "k", argument: "K", "show the K most likely classes (default: 5)"),
    Option("logits", "show the logits of all classes too"), reportFormatOption,
  ],
  details: """
    Reads JPEG, PNG, WebP, TIFF, BMP and whatever else FFmpeg reads as a picture; of an animated one, the first \
    frame. Nothing is stored.

    Exit codes: 0 all were classified; 65 a file is no picture; 66 there is no such file; 1 several files failed \
    in different ways.
    """,
  examples: [
    ("shuffled classify photo.jpg", "the five most likely classes"),
    ("shuffled classify --format json --logits *.png", "one JSON object a picture"),
  ],
  run: { arguments, context in
    guard !arguments.operands.isEmpty else {
      throw Failure(
        .usage, cannot: "classify", because: "no image is named", remedy: "see 'shuffled classify --help'")
    }
    let format: ReportFormat = try arguments.choice("format", otherwise: .text)
    let top = try arguments.integer("top", in: 1...1000) ?? 5
    let model = try ReadyModel(arguments, context)
    let classifier = PictureClassifier(model, ClassChoice(count: top))
    var failures: [Failure] = []
    for path in arguments.operands {
      do {
        let answer = try ImageAnswer(
          path, classifier, model, withLogits: arguments.has("logits"))
        try context.output.write(format == .json ? answer.json.line + "\n" : answer.text)
        try context.output.flush()
      } catch let failure as Failure where failure.operation != StandardOutput.operation {
        context.diagnostics.report(failure)
        failures.append(failure)
      }
    }
    let codes = Set(failures.map(\.kind.exitCode))
    return codes.count > 1 ? Failure.Kind.failed.exitCode : codes.first ?? 0
  })

/// What `classify` says of one picture.
struct ImageAnswer {
  private let path: String
  private let model: ReadyModel
  private let classification: Classification
  private let logits: [Float]?

  /// Decodes and classifies the picture. Throws `Failure`.
  init(_ path: String, _ classifier: PictureClassifier, _ model: ReadyModel, withLogits: Bool) throws {
    let source = try VideoSource(path: path, media: .image, threads: 1)
    guard let frame = try source.next() else {
      throw Failure(.badData, cannot: "open image", path, because: "it holds no picture")
    }
    self.path = path
    self.model = model
    classification = try classifier.classify(frame.picture)
    logits = withLogits ? classifier.logits : nil
  }

  var text: String {
    let width = model.description.labels.map { displayWidth(printable($0)) }.max() ?? 0
    var text = printable(path) + "\n"
    for prediction in classification.predictions {
      let percent = right(decimal(100 * Double(prediction.confidence), 1), 5)
      text += "  \(percent) %  \(printable(model.label(prediction.index)))\n"
    }
    for (index, logit) in (logits ?? []).enumerated() {
      text += "  logit \(pad(printable(model.label(index)), width)) \(right(decimal(Double(logit), 4), 12))\n"
    }
    return text
  }

  var json: JSON {
    var members: [(String, JSON)] = [
      ("source", .text(path)),
      (
        "model",
        .object([("name", .text(model.description.name)), ("sha256", .text(model.file.sha256))])
      ),
      (
        "predictions",
        .array(
          classification.predictions.map { prediction in
            .object([
              ("label", .text(model.label(prediction.index))), ("index", .integer(Int64(prediction.index))),
              ("confidence", .number(Double(prediction.confidence))),
            ])
          })
      ),
      (
        "latency_ms",
        .object([
          ("preprocess", .number(classification.preprocess.milliseconds)),
          ("inference", .number(classification.inference.milliseconds)),
        ])
      ),
    ]
    if let logits { members.append(("logits", .array(logits.map { .number(Double($0)) }))) }
    return .object(members)
  }
}
