import FoundationEssentials
import Segmentation
import ShuffledCore
import Store

/// What `--resume` finds of a video in the database.
struct Resumption {
  /// The run to go on with; nil where there is none.
  let run: StoredRun?
  /// The run in which all of the video is stored; nil where there is none.
  let finished: Int64?

  /// Throws a usage failure where the newest run did something else, which going on with would mix.
  init(_ path: String, _ settings: ProcessSettings, _ model: ReadyModel, _ database: Database) throws {
    guard let found = try database.latestRun(ofSource: absolutePath(path)) else {
      (run, finished) = (nil, nil)
      return
    }
    func refuse(_ cause: String) -> Failure {
      Failure(
        .usage, cannot: "resume", path, because: "run \(found.id) \(cause)",
        remedy: "give the same again, or leave --resume out")
    }
    guard found.modelSHA256 == model.file.sha256 else {
      throw refuse("was made with another model, '\(found.modelName)'")
    }
    let asked = settings.json.line
    guard let difference = Self.difference(found.settings, asked) else {
      switch found.state {
      case .complete, .partial: (run, finished) = (nil, found.id)
      // A database that is open for writing has no other process's running runs.
      case .interrupted, .failed, .abandoned, .running:
        guard found.framesDeleted == 0 else {
          throw Failure(
            .usage, cannot: "resume", path,
            because: "retention has deleted \(counted(found.framesDeleted, "frame")) of run \(found.id)",
            remedy: "leave --resume out, and it is processed anew")
        }
        (run, finished) = (found, nil)
      }
      return
    }
    throw refuse("was made with other settings: \(difference)")
  }

  /// Which setting of two runs is not the same; nil where their frames go together.
  private static func difference(_ before: String, _ now: String) -> String? {
    struct Kept: Decodable, Equatable {
      var every: Int?
      var fps: Double?
      var keyframes: Bool?
      var top: Int
      var segments: NamedSegmentation?
    }
    func kept(_ text: String) -> Kept? { try? JSONDecoder().decode(Kept.self, from: Data(text.utf8)) }
    guard let before = kept(before), let now = kept(now) else { return "they cannot be read" }
    if before.every != now.every || before.fps != now.fps || before.keyframes != now.keyframes {
      if before.keyframes == true { return "--keyframes" }
      return before.fps.map { "--fps \(decimal($0))" } ?? "--every \(before.every ?? 1)"
    }
    if before.top != now.top { return "--top \(before.top)" }
    return before.segments == now.segments ? nil : "how segments are found"
  }
}
