import Configuration
import Glibc
import Kernels
import ModelFiles
import ShuffledCore

/// A configuration whose models are loaded: all that a daemon needs before it opens the database.
struct ServicePlan: Sendable {
  let path: String
  let configuration: ServiceConfiguration
  let models: ModelShelf
  /// Of the streams that are enabled, in the configuration's order.
  let streams: [StreamPlan]

  /// Reads the configuration and loads its models; blocks. Throws `ConfigFaults` with all that is wrong.
  init(
    path: String, environment: [String: String], _ library: ModelLibrary, _ set: InstructionSet,
    previous: ServicePlan? = nil, isOnlyChecked: Bool = false
  ) throws {
    let configuration = try ServiceConfiguration(
      path: path, environment: environment, isOnlyChecked: isOnlyChecked)
    var faults: [ConfigFault] = []
    // What is switched off harms nobody, whatever is wrong with its model.
    let enabled = configuration.streams.filter(\.isEnabled)
    let models = ModelShelf(
      enabled.map(\.model), library, set, previous: previous?.models,
      failed: { name, failure in
        // Once, at the first stream that has it.
        guard let stream = enabled.first(where: { $0.model == name }) else { return }
        faults.append(
          configuration.fault(
            stream: stream.name, "model", Self.text(failure), remedy: failure.remedy))
      })
    var streams: [StreamPlan] = []
    for stream in enabled {
      guard let model = models[stream.model] else { continue }
      let labels = model.description.labels
      for label in (stream.labels + stream.segmentation.labels.keys.sorted()) where !labels.contains(label) {
        faults.append(
          configuration.fault(
            stream: stream.name, stream.labels.contains(label) ? "labels" : "segments.labels",
            "model '\(stream.model)' has no label '\(label)'",
            remedy: nearestName(to: label, in: labels).map { "did you mean '\($0)'?" }
              ?? "see 'shuffled model inspect \(stream.model)'"))
      }
      let classes = stream.labels.isEmpty ? nil : labels.indices.filter { stream.labels.contains(labels[$0]) }
      streams.append(
        StreamPlan(
          settings: stream, identity: configuration.identity(of: stream), model: model, classes: classes))
    }
    guard faults.isEmpty else { throw ConfigFaults(path: path, faults) }
    self.path = path
    self.configuration = configuration
    self.models = models
    self.streams = streams
  }

  private static func text(_ failure: Failure) -> String {
    "cannot \(failure.operation)" + (failure.subject.map { " '\($0)'" } ?? "") + ": \(failure.cause)"
  }

  /// What is not there and might come: files, devices and folders that are named. A daemon runs all the same.
  /// - Parameter database: the path of its database.
  func missing(database: String) -> [ConfigFault] {
    var faults: [ConfigFault] = []
    func check(_ path: String, _ mode: Int32, _ fault: (String) -> ConfigFault) {
      if access(path, mode) != 0 { faults.append(fault(systemText(errno))) }
    }
    for stream in streams.map(\.settings) {
      switch stream.source {
      case .recording(let recording):
        check(recording.path, R_OK) {
          configuration.fault(
            stream: stream.name, "path", "'\(recording.path)': \($0)", remedy: "check the path")
        }
      case .camera(let address) where address.scheme == nil:
        check(address.shown, R_OK) {
          configuration.fault(
            stream: stream.name, "device", "'\(address.shown)': \($0)",
            remedy: "see 'ls /dev/video*'; the service needs group video")
        }
      case .camera: break
      }
    }
    let folder =
      database.lastIndex(of: "/").map {
        String(database[..<max($0, database.index(after: database.startIndex))])
      } ?? "."
    check(folder, W_OK | X_OK) {
      configuration.fault("database.path", "folder '\(folder)': \($0)", remedy: "make it, or name another")
    }
    return faults
  }
}
