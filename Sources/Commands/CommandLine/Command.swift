import ModelFiles
import ShuffledCore

/// One option of a command. From these tables come parsing, help and the suggestion for a mistyped one.
struct Option: Sendable {
  /// Without the dashes.
  var name: String
  var letter: Character?
  /// What stands for its argument in the help; nil where it takes none.
  var argument: String?
  /// Given again, its argument is added with a comma between; otherwise the last one counts.
  var isList: Bool
  var summary: String

  init(
    _ name: String, letter: Character? = nil, argument: String? = nil, isList: Bool = false, _ summary: String
  ) {
    self.name = name
    self.letter = letter
    self.argument = argument
    self.isList = isList
    self.summary = summary
  }

  static let help = Option("help", letter: "h", "show this help")
}

/// One command: its words, what it takes, and what it does.
struct Command: Sendable {
  /// `process`, or `query frames`.
  var name: String
  var summary: String
  /// What stands for its operands in the help; nil where it takes none.
  var operands: String?
  var options: [Option]
  /// Longer help: what it prints, what its exit codes mean.
  var details: String
  /// Command lines, each with what it does.
  var examples: [(line: String, meaning: String)]
  /// Does it; returns the exit code. Throws `Failure`.
  var run: @Sendable (Arguments, Context) throws -> Int32

  var allOptions: [Option] { options + [.help] }
}

/// What a command is given besides its arguments.
struct Context: Sendable {
  var environment: [String: String]
  /// Path of the running program, links resolved.
  var executable: String
  /// The words as they were typed, for the database's lock and the runs' settings.
  var commandLine: [String]
  var output: StandardOutput
  var diagnostics: Diagnostics
}

extension Context {
  /// Where models are found.
  var modelLibrary: ModelLibrary {
    ModelLibrary.standard(executable: executable, environment: environment)
  }
}
