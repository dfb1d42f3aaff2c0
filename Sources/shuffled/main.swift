import Commands
import Glibc

/// The environment as it was when the process began.
private func environment() -> [String: String] {
  var variables: [String: String] = [:]
  for name in Program.environmentNames {
    if let value = getenv(name) { variables[name] = String(cString: value) }
  }
  return variables
}

// libdispatch sets its threads' priorities, and tells on standard error where it may not, as any user but root. Before its first thread.
setenv("LIBDISPATCH_LOG", "NO", 0)
exit(Program.shuffled.main(Array(CommandLine.arguments.dropFirst()), environment: environment()))
