import Imaging
import Service
import ShuffledCore
import StatusReport
import Web

// What the site is told of a running service.

extension ServiceRun: ServiceView {
  func measurements() -> ServiceMeasurements {
    let (status, streams, activity) = (status(), daemon.streams, pool.activity)
    let measured = status.streams.compactMap { stream -> ServiceMeasurements.Stream? in
      guard let supervisor = streams[stream.name] else { return nil }
      let (report, distributions) = (supervisor.report, supervisor.counts.distributions)
      return ServiceMeasurements.Stream(
        name: stream.name, queued: report.queued,
        // All reasons from the beginning, so that the first of a kind is seen as an increase.
        reconnects: SourceProblem.Kind.allCases.map {
          ($0.rawValue, Int64(report.reconnectsByKind[$0] ?? 0))
        },
        stages: distributions.stages, resultAge: distributions.age)
    }
    return ServiceMeasurements(
      status: status, streams: measured, commits: commits.withLock { $0 }, busyTime: activity.busyTime,
      instructionSet: instructionSet.rawValue, process: .now())
  }

  var complaint: String? { daemon.complaint }

  func lastPicture(of stream: String) -> LastPicture? {
    guard let frame = daemon.streams[stream]?.lastFrame else { return nil }
    return LastPicture(sequence: frame.sequence, time: frame.wallTime) { width in
      try JPEGEncoder.encode(frame.picture, width: width)
    }
  }
}
