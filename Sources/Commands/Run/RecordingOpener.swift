import Configuration
import Decoding
import Service
import ShuffledCore

/// Opens a recording for a supervisor.
final class RecordingOpener: SourceOpener {
  let isLive: Bool
  let lowestLevel: RateLevel

  private let recording: SourceSettings.Recording
  private let levels: LevelSelection
  private let region: RegionOfInterest
  private let log: Log
  private let name: String

  init(_ recording: SourceSettings.Recording, _ settings: StreamSettings, log: Log) {
    self.recording = recording
    isLive = settings.source.isLive
    levels = LevelSelection(settings.selection)
    lowestLevel = settings.source.canLoseFrames ? levels.lowest : .asAsked
    region = settings.region ?? .whole
    self.log = log
    name = settings.name
  }

  func open(from sequence: Int64, level: RateLevel, stop: SourceStop) throws -> any SupervisedSource {
    let interruption = Interruption()
    stop.onStop { interruption.interrupt() }
    let (log, name) = (log, name)
    do {
      let playback = try Playback(
        path: recording.path, loops: recording.loops,
        pace: recording.isPaced ? .mediaTime : .asFastAsPossible, selection: levels.selection(at: level),
        region: region, firstSequence: sequence, threads: recording.isPaced ? 1 : 0,
        interruption: interruption, report: { log(.warning, stream: name, $0.description) })
      return OpenSource(playback, levels)
    } catch {
      throw SourceProblem(error.kind == .noInput ? .missing : .other, error.cause)
    }
  }

  func knock() -> Bool? { nil }
}
