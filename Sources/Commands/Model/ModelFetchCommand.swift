import Downloads
import ModelFiles
import ShuffleNet
import ShuffledCore

let modelFetchCommand = Command(
  name: "model fetch", summary: "download torchvision's weights and install them as a model",
  operands: "NAME",
  options: [
    Option("from", argument: "URL|FILE", "a mirror's folder (with a slash at its end), or the file itself"),
    Option("directory", letter: "d", argument: "DIR", "where models are installed (default: see below)"),
    Option("sha256", argument: "HEX", "what the file's SHA-256 begins with (default: as published)"),
    Option("timeout", argument: "S", "give up when nothing comes for so long (default: 30)"),
    Option("force", "again, if it is installed already"), reportFormatOption,
  ],
  details: """
    Known are \(PublishedWeights.all.map(\.name).joined(separator: ", ")), trained on ImageNet's 1000 classes: 5 to 30 MB from \
    \(PublishedWeights.server). The file must have the SHA-256 that was published; it is converted, and the model appears in \
    its folder when it is whole. A download that was interrupted is gone on with.

    The folder is the first of SHUFFLED_MODELS, else /var/lib/shuffled/models for root and ~/.local/share/shuffled/models \
    (or XDG_DATA_HOME's) for others.

    Exit codes: 65 the file is not what it should be; 66 there is none; 69 the server cannot be reached or does not \
    finish; 74 the folder cannot be written; 130, 143 interrupted.
    """,
  examples: [
    ("shuffled model fetch shufflenet_v2_x1_0", "from PyTorch's server"),
    (
      "shuffled model fetch shufflenet_v2_x1_0 --from /media/usb/x1.pth",
      "without internet"
    ),
    ("shuffled model fetch shufflenet_v2_x2_0 --from https://mirror.example/", "from a mirror"),
  ],
  run: { arguments, context in
    let name = try oneOperand(arguments, "model fetch", what: "network")
    let format: ReportFormat = try arguments.choice("format", otherwise: .text)
    guard let weights = PublishedWeights.all.first(where: { $0.name == name }) else {
      let known = PublishedWeights.all.map(\.name)
      throw Failure(
        .usage, cannot: "fetch model", name, because: "nobody publishes weights of that name",
        remedy: nearestName(to: name, in: known).map { "did you mean '\($0)'?" }
          ?? "known are \(known.joined(separator: ", "))")
    }
    let fetch = try ModelFetch(weights, arguments, context)
    if !arguments.has("force"), let installed = fetch.installed {
      context.diagnostics.note("'\(name)' is installed already; --force fetches it again")
      try report(installed, format, context)
      return 0
    }
    let interrupt = Interrupt()
    guard let installed = try fetch.run(interrupt) else {
      context.diagnostics.note("'\(name)' was not fetched; what came is kept for the next time")
      return 128 + (interrupt.signal ?? 0)
    }
    try report(installed, format, context)
    return 0
  })

private func report(_ file: ModelFile, _ format: ReportFormat, _ context: Context) throws {
  let report = try ModelReport(file)
  try context.output.write(format == .json ? report.json.line + "\n" : report.text)
}

/// One model's way from a server to its folder.
struct ModelFetch {
  private let weights: PublishedWeights
  private let directory: String
  /// nil for the published place.
  private let source: String?
  private let digits: String?
  private let limits: Download.Limits
  private let context: Context

  private var path: String { directory + "/" + weights.name + ModelLibrary.fileExtension }

  /// Throws a usage failure where the options make no sense.
  init(_ weights: PublishedWeights, _ arguments: Arguments, _ context: Context) throws {
    self.weights = weights
    self.context = context
    source = arguments.text("from")
    if source == "" { throw Arguments.wrong("from", "", "it takes a URL or a file") }
    directory = arguments.text("directory") ?? context.modelLibrary.installation(context.environment)
    digits = arguments.text("sha256") ?? weights.digits
    var limits = Download.Limits()
    if let seconds = try arguments.number("timeout", in: 0.1...3600) { limits.stall = .seconds(seconds) }
    self.limits = limits
  }

  /// The model that is in the folder already, if it is one.
  var installed: ModelFile? { try? ModelFile(path: path) }

  /// Fetches, converts and installs; nil where a signal came first. Blocks.
  func run(_ interrupt: Interrupt) throws -> ModelFile? {
    try makeFolders(directory)
    if let source, !source.contains("://") { return try install(source, isKept: true) }
    var url = source ?? PublishedWeights.server
    if url.hasSuffix("/") { url += weights.file }
    let checkpoint = directory + "/" + weights.file
    let download = try Download(from: url, to: checkpoint, sha256: digits, limits: limits)
    let bar = DownloadBar(weights.name, context)
    defer { bar.stop() }
    let outcome = try download.run(isCancelled: { interrupt.signal != nil }, progress: { bar.draw($0) })
    guard case .complete = outcome else { return nil }
    bar.stop()
    return try install(checkpoint, isKept: false)
  }

  /// Makes a model of the checkpoint.
  /// - isKept: whether it is somebody's own file, which is neither known to be right nor taken away.
  private func install(_ checkpoint: String, isKept: Bool) throws -> ModelFile {
    defer { if !isKept { removeFile(checkpoint) } }
    var wanted = WeightsDescription()
    wanted.name = weights.name
    wanted.architecture = Architecture.named(weights.name)
    let file = try ModelFile(path: checkpoint, wanted: wanted, labels: context.modelLibrary.labels)
    if let digits = digits?.lowercased(), !file.sha256.hasPrefix(digits) {
      throw Failure(
        .badData, cannot: "fetch model", weights.name,
        because: "the SHA-256 of \(checkpoint) is \(file.sha256), which does not begin with \(digits)",
        remedy: "get the file again, or say --sha256")
    }
    try file.write(to: path)
    return try ModelFile(path: path)
  }
}

/// The bar of a download, for people only.
private final class DownloadBar {
  private let name: String
  private let diagnostics: Diagnostics
  private let isShown: Bool
  private let began = Instant.now
  private var first: Int64?

  init(_ name: String, _ context: Context) {
    self.name = name
    diagnostics = context.diagnostics
    isShown = context.diagnostics.isTerminal(context.environment)
  }

  func draw(_ progress: DownloadProgress) {
    guard isShown else { return }
    let first = first ?? progress.received
    self.first = first
    let line = DownloadLine(title: name, progress: progress, first: first, elapsed: .now - began)
    diagnostics.write("\r" + line.text(columns: diagnostics.columns) + "\u{1b}[K")
  }

  /// Clears the line.
  func stop() {
    if isShown, first != nil { diagnostics.write("\r\u{1b}[K") }
    first = nil
  }
}
