/// A word that may follow the program's name: a command, or the name of a group.
struct FirstWord {
  var name: String
  /// A command's summary; the second words of a group.
  var summary: String
  /// Of a group, in the order of the help; empty where the word is a command.
  var members: [Command]

  /// Those of the commands, in the order of the help.
  static func all(of commands: [Command]) -> [FirstWord] {
    var words: [FirstWord] = []
    for command in commands {
      guard let second = command.secondWord else {
        words.append(FirstWord(name: command.name, summary: command.summary, members: []))
        continue
      }
      if let index = words.firstIndex(where: { $0.name == command.firstWord }) {
        words[index].summary += ", \(second)"
        words[index].members.append(command)
      } else {
        words.append(FirstWord(name: command.firstWord, summary: second, members: [command]))
      }
    }
    return words
  }

  /// Not in the tables, because the program reads it before it looks for a command.
  static let help = FirstWord(name: "help", summary: "show the help of a command", members: [])
}

extension Command {
  /// `frames` of `query frames`; nil where the name is one word.
  var secondWord: String? {
    let words = name.split(separator: " ")
    return words.count > 1 ? String(words[1]) : nil
  }
}
