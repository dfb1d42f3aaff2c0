import Decoding
import Glibc
import Pipeline
import ShuffledCore
import Store

/// One video's way through the whole program.
struct VideoJob {
  private let path: String
  private let settings: ProcessSettings
  private let model: ReadyModel
  private let database: Database
  private let context: Context
  private let source: VideoSource
  /// The run that is gone on with.
  private let resuming: StoredRun?
  /// The run in which all of the video is stored already, where that is asked for.
  let finished: Int64?

  /// Opens the video. Throws `Failure`; the database then knows nothing of it.
  init(
    path: String, _ settings: ProcessSettings, _ model: ReadyModel, _ database: Database, _ context: Context
  ) throws {
    source = try VideoSource(path: path, media: .video, selection: settings.selection)
    let resumption = try settings.resumes ? Resumption(path, settings, model, database) : nil
    resuming = resumption?.run
    finished = resumption?.finished
    if let resuming { source.skip(through: resuming.lastSequence) }
    self.path = path
    self.settings = settings
    self.model = model
    self.database = database
    self.context = context
  }

  /// Processes it; blocks until all is stored. Throws `Failure` when the store cannot go on; whatever is wrong with
  /// the video is in the report.
  func run(_ interrupt: Interrupt, progressTitle: String) throws -> ProcessReport {
    let tally = Tally()
    let began = Instant.now
    let writer = try RunWriter(
      database: database, run: description(began),
      segmentation: settings.segmentation.settings(
        labels: Dictionary(uniqueKeysWithValues: zip(0..., model.description.labels))),
      resuming: resuming, committed: { tally.note($0.records, committed: $0.at) })
    let (model, top) = (model, settings.top)
    let pipeline = Pipeline(workers: settings.workers, queueCapacity: queueCapacity) {
      PictureClassifier(model, ClassChoice(count: top))
    }
    interrupt.onSignal { pipeline.stop() }
    let progress = ProgressBar(
      title: progressTitle, source: source, began: began, diagnostics: context.diagnostics,
      isShown: context.diagnostics.isTerminal(context.environment))
    progress.start()
    defer { progress.stop() }
    let outcome: Pipeline.Outcome
    do {
      outcome = try pipeline.run(source, into: writer)
      // The verdict is on what was committed, the last batch included.
      try writer.flush()
    } catch {
      let text = (error as? Failure)?.description ?? "\(error)"
      // The error that ended the run is the one to report, not that of writing it down.
      _ = try? writer.finish(.failed, error: text, decoded: source.statistics.frames)
      throw error
    }
    let (state, failure) = verdict(outcome, tally)
    try writer.finish(state, error: failure?.description, decoded: source.statistics.frames)
    return ProcessReport(
      path: path, database: database.path, run: writer.run, state: state, statistics: source.statistics,
      counts: tally.current, resumed: resuming?.counts.total, elapsed: .now - began,
      labels: model.description.labels, failure: failure)
  }

  /// Two pictures a worker, but no more than 64 MiB of them: many cores must not mean much memory.
  private var queueCapacity: Int {
    let size = source.information.size ?? PixelSize(width: 1920, height: 1080)
    let pictureBytes = max(1, size.width * size.height * 3 / 2)
    return min(2 * settings.workers, max(2, (64 << 20) / pictureBytes))
  }

  private func description(_ began: Instant) -> RunDescription {
    let name = String(path.split(separator: "/").last ?? "")
    return RunDescription(
      stream: StreamIdentity(name: name, source: absolutePath(path)),
      model: ModelIdentity(
        sha256: model.file.sha256, name: model.description.name,
        architecture: model.description.architecture.json, labels: model.description.labels),
      settings: settings.json.line, program: "shuffled \(Version.number)", started: began)
  }

  /// How the run ended, and the failure that a person must hear of.
  private func verdict(_ outcome: Pipeline.Outcome, _ tally: Tally) -> (RunState, Failure?) {
    switch outcome {
    case .stopped: return (.interrupted, nil)
    case .sourceFailed(let failure): return (.partial, failure)
    case .completed: break
    }
    let statistics = source.statistics
    var damage: [String] = []
    if statistics.endedEarly { damage.append("the file ends early") }
    if statistics.damagedPackets > 0 { damage.append(counted(statistics.damagedPackets, "damaged packet")) }
    if statistics.damagedFrames > 0 { damage.append(counted(statistics.damagedFrames, "damaged frame")) }
    if !damage.isEmpty {
      return (
        .partial,
        Failure(
          .badData, cannot: "decode all of", path, because: damage.joined(separator: ", "),
          remedy: "the \(counted(tally.stored, "frame")) that could be decoded are stored")
      )
    }
    let counts = tally.current
    if counts.failed > 0 {
      return (
        .partial,
        Failure(
          .failed, cannot: "classify all of", path,
          because: "\(counted(counts.failed, "frame")) failed, the first with: \(counts.firstError ?? "")")
      )
    }
    return (.complete, nil)
  }
}

/// Without links and `..`, so that the same file is the same stream the next time.
func absolutePath(_ path: String) -> String {
  guard let resolved = realpath(path, nil) else { return path }
  defer { free(resolved) }
  return String(cString: resolved)
}
