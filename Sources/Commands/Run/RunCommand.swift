import Configuration
import Kernels
import ShuffledCore

/// Where `make install` puts it.
private let defaultConfiguration = "/etc/shuffled/shuffled.json5"

let runCommand = Command(
  name: "run", summary: "watch the streams of a configuration, as a service", operands: nil,
  options: [
    Option("config", letter: "c", argument: "FILE", "the configuration (default: \(defaultConfiguration))"),
    Option("check", "say all that is wrong with the configuration, and end"),
    Option("schema", "write the configuration's JSON schema, and end"),
  ],
  details: """
    It goes on until SIGTERM or SIGINT: then what is under way is stored, within 5 seconds; a second signal ends it at once. SIGHUP \
    (systemctl reload shuffled) reads the configuration again: streams that did not change go on, and one with a fault changes \
    nothing. 'shuffled status' asks it how it is; a page, an API and Prometheus' metrics are at http://127.0.0.1:9470/, unless \
    the configuration says otherwise.

    Messages go to standard error, or to the journal with their priorities.

    Exit codes: 0 it was told to end, or --check found nothing; 69 an address or the control socket is taken; 74 the database \
    cannot be written; 78 the configuration has a fault.
    """,
  examples: [
    ("shuffled run --config cameras.json5 --check", "is it right, and is all there that it names?"),
    ("shuffled run --config cameras.json5", "watch, until Ctrl-C"),
  ],
  run: { arguments, context in
    if arguments.has("schema") {
      try context.output.write(ServiceConfiguration.schema)
      return 0
    }
    let path = arguments.text("config") ?? defaultConfiguration
    let serviceLog = ServiceLog(context)
    // Before anything takes its time: a signal that comes meanwhile counts.
    let interrupt = arguments.has("check") ? nil : Interrupt(hangups: true)
    let set = try InstructionSet.named(context.environment["SHUFFLED_ISA"])
    do {
      let plan = try ServicePlan(
        path: path, environment: context.environment, context.modelLibrary, set,
        isOnlyChecked: interrupt == nil)
      serviceLog.hide(plan.configuration.secrets)
      guard let interrupt else { return try check(plan, context) }
      let database = try ServiceDatabase.open(plan.configuration, serviceLog.log, interrupt, context)
      guard let database else { return 0 }
      return try ServiceRun(plan, database, serviceLog, set, context).run(interrupt)
    } catch let faults as ConfigFaults {
      for failure in faults.failures { serviceLog.report(failure) }
      return Failure.Kind.badConfiguration.exitCode
    } catch let failure as Failure {
      serviceLog.report(failure)
      return failure.kind.exitCode
    }
  })

private func check(_ plan: ServicePlan, _ context: Context) throws -> Int32 {
  let missing = plan.missing(database: ServiceDatabase.path(plan.configuration, context))
  guard missing.isEmpty else { throw ConfigFaults(path: plan.path, missing) }
  let models = Set(plan.streams.map(\.model.file.sha256)).count
  let disabled = plan.configuration.streams.count - plan.streams.count
  try context.output.write(
    "\(printable(plan.path)): \(counted(Int64(plan.streams.count), "stream"))"
      + (disabled > 0 ? " and \(disabled) not enabled" : "")
      + ", \(counted(Int64(models), "model")): nothing is wrong\n")
  for name in plan.configuration.unreadCredentials {
    context.diagnostics.note("credential '\(name)' was not looked at: only the service gets it, from systemd")
  }
  return 0
}
