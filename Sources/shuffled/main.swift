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

exit(Program.shuffled.main(Array(CommandLine.arguments.dropFirst()), environment: environment()))
