import Configuration
import Service
import ShuffledCore
import Store

/// The database that the service writes.
enum ServiceDatabase {
  /// How often it is tried to open one that is locked, or has no space.
  private static let interval = Duration.seconds(5)

  static func path(_ configuration: ServiceConfiguration, _ context: Context) -> String {
    if let path = configuration.database.path { return path }
    // systemd may name several folders, with colons between.
    let folder = context.environment["STATE_DIRECTORY"]?.split(separator: ":").first
    return folder.map { "\($0)/\(DatabaseOption.byDefault)" } ?? DatabaseOption.byDefault
  }

  /// Opens it; waits for as long as there is no space, or another program's lock. Blocks. Throws `Failure`; nil: it was told to end.
  static func open(
    _ configuration: ServiceConfiguration, _ log: Log, _ interrupt: Interrupt, _ context: Context
  ) throws -> Database? {
    let told = Wakeup()
    interrupt.onSignal { told.signal() }
    var isWaiting = false
    while interrupt.signal == nil {
      do {
        return try Database.openForWriting(
          path: path(configuration, context),
          command: "shuffled " + context.commandLine.joined(separator: " "),
          durability: configuration.database.durability == .full ? .full : .normal,
          logHeld: { log(.warning, $0.description) })
      } catch let failure as Failure where failure.isTemporary {
        if !exchange(&isWaiting, with: true) { log(.error, "\(failure); it is tried again") }
        told.wait(for: interval)
      }
    }
    return nil
  }
}
