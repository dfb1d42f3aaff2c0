import Configuration
import Decoding
import Service
import ShuffledCore

/// Opens a camera for a supervisor: puts Decoding's live sources behind what Service asks of a source.
final class CameraOpener: SourceOpener {
  let isLive = true
  let lowestLevel: RateLevel

  private let address: LiveAddress
  private let timeouts: LiveTimeouts
  private let levels: LevelSelection
  private let region: RegionOfInterest

  init(_ address: CameraAddress, _ settings: StreamSettings) {
    let kind: LiveAddress.Kind =
      switch address.scheme {
      case nil: .v4l2
      case .rtsp?, .rtsps?: .rtsp
      case .http?, .https?: .http
      case .udp?: .udp
      case .srt?: .srt
      }
    self.address = LiveAddress(
      kind: kind, url: address.url.revealed, shown: address.shown,
      transport: address.transport == .udp ? .udp : .tcp)
    timeouts = LiveTimeouts(connect: settings.connectTimeout, silence: settings.stallTimeout)
    levels = LevelSelection(settings.selection)
    lowestLevel = levels.lowest
    region = settings.region ?? .whole
  }

  func open(from sequence: Int64, level: RateLevel, stop: SourceStop) throws -> any SupervisedSource {
    let interruption = Interruption()
    stop.onStop { interruption.interrupt() }
    do {
      let source = try LiveSource(
        address, selection: levels.selection(at: level), region: region, timeouts: timeouts,
        firstSequence: sequence, interruption: interruption)
      return OpenSource(source, levels)
    } catch let failure as SourceFailure {
      throw SourceProblem(failure)
    }
  }

  func knock() -> Bool? { address.knock(within: .seconds(1)) }
}
