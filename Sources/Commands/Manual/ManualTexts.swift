import ShuffledCore

/// What the manual page says that the tables of commands do not.
package enum ManualTexts {
  static let description = """
    shuffled decodes video with FFmpeg, classifies frames with ShuffleNet on the CPU, and keeps every prediction, and what each \
    stage of it cost, in an SQLite database that can be queried.

    'shuffled run' is the service: it watches the streams of a configuration. 'shuffled process' does files, once. \
    'shuffled query' tells what was seen, 'shuffled db' takes care of the database, 'shuffled model' of models; \
    'shuffled bench' measures.

    Results go to standard output, everything else to standard error, a line a fault: what was tried, on what, why not, \
    and what to do about it.
    """

  static let options = """
    Long options may be abbreviated, and take their argument as --name=value or --name value. Options may stand between \
    operands; what follows -- is operands only.
    """

  static let files: [(path: String, meaning: String)] = [
    ("/etc/shuffled/shuffled.json5", "the service's configuration"),
    ("/var/lib/shuffled/shuffled.db", "the service's database"),
    ("/run/shuffled/control.sock", "the socket on which the service answers 'shuffled status'"),
    ("/usr/local/share/shuffled/models", "the models that come with the program"),
  ]

  /// Of the variables that a person may set.
  package static let environment: [String: String] = [
    "HOME":
      "where models are kept that 'shuffled model fetch' installs: .local/share/shuffled/models below it",
    "SHUFFLED_ISA":
      "the instruction set of the kernels: portable, avx2 or avx512 (default: the widest that runs here)",
    "SHUFFLED_MODELS": "folders to look for models in before all others, with colons between",
    "SHUFFLED_SOCKET": "the service's control socket, for it and for those who ask it",
    "TERM": "where it is dumb, nothing is drawn on the terminal",
    "TMPDIR": "where 'shuffled bench store' makes its database (default: /tmp)",
    "XDG_DATA_HOME": "where models of one's own are: shuffled/models below it (default: ~/.local/share)",
    "XDG_RUNTIME_DIR":
      "where the control socket of a user's own service is: shuffled/control.sock below it",
  ]

  /// Set by systemd for the service only.
  package static let serviceEnvironment: Set<String> = [
    "CREDENTIALS_DIRECTORY", "JOURNAL_STREAM", "RUNTIME_DIRECTORY", "STATE_DIRECTORY",
  ]

  static let exitCodes: [(code: String, meaning: String)] =
    [("0", "all was done")]
    + Failure.Kind.allCases.map { ("\($0.exitCode)", $0.meaning) }
    + [
      ("130, 143", "interrupted by SIGINT, SIGTERM"),
      ("\(ReaderGone.exitCode)", "whoever read the results stopped reading"),
    ]

  static let relatedPages: [(name: String, section: Int)] = [
    ("ffmpeg", 1), ("journalctl", 1), ("sqlite3", 1), ("systemctl", 1),
  ]
}

extension Failure.Kind {
  /// What its exit code means, whatever the command.
  fileprivate var meaning: String {
    switch self {
    case .failed: "something else failed, or several files in different ways"
    case .usage: "the command line makes no sense"
    case .badData: "a file is damaged, or not what it should be; what could be decoded is stored"
    case .noInput: "there is no such file"
    case .unavailable: "something that is needed is not available"
    case .inputOutput: "the database or the output cannot be read or written"
    case .badConfiguration: "the configuration has a fault, or a newer program made the database"
    }
  }
}
