import ShuffledCore

/// The manual page in man(7)'s macros, from the tables of commands.
struct ManualPage {
  private let commands: [Command]

  init(_ commands: [Command]) { self.commands = commands }

  var text: String {
    """
    .\\" Made by 'shuffled manual'.
    .TH SHUFFLED 1 "" "shuffled \(Version.number)" "User Commands"
    .ad l
    .nh
    .SH NAME
    shuffled \\- classify video with ShuffleNet and keep what it saw in SQLite
    .SH SYNOPSIS
    .B shuffled
    .I COMMAND
    .RI [ OPTION .\\|.\\|.]
    .RI [ OPERAND .\\|.\\|.]
    .SH DESCRIPTION
    It watches cameras and reads video files, classifies their frames on the processor, and writes every result and what it took into a
    database that can be asked.
    .SH COMMANDS
    \(commands.map(Self.section).joined(separator: "\n"))
    .SH FILES
    .TP
    .I /etc/shuffled/shuffled.json5
    the service's configuration; every key is explained in it
    .TP
    .I /var/lib/shuffled/shuffled.db
    the service's results
    .TP
    .I /run/shuffled/control.sock
    where
    .B shuffled status
    asks
    .TP
    .IR PREFIX /share/shuffled/models ", " /var/lib/shuffled/models ", " \\(ti/.local/share/shuffled/models
    models
    .SH ENVIRONMENT
    .TP
    .B SHUFFLED_MODELS
    more folders of models, with colons between
    .TP
    .B SHUFFLED_ISA
    the instruction set: portable, avx2 or avx512
    .TP
    .B SHUFFLED_SOCKET
    the control socket
    .TP
    .B CREDENTIALS_DIRECTORY\\fR,\\fP STATE_DIRECTORY\\fR,\\fP RUNTIME_DIRECTORY
    what systemd gives a service
    .SH EXIT STATUS
    \(Self.exitCodes.map { ".TP\n.B \($0.0)\n\(Self.escaped($0.1))" }.joined(separator: "\n"))
    .SH SEE ALSO
    .BR sqlite3 (1),
    .BR ffmpeg (1),
    .BR systemctl (1),
    .BR journalctl (1)

    """
  }

  private static let exitCodes = [
    ("0", "all was done"), ("1", "it failed, or something was found to be wrong"),
    ("64", "the command line is wrong"),
    ("65", "the data are damaged, or something else than is needed"), ("66", "there is no such file"),
    ("69", "something that is needed is not there: memory, an address, a daemon, a server"),
    ("74", "a file or the database cannot be read or written"), ("78", "the configuration has a fault"),
    ("130, 143", "interrupted by SIGINT, SIGTERM"),
  ]

  private static func section(_ command: Command) -> String {
    var lines = [".SS shuffled \(escaped(command.name))" + (command.operands.map { " \(escaped($0))" } ?? "")]
    lines.append(escaped(command.summary.prefix(1).uppercased() + command.summary.dropFirst() + "."))
    for option in command.allOptions {
      let letter = option.letter.map { "\\fB\\-\($0)\\fP, " } ?? ""
      let argument = option.argument.map { " \\fI\(escaped($0))\\fP" } ?? ""
      lines += [".TP", "\(letter)\\fB\\-\\-\(escaped(option.name))\\fP\(argument)", escaped(option.summary)]
    }
    for paragraph in command.details.split(separator: "\n\n") {
      lines += [".PP", escaped(paragraph.split(whereSeparator: \.isWhitespace).joined(separator: " "))]
    }
    for example in command.examples {
      lines += [".TP", "\\fB\(escaped(example.line))\\fP", escaped(example.meaning)]
    }
    return lines.joined(separator: "\n")
  }

  /// As text of its own line: nothing in it means something to roff.
  private static func escaped(_ text: some StringProtocol) -> String {
    var result = ""
    for letter in text {
      switch letter {
      case "\\": result += "\\e"
      case "-": result += "\\-"
      case "'": result += "\\(aq"
      case "^": result += "\\(ha"
      case "~": result += "\\(ti"
      case "`": result += "\\(ga"
      default: result.append(letter)
      }
    }
    return result.hasPrefix(".") ? "\\&" + result : result
  }
}
