import Glibc
import ShuffledCore

/// Which database a command writes or reads.
enum DatabaseOption {
  static let option = Option(
    "database", letter: "d", argument: "FILE", "the results database (default: ./shuffled.db)")
  static let byDefault = "shuffled.db"
  /// Where the installed service has its own, if it is not told otherwise.
  static let ofService = "/var/lib/shuffled/shuffled.db"

  /// The one that is written, whether it is there or not.
  static func path(_ arguments: Arguments) -> String { arguments.text("database") ?? byDefault }

  /// The one that is read. Throws `.noInput` where none was named and there is none here: then the service's may be meant.
  static func existingPath(_ arguments: Arguments) throws -> String {
    if let given = arguments.text("database") { return given }
    guard access(byDefault, F_OK) != 0 else { return byDefault }
    throw Failure(
      .noInput, cannot: "open database", byDefault, because: "no such file",
      remedy: access(ofService, F_OK) == 0
        ? "the service's is --database \(ofService)" : "give another --database")
  }
}
