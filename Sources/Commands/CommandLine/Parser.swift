import CGetopt
import Glibc
import ShuffledCore
import Synchronization

/// Reads a command's options with glibc's getopt_long: long and short, `--name=value`, abbreviations, `--`, and
/// operands anywhere.
enum Parser {
  /// getopt_long's state is global: command lines are parsed one at a time.
  private static let turn = Mutex(())
  /// The values that stand for options in getopt_long's table begin here, out of the way of any letter.
  private static let firstCode: Int32 = 1000

  /// - words: what follows the command's name.
  /// Throws a usage failure that names the nearest known option.
  static func parse(_ words: [String], for command: Command) throws -> Arguments {
    try turn.withLock { _ in try parseAlone(words, command) }
  }

  private static func parseAlone(_ words: [String], _ command: Command) throws -> Arguments {
    let options = command.allOptions
    var allocated: [UnsafeMutablePointer<CChar>] = []
    defer { for text in allocated { free(text) } }
    func copy(_ text: String) -> UnsafeMutablePointer<CChar> {
      guard let copied = strdup(text) else { preconditionFailure("no memory for a word") }
      allocated.append(copied)
      return copied
    }
    var argv: [UnsafeMutablePointer<CChar>?] = ([command.name] + words).map(copy) + [nil]
    var table = options.enumerated().map { index, option in
      CGetopt.option(
        name: copy(option.name), has_arg: option.argument == nil ? 0 : 1, flag: nil,
        val: firstCode + Int32(index))
    }
    table.append(CGetopt.option(name: nil, has_arg: 0, flag: nil, val: 0))
    // The first colon tells a missing argument from an unknown option.
    let shorts = options.reduce(":") { letters, option in
      letters + (option.letter.map { "\($0)" + (option.argument == nil ? "" : ":") } ?? "")
    }

    var values: [String: String] = [:]
    let count = Int32(argv.count - 1)
    shuffled_getopt_begin()
    while true {
      let found = shuffled_getopt_next(count, &argv, shorts, table)
      if found.code == -1 {
        let operands = argv[Int(found.next)..<Int(count)].map { $0.map { String(cString: $0) } ?? "" }
        if command.operands == nil, let first = operands.first {
          throw Failure(
            .usage, cannot: "understand", first, because: "'\(command.name)' takes no operands",
            remedy: "see 'shuffled \(command.name) --help'")
        }
        return Arguments(operands: operands, values: values)
      }
      if found.code == Int32(UInt8(ascii: "?")) || found.code == Int32(UInt8(ascii: ":")) {
        let word = argv[Int(found.next) - 1].map { String(cString: $0) } ?? ""
        let known = option(found.subject, options)
        throw refusal(word, letter: found.subject, known, lacksArgument: found.code != 63, command)
      }
      guard let option = option(found.code, options) else { preconditionFailure("an option of no table") }
      let value = found.argument.map { String(cString: $0) } ?? ""
      let earlier = option.isList ? values[option.name] : nil
      values[option.name] = earlier.map { "\($0),\(value)" } ?? value
    }
  }

  private static func option(_ code: Int32, _ options: [Option]) -> Option? {
    if code >= firstCode, Int(code - firstCode) < options.count { return options[Int(code - firstCode)] }
    return options.first { $0.letter?.asciiValue.map(Int32.init) == code }
  }

  private static func refusal(
    _ word: String, letter: Int32, _ known: Option?, lacksArgument: Bool, _ command: Command
  ) -> Failure {
    let help = "see 'shuffled \(command.name) --help'"
    if let known, lacksArgument, let argument = known.argument {
      return Failure(
        .usage, cannot: "use --\(known.name)", because: "its argument \(argument) is missing", remedy: help)
    }
    if let known {
      return Failure(.usage, cannot: "use --\(known.name)", because: "it takes no argument", remedy: help)
    }
    if !word.hasPrefix("--"), letter > 0, letter < 128 {
      let typed = "-\(Character(UnicodeScalar(UInt8(letter))))"
      return Failure(
        .usage, cannot: "understand option", typed, because: "'\(command.name)' has no such option",
        remedy: help)
    }
    let name = String(word.dropFirst(2).prefix { $0 != "=" })
    let names = command.allOptions.map(\.name)
    let begun = names.filter { $0.hasPrefix(name) }
    if begun.count > 1 {
      return Failure(
        .usage, cannot: "understand option", "--\(name)",
        because: "it may mean " + begun.map { "--\($0)" }.joined(separator: " or "))
    }
    let remedy = nearestName(to: name, in: names).map { "did you mean '--\($0)'?" } ?? help
    return Failure(
      .usage, cannot: "understand option", "--\(name)", because: "'\(command.name)' has no such option",
      remedy: remedy)
  }
}
