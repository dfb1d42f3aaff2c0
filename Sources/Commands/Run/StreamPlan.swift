import Configuration
import Pipeline
import Segmentation
import Service
import ShuffledCore
import Store

/// All that is needed to watch one stream: its settings and the model that they name.
struct StreamPlan: Sendable {
  let settings: StreamSettings
  /// What the database knows it by.
  let identity: String
  let model: ReadyModel
  /// Of the labels that are looked at, in ascending order; nil: all.
  let classes: [Int]?

  /// Whether a stream that was planned so need not be touched for it to be as planned here.
  func isSame(as other: StreamPlan) -> Bool {
    settings == other.settings && identity == other.identity && model.file.sha256 == other.model.file.sha256
  }

  private var choice: ClassChoice { ClassChoice(count: settings.top, classes: classes) }

  /// What the run's row keeps.
  private var json: JSON {
    var members = [settings.selection.setting, ("top", .integer(Int64(settings.top)))]
    if let region = settings.region {
      members.append(
        ("region", .array([region.x, region.y, region.width, region.height].map { .number($0) })))
    }
    if classes != nil { members.append(("labels", .array(settings.labels.map(JSON.text)))) }
    return .object(members + [("segments", settings.segmentation.json)])
  }

  private func description() -> RunDescription {
    RunDescription(
      stream: StreamIdentity(name: settings.name, source: identity, isLive: settings.source.isLive),
      model: ModelIdentity(
        sha256: model.file.sha256, name: model.description.name,
        architecture: model.description.architecture.json, labels: model.description.labels),
      settings: json.line, program: "shuffled \(Version.number)")
  }

  /// A supervisor that watches it, and the run that it writes.
  /// - Parameters:
  ///   - committed: told on the database's queue of what was committed.
  ///   - report: told when there is no space on the disk, and when there is again.
  ///   - onFailure: told when nothing more can be stored or classified.
  func supervisor(
    pool: WorkerPool, database: Database, log: Log, committed: @escaping @Sendable (CommittedBatch) -> Void,
    report: @escaping @Sendable (WritingState) -> Void, onFailure: @escaping @Sendable (Failure) -> Void,
    onChange: @escaping @Sendable (StreamSupervisor.Report) -> Void
  ) -> (StreamSupervisor, StreamRun) {
    let counts = StreamCounts()
    let labels = Dictionary(uniqueKeysWithValues: zip(0..., model.description.labels))
    let run = StreamRun(
      database: database, segmentation: settings.segmentation.settings(labels: labels),
      description: description,
      committed: { batch in
        counts.commit(batch.records, at: batch.at)
        committed(batch)
      }, report: report)
    let opener: any SourceOpener
    // A recording is fetched, not waited for; and one that begins again shows nothing new by intention.
    var stallTimeout, frozenTimeout: Duration?
    switch settings.source {
    case .camera(let address):
      opener = CameraOpener(address, settings)
      (stallTimeout, frozenTimeout) = (settings.stallTimeout, settings.frozenTimeout)
    case .recording(let recording): opener = RecordingOpener(recording, settings, log: log)
    }
    let (model, choice, signs) = (model, choice, frozenTimeout != nil)
    let supervisor = StreamSupervisor(
      StreamSupervisor.Settings(
        name: settings.name,
        lifecycle: StreamLifecycle.Settings(
          isLive: opener.isLive, stallTimeout: stallTimeout, connectTimeout: settings.connectTimeout),
        frozenTimeout: frozenTimeout),
      opener: opener, pool: pool, lane: laneSettings,
      classifierKey: "\(model.file.sha256) \(choice) \(signs)",
      makeClassifier: { PictureClassifier(model, choice, signs: signs) }, runLog: run, counts: counts,
      log: log, seed: .random(in: 0...UInt64.max), onFailure: onFailure, onChange: onChange)
    return (supervisor, run)
  }

  /// A segment as the database will tell it.
  func row(_ segment: Segment, of batch: CommittedBatch) -> SegmentRow {
    SegmentRow(
      run: batch.run, stream: settings.name, label: model.label(segment.label),
      labelIndex: Int64(segment.label), clock: batch.clock, start: segment.start, end: segment.end,
      frames: segment.frames, peak: segment.peak, meanConfidence: segment.meanConfidence,
      ending: segment.ending?.rawValue)
  }

  private var laneSettings: FrameLane.Settings {
    let canLose = settings.source.canLoseFrames
    return FrameLane.Settings(
      capacity: settings.queue, overflow: canLose ? .dropOldest : .wait,
      maximumWait: canLose ? settings.maximumResultAge : nil, keepsLastFrame: true)
  }
}
