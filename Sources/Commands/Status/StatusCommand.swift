import Glibc
import HTTP
import ShuffledCore
import StatusReport

let statusCommand = Command(
  name: "status", summary: "what the running daemon does: a row a stream", operands: "[STREAM...]",
  options: [
    Option("socket", letter: "s", argument: "PATH", "the daemon's control socket"),
    reportFormatOption,
    Option("watch", letter: "w", "draw it anew each second, until Ctrl-C"),
    Option("check", letter: "c", "say only what is not well; exit code 1 if anything is"),
  ],
  details: """
    'for' is how long a stream has been in its state, 'rate' frames a second that came and that were classified, 'age' \
    how old the newest result is, 'drops' frames that were left out because the processors were too slow. Below are \
    the last errors of streams that are not well.

    --check is for monitoring: a line for each stream that is not observed, also one that was switched off, and for a \
    database that waits for space. Name the streams that matter, or none for all.

    JSON is one line, that of GET /api/v1/status; with --watch, a line a second, also where it is not a terminal.

    The socket is $SHUFFLED_SOCKET, or else the first that answers of control.sock in $RUNTIME_DIRECTORY, \
    /run/shuffled, $XDG_RUNTIME_DIR/shuffled, and /tmp/shuffled-UID.

    Exit codes: 0 the daemon answered; 1 with --check, something is not well; 65 the answer is not understood; 66 the \
    daemon has no such stream; 69 no daemon answers.
    """,
  examples: [
    ("shuffled status", "all streams"),
    ("shuffled status --watch gate yard", "two of them, as they are now"),
    (
      "shuffled status --check gate || mail -s gate ops@example.org </dev/null",
      "tell somebody when it is not watched"
    ),
  ],
  run: { arguments, context in
    let format: ReportFormat = try arguments.choice("format", otherwise: .text)
    guard !arguments.has("watch") || !arguments.has("check") else {
      throw Failure(
        .usage, cannot: "use --watch with --check", because: "one goes on, the other gives an exit code",
        remedy: "give one")
    }
    let source = StatusSource(
      sockets: arguments.text("socket").map { [$0] }
        ?? ControlSocket.candidates(environment: context.environment),
      streams: arguments.operands)
    let terminal = Terminal(descriptor: STDOUT_FILENO)
    if arguments.has("watch") {
      let watch = StatusWatch(source: source, output: context.output, terminal: terminal)
      switch format {
      case .json: try watch.writeLines()
      case .text: try watch.redraw(context.environment)
      }
      return 0
    }
    let status = try source.read()
    let complaints = arguments.has("check") ? status.complaints(now: .now()) : []
    switch format {
    case .json: try context.output.write(status.json + "\n")
    case .text where arguments.has("check"):
      let calm = "\(counted(Int64(status.streams.count), "stream")) observed"
      for line in complaints.isEmpty ? [calm] : complaints { try context.output.write(line + "\n") }
    case .text:
      try context.output.write(StatusText(status, now: .now(), columns: terminal.columns).text)
    }
    return complaints.isEmpty ? 0 : Failure.Kind.failed.exitCode
  })
