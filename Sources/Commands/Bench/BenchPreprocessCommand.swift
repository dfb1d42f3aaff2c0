import Decoding
import Imaging
import Kernels
import ShuffledCore

let benchPreprocessCommand = Command(
  name: "bench preprocess", summary: "how long a decoded picture takes to become a network's input",
  operands: "VIDEO...",
  options: [
    Option(
      "model", letter: "m", argument: "NAME|FILE",
      "whose input is made (default: the published networks', 224x224 out of 256)"),
    Option("seconds", letter: "s", argument: "S", "how long each video's pictures are prepared (default: 3)"),
    isaOption, reportFormatOption,
  ],
  details: """
    Decodes the first pictures of each video, as many as fill 64 MiB, and prepares them in turn on one core: \
    resized, cropped, normalised. Decoding is not part of the time.
    """,
  examples: [("shuffled bench preprocess camera.mp4", "p50 and p99 of one picture")],
  run: { arguments, context in
    guard !arguments.operands.isEmpty else {
      throw Failure(
        .usage, cannot: "measure", because: "no video is named",
        remedy: "see 'shuffled bench preprocess --help'")
    }
    let format: ReportFormat = try arguments.choice("format", otherwise: .text)
    let seconds = try arguments.number("seconds", in: 0.01...3600) ?? 3
    let set = try InstructionSet.named(arguments.text("isa") ?? context.environment["SHUFFLED_ISA"])
    let specification =
      arguments.has("model") ? try ReadyModel(arguments, context, set).description.input : .torchvision
    for path in arguments.operands {
      let report = try BenchPreprocessReport(path, specification, set, duration: .seconds(seconds))
      try context.output.write(format == .json ? report.json.line + "\n" : report.text)
      try context.output.flush()
    }
    return 0
  })

/// What `bench preprocess` says of one video.
struct BenchPreprocessReport {
  private let path: String
  private let specification: InputSpecification
  private let picture: Picture
  private let pictures: Int
  private let set: InstructionSet
  private var latencies = LatencyHistogram()

  /// Blocks for about `duration`. Throws `Failure` where there is no video, or its pictures cannot be prepared.
  init(
    _ path: String, _ specification: InputSpecification, _ set: InstructionSet, duration: Duration
  ) throws {
    let pictures = try Self.decode(path)
    self.path = path
    self.specification = specification
    self.set = set
    self.pictures = pictures.count
    picture = pictures[0]
    let preprocessor = Preprocessor(specification: specification, kernels: set.kernels)
    var input = [Float](repeating: 0, count: preprocessor.layout.count)
    try input.withUnsafeMutableBufferPointer { input in
      // The first one makes what the others use.
      try preprocessor.prepare(picture, into: input)
      let start = Instant.now
      repeat {
        for picture in pictures {
          let began = Instant.now
          try preprocessor.prepare(picture, into: input)
          latencies.add(.now - began)
        }
      } while .now - start < duration
    }
  }

  /// The first pictures: more than a core's own caches hold.
  private static func decode(_ path: String) throws -> [Picture] {
    let source = try VideoSource(path: path, media: .video)
    var pictures: [Picture] = []
    var bytes = 0
    while bytes < 64 << 20, let frame = try source.next() {
      pictures.append(frame.picture)
      bytes += frame.picture.size.width * frame.picture.size.height * 3 / 2
    }
    guard !pictures.isEmpty else {
      throw Failure(.badData, cannot: "open video", path, because: "it holds no picture")
    }
    return pictures
  }

  private func milliseconds(_ share: Double) -> Double { latencies.percentile(share)?.milliseconds ?? .nan }

  var text: String {
    """
    \(printable(path)), \(picture.size) \(picture.pixelFormat.name) to \(specification.size), \(set.rawValue): \
    \(decimal(milliseconds(0.5), 3)) ms p50, \(decimal(milliseconds(0.99), 3)) ms p99

    """
  }

  var json: JSON {
    .object([
      ("source", .text(path)), ("size", .text("\(picture.size)")),
      ("pixel_format", .text(picture.pixelFormat.name)), ("input", .text("\(specification.size)")),
      ("isa", .text(set.rawValue)),
      ("pictures", .integer(Int64(pictures))), ("prepared", .integer(Int64(latencies.count))),
      ("p50_ms", .number(milliseconds(0.5))), ("p99_ms", .number(milliseconds(0.99))),
    ])
  }
}
